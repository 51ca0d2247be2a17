"""The Mastodon connector keeps the contract of all connectors, against a server that refuses unknown fields."""

from collections.abc import Sequence

from connectors.base import AccountInfo, Connector
from connectors.http import Patience
from connectors.mastodon import MastodonConnector
from tests.connectors.mastodon.server import MEDIA, STATUSES, account, behaves
from tests.contracts.connector_contract import ConnectorContract
from tests.fakes.sendable import Ready
from tests.fakes.wire import Behave, Request


class TestMastodonContract(ConnectorContract):
    """How Mastodon speaks."""

    def connector(self, patience: Patience) -> Connector:
        return MastodonConnector(patience)

    def account(self, url: str) -> AccountInfo:
        return account(url)

    def good(self, request: Request, sent: Ready) -> Behave:
        return behaves(request)

    def texts(self, requests: Sequence[Request]) -> list[str]:
        return [request.json()["status"] for request in requests if request.path == STATUSES]

    def alts(self, requests: Sequence[Request]) -> list[str]:
        return [request.parts()["description"].decode() for request in requests if request.path == MEDIA]

    def pictures(self, requests: Sequence[Request]) -> list[bytes]:
        return [request.parts()["file"] for request in requests if request.path == MEDIA]

    def keys(self, requests: Sequence[Request]) -> list[str]:
        return [request.headers["idempotency-key"] for request in requests if request.path == STATUSES]
