"""A strict Mastodon on the wire: documented answers, and 422 for a field that the documentation does not name."""

import hashlib
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests

from connectors.base import AccountInfo
from connectors.mastodon import SCOPES
from tests.fakes.wire import Behave, Request, answer

MEDIA, STATUSES = "/api/v2/media", "/api/v1/statuses"
ME, OWN = "/api/v1/accounts/verify_credentials", "/api/v1/accounts/42/statuses"
FIELDS: dict[tuple[str, str], frozenset[str]] = {  # docs.joinmastodon.org, methods "apps", "media" and "statuses"
    ("POST", "/api/v1/apps"): frozenset({"client_name", "redirect_uris", "scopes", "website"}),
    ("POST", MEDIA): frozenset({"file", "description", "focus", "thumbnail"}),
    ("POST", STATUSES): frozenset({
        "status", "media_ids", "poll", "in_reply_to_id", "sensitive", "spoiler_text", "visibility", "language",
        "scheduled_at", "quoted_status_id", "quote_approval_policy",
    }),
}  # fmt: skip
INSTANCE: dict[str, Any] = {
    "domain": "social.example",
    "version": "4.3.1",
    "configuration": {
        "statuses": {"max_characters": 1_000, "max_media_attachments": 6, "characters_reserved_per_url": 23},
        "media_attachments": {
            "supported_mime_types": ["image/jpeg", "image/png", "video/mp4"],
            "description_limit": 10_000,
            "image_size_limit": 16_777_216,
            "image_matrix_limit": 33_177_600,
        },
    },
}


def account(url: str, version: str = "4.3.1") -> AccountInfo:
    """The account as the desk keeps it."""
    return AccountInfo("account_1", "mastodon", url, "desk@social.example", {"remote_id": "42", "version": version})


def status(number: str, content: str, **parts: Any) -> dict[str, Any]:
    """A post as Mastodon tells it."""
    return {
        "id": number, "uri": f"https://social.example/users/desk/statuses/{number}",
        "url": f"https://social.example/@desk/{number}", "created_at": "2026-01-02T03:04:06.000Z",
        "content": content, "spoiler_text": "", "visibility": "public", "sensitive": False, "language": "en",
        "media_attachments": [], "mentions": [], "tags": [], "emojis": [], **parts,
    }  # fmt: skip


def names(request: Request) -> set[str]:
    """The fields that a request sends."""
    kind = request.headers.get("content-type", "")
    return set(request.parts()) if kind.startswith("multipart/") else set(request.json())


def behaves(request: Request) -> Behave:
    """How it answers when all is well. A picture's id is made of its bytes."""
    path = request.path.partition("?")[0]
    known = FIELDS.get((request.method, path))
    if known is not None and not names(request) <= known:
        return answer({"error": f"Unbekanntes Feld: {sorted(names(request) - known)}"}, 422)
    if request.method == "POST" and path == MEDIA:
        number = hashlib.sha256(request.parts()["file"]).hexdigest()[:12]
        return answer({"id": number, "type": "image", "url": None, "description": "x"}, 202)
    if request.method == "POST" and path == STATUSES:
        if not request.json()["status"] and not request.json().get("media_ids"):
            return answer({"error": "Validierung gescheitert"}, 422)
        return answer(status("17", "<p>whatever</p>"))
    if request.method == "GET" and path.startswith("/api/v1/media/"):
        return answer({"id": path.rpartition("/")[2], "type": "image", "url": "https://social.example/1.png"})
    if path == "/api/v1/apps":
        return answer({"id": "1", "client_id": "client-1", "client_secret": "client-secret-1"})
    if path == "/oauth/token":
        return answer({"access_token": "access-token-1", "token_type": "Bearer", "scope": " ".join(SCOPES)})
    if path == "/oauth/revoke":
        return answer({})
    if path == ME:
        return answer({"id": "42", "username": "desk", "acct": "desk", "display_name": "Alder Bay Hospital"})
    if path == "/api/v2/instance":
        return answer(INSTANCE)
    return answer({"error": "Record not found"}, 404)


def comes_back(url: str) -> bool:
    """A browser in which the person allows it at once."""
    query = dict(parse_qsl(urlsplit(url).query))
    target = query["redirect_uri"]
    assert target.startswith("http://127.0.0.1:")
    assert target.endswith("/mastodon")
    return requests.get(target, {"state": query["state"], "code": "code-1"}, timeout=10).ok
