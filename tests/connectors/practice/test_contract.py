"""The practice connector keeps the contract of all connectors."""

from collections.abc import Sequence

from connectors.base import Connector
from connectors.http import Patience
from connectors.practice.connector import PracticeConnector
from tests.contracts.connector_contract import ConnectorContract
from tests.fakes.sendable import Ready
from tests.fakes.wire import Behave, Request, answer

MEDIA, POSTS = "/api/v1/media", "/api/v1/posts"


class TestPracticeContract(ConnectorContract):
    """How the practice network speaks."""

    def connector(self, patience: Patience) -> Connector:
        return PracticeConnector(patience)

    def good(self, request: Request, sent: Ready) -> Behave:
        if request.path == MEDIA:
            alt = request.parts()["alt"].decode()
            number = next(index for index, item in enumerate(sent.content.media) if item.alt == alt)
            return answer({"id": str(number), "sha256": sent.content.media[number].sha256}, 201)
        return answer({"id": "17", "url": "http://127.0.0.1/@desk#post-17"}, 201)

    def texts(self, requests: Sequence[Request]) -> list[str]:
        return [request.json()["text"] for request in requests if request.path == POSTS]

    def alts(self, requests: Sequence[Request]) -> list[str]:
        return [request.parts()["alt"].decode() for request in requests if request.path == MEDIA]

    def pictures(self, requests: Sequence[Request]) -> list[bytes]:
        return [request.parts()["file"] for request in requests if request.path == MEDIA]

    def keys(self, requests: Sequence[Request]) -> list[str]:
        return [request.headers["idempotency-key"] for request in requests if request.path == POSTS]
