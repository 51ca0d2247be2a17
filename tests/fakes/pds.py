"""A strict server of the AT Protocol: it knows the calls that Signpost makes, and refuses every field besides."""

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import regex

from tests.fakes.wire import Behave, Request, answer

DID = "did:plc:ewvi7nxzyoun6zhxrhs64oiz"
HANDLE, PASSWORD = "alderbay.test", "abcd-efgh-ijkl-mnop"
POST = "app.bsky.feed.post"
_TID = re.compile(r"[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


class Refusal(Exception):  # noqa: N818 - it is an answer
    """An answer that is an error by its name."""

    def __init__(self, name: str, status: int = 400, words: str = "") -> None:
        super().__init__(name)
        self.behave = answer({"error": name, "message": words or name}, status)


def jwt(scope: str, lives: int, number: int = 0) -> str:
    """A token as the server makes them, with a signature that nobody looks at."""

    def part(data: Mapping[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(data).encode()).decode().rstrip("=")

    head, claims = {"typ": "at+jwt", "alg": "HS256"}, {"scope": scope, "sub": DID, "iat": 1_000, "exp": 1_000 + lives}
    return f"{part(head)}.{part(claims | {'jti': f'number-{number}-of-this-test'})}.c2lnbmF0dXJl"


def cid(data: bytes) -> str:
    """The address of a picture's bytes."""
    return "b" + base64.b32encode(b"\x01\x55\x12\x20" + hashlib.sha256(data).digest()).decode().lower().rstrip("=")


def only(data: Any, needed: str, allowed: str = "") -> None:
    """Refuses an object that lacks a field or has an unknown one."""
    names = set(data) if isinstance(data, dict) else set()
    if set(needed.split()) - names or names - set(needed.split()) - set(allowed.split()):
        raise Refusal("InvalidRequest", words=f"fields: {sorted(names)}")


@dataclass
class Pds:
    """One server with one account. Give `script` to a `Wire`."""

    handles: Mapping[str, str] = field(default_factory=dict)
    scope: str = "com.atproto.appPass"
    doc: Any = None
    records: dict[str, Any] = field(default_factory=dict)
    blobs: dict[str, int] = field(default_factory=dict)
    broken: dict[str, Behave] = field(default_factory=dict)  # by the call's name: answered so after it took effect
    sessions: int = 0

    @property
    def access(self) -> str:
        return jwt(self.scope, 7_200, self.sessions)

    @property
    def refresh(self) -> str:
        return jwt("com.atproto.refresh", 7_776_000, self.sessions)

    def script(self, request: Request) -> Behave:
        address = urlsplit(request.path)
        name = address.path.removeprefix("/xrpc/com.atproto.")
        try:
            calls = {"server": self._server, "repo": self._repo, "identity": self._identity}
            told = calls[name.partition(".")[0]](name, request, dict(parse_qsl(address.query)))
        except Refusal as refusal:
            return self.broken.get(name, refusal.behave)
        return self.broken.get(name, answer(told) if told is not None else answer(b""))

    def _signed_in(self, request: Request, token: str) -> None:
        given = request.headers.get("authorization")
        if given is None:
            raise Refusal("AuthMissing", 401)
        if given != f"Bearer {token}":
            known = given.removeprefix("Bearer ").count(".") == 2
            raise Refusal("ExpiredToken" if known else "InvalidToken")

    def _session(self) -> dict[str, Any]:
        tokens = {"accessJwt": self.access, "refreshJwt": self.refresh}
        return tokens | {"handle": HANDLE, "did": DID, "active": True} | ({"didDoc": self.doc} if self.doc else {})

    def _server(self, name: str, request: Request, query: Mapping[str, str]) -> Any:
        match name.rpartition(".")[2]:
            case "createSession":
                only(request.json(), "identifier password")
                if request.json() != {"identifier": HANDLE, "password": PASSWORD}:
                    raise Refusal("AuthenticationRequired", 401, "Invalid identifier or password")
                self.sessions += 1
                return self._session()
            case "refreshSession":
                self._signed_in(request, self.refresh)
                if request.body:
                    raise Refusal("InvalidRequest", words="a body where none belongs")
                self.sessions += 1
                return self._session()
            case "getSession":
                self._signed_in(request, self.access)
                return {"handle": HANDLE, "did": DID, "active": True}
            case "deleteSession":
                self._signed_in(request, self.refresh)
                self.sessions += 1
                return None
        raise Refusal("MethodNotImplemented", 501)

    def _identity(self, name: str, request: Request, query: Mapping[str, str]) -> Any:
        only(query, "handle")
        if query["handle"] not in self.handles:
            raise Refusal("InvalidRequest", words="Unable to resolve handle")
        return {"did": self.handles[query["handle"]]}

    def _repo(self, name: str, request: Request, query: Mapping[str, str]) -> Any:
        self._signed_in(request, self.access)
        match name.rpartition(".")[2]:
            case "uploadBlob":
                return self._blob(request)
            case "putRecord":
                return self._put(request.json())
            case "getRecord":
                only(query, "repo collection rkey")
                if query["rkey"] not in self.records:
                    raise Refusal("RecordNotFound", words="Could not locate record")
                return self._item(query["rkey"])
            case "listRecords":
                only(query, "repo collection limit", "cursor")
                names = sorted((key for key in self.records if key < query.get("cursor", "~")), reverse=True)
                page = names[: int(query["limit"])]
                return {"records": [self._item(key) for key in page]} | ({"cursor": page[-1]} if page else {})
            case "deleteRecord":
                only(request.json(), "repo collection rkey")
                gone = self.records.pop(request.json()["rkey"], None)
                return {} if gone is None else {"commit": {"cid": "bafy", "rev": "3k"}}
        raise Refusal("MethodNotImplemented", 501)

    def _item(self, key: str) -> dict[str, Any]:
        return {"uri": f"at://{DID}/{POST}/{key}", "cid": "bafyreib", "value": self.records[key]}

    def _blob(self, request: Request) -> Any:
        mime = request.headers["content-type"]
        if not mime.startswith("image/") or len(request.body) > 5_242_880:
            raise Refusal("PayloadTooLarge", 413)
        self.blobs[cid(request.body)] = len(request.body)
        ref = {"$link": cid(request.body)}
        return {"blob": {"$type": "blob", "ref": ref, "mimeType": mime, "size": len(request.body)}}

    def _put(self, body: Any) -> Any:
        only(body, "repo collection rkey record swapRecord")
        key, record = body["rkey"], body["record"]
        if (body["repo"], body["collection"], body["swapRecord"]) != (DID, POST, None) or not _TID.fullmatch(key):
            raise Refusal("InvalidRequest", words="not this account's post under a TID")
        self._check(record)
        if self.records.setdefault(key, record) != record:
            raise Refusal("InvalidSwap", words="Record was at bafyreib")
        return {"uri": f"at://{DID}/{POST}/{key}", "cid": "bafyreib", "validationStatus": "valid"}

    def _check(self, record: Any) -> None:
        only(record, "$type text createdAt langs", "facets embed")
        text = record["text"]
        if len(regex.findall(r"\X", text)) > 300 or len(text.encode()) > 3_000:
            raise Refusal("InvalidRequest", words="grapheme too big (maximum 300)")
        if record["$type"] != POST or not _TIME.fullmatch(record["createdAt"]) or len(record["langs"]) > 3:
            raise Refusal("InvalidRequest", words="type, time or languages")
        end = 0
        for facet in record.get("facets", ()):
            only(facet, "index features")
            only(facet["index"], "byteStart byteEnd")
            start, after = facet["index"]["byteStart"], end
            end = facet["index"]["byteEnd"]
            text.encode()[start:end].decode()
            if not after <= start < end <= len(text.encode()):  # stricter than the real one, which takes any
                raise Refusal("InvalidRequest", words="facet")
        if "embed" in record:
            self._check_embed(record["embed"])

    def _check_embed(self, embed: Any) -> None:
        only(embed, "$type images")
        if embed["$type"] != "app.bsky.embed.images" or not 1 <= len(embed["images"]) <= 4:
            raise Refusal("InvalidRequest", words="Array too big (maximum 4)")
        for image in embed["images"]:
            only(image, "alt image", "aspectRatio")
            only(image["image"], "$type ref mimeType size")
            only(image.get("aspectRatio", {"width": 1, "height": 1}), "width height")
            if self.blobs.get(image["image"]["ref"]["$link"]) != image["image"]["size"]:
                raise Refusal("BlobNotFound", words="Could not find blob")
            if image["image"]["size"] > 2_000_000:
                raise Refusal("InvalidRequest", words="blob too big (maximum 2000000)")
