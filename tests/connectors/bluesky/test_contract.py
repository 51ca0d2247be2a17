"""The Bluesky connector keeps the contract of all connectors."""

from collections.abc import Sequence
from typing import Any

from connectors.atproto import blob_of
from connectors.base import AccountInfo, Connector
from connectors.bluesky import BlueskyConnector
from connectors.http import Patience
from tests.contracts.connector_contract import ConnectorContract
from tests.fakes.pds import DID, POST
from tests.fakes.sendable import Ready
from tests.fakes.wire import Behave, Request, answer

BLOBS, PUT = "/xrpc/com.atproto.repo.uploadBlob", "/xrpc/com.atproto.repo.putRecord"


def records(requests: Sequence[Request]) -> list[Any]:
    return [request.json()["record"] for request in requests if request.path == PUT]


class TestBlueskyContract(ConnectorContract):
    """How Bluesky speaks."""

    def connector(self, patience: Patience) -> Connector:
        return BlueskyConnector(patience)

    def account(self, url: str) -> AccountInfo:
        return AccountInfo("account_1", "bluesky", url, "alderbay.test", {"remote_id": DID})

    def good(self, request: Request, sent: Ready) -> Behave:
        if request.path == BLOBS:
            item = next(each for each in sent.content.media if sent.pictures[each.sha256] == request.body)
            return answer({"blob": blob_of(item)})
        return answer({"uri": f"at://{DID}/{POST}/{request.json()['rkey']}", "cid": "bafyreib"})

    def texts(self, requests: Sequence[Request]) -> list[str]:
        return [record["text"] for record in records(requests)]

    def alts(self, requests: Sequence[Request]) -> list[str]:
        return [image["alt"] for record in records(requests) for image in record["embed"]["images"]]

    def pictures(self, requests: Sequence[Request]) -> list[bytes]:
        return [request.body for request in requests if request.path == BLOBS]

    def keys(self, requests: Sequence[Request]) -> list[str]:
        return [request.json()["rkey"] for request in requests if request.path == PUT]
