"""The connector to Mastodon, and to servers that speak its API: https://docs.joinmastodon.org/methods/.

Each server has its own limits, which are read at connect, and registers this program anew for each sign-in. Errors are
told in the server's language, so their status alone decides.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from connectors import oauth
from connectors.answers import part_of, text_of
from connectors.base import (
    AccountInfo,
    Candidate,
    FormField,
    Found,
    Identity,
    Provider,
    Repeat,
    Sendable,
    Session,
    Spec,
    Step,
    Tokens,
)
from connectors.http import Answer, Call, Failure, Patience, ask, send, unreadable, unreadable_public
from connectors.plain_text import plain_text
from connectors.transport import Upload
from editorial.clock import as_stored, unstamp
from editorial.content import AccountContent, MediaItem, Prepared
from editorial.counting import Limits
from editorial.counting.limits import PICTURES
from editorial.delivery.showing import Shown, ShownPicture, differences
from editorial.outcomes import Again, Made, Published, Refused, StepResult, Uncertain
from editorial.secret import Secret

if TYPE_CHECKING:
    import requests

REDIRECT_PATH = "/mastodon"
SCOPES = ("read:accounts", "read:statuses", "write:statuses", "write:media")
_LABEL = "Mastodon"
_LIMITS = Limits(
    text=500, rule="mastodon", media=4, alt=1_500, media_bytes=10_485_760, longest_side=4_096, text_required=False
)
_URL_COST = 23  # what the rule "mastodon" counts for a link
_PAGES, _A_PAGE = 25, 40  # of the own posts: how many one look-up reads, and how many posts the network gives at once
_ME, _POSTS = "/api/v1/accounts/verify_credentials", "/api/v1/statuses"
_NOT_FOUND = ("HTTP 404", "HTTP 410", "not_found")


def repeats(account: AccountInfo) -> Repeat:
    """An hour at Mastodon itself. Servers that only speak its API may ignore the key, and are taken to.

    They name themselves after the version, "4.2.1 (compatible; Akkoma 3.15)", or count their own from 0.
    """
    if re.fullmatch(r"[3-9]\.\d+\.\d+[^\s(]*", account.settings.get("version", "")):
        return Repeat(timedelta(hours=1), "docs.joinmastodon.org/methods/statuses, Idempotency-Key")
    return Repeat(timedelta(0), "the server is not known to honour Idempotency-Key")


class MastodonConnector:
    """Uploads each picture privately, waits until the server is done with them, then publishes in one public call."""

    spec = Spec(
        name="mastodon",
        label=_LABEL,
        limits=_LIMITS,
        repeats=repeats,
        form=(FormField("server", "Address of the Mastodon server", "For example social.example"),),
    )

    def __init__(self, patience: Patience | None = None) -> None:
        """`patience`: for every call, in place of the usual time-outs."""
        self._patience = patience

    # ---- signing in --------------------------------------------------------------------------------------------------

    def register(self, server: str, http: "requests.Session") -> Provider | Refused:
        """A client of our own on this server. The port of the redirect counts for nothing on 127.0.0.1 (RFC 8252)."""
        body = {
            "client_name": "Signpost",
            "redirect_uris": f"http://127.0.0.1{REDIRECT_PATH}",  # a list only from 4.3 on, a text everywhere
            "scopes": " ".join(SCOPES),
        }
        answer = ask(http, Call("POST", f"{server}/api/v1/apps", _LABEL, body=body, patience=self._patience))
        if isinstance(answer, Refused):
            return _no_mastodon() if answer.code in (*_NOT_FOUND, Failure.GARBLED) else answer
        client_id, client_secret = text_of(answer.data, "client_id"), text_of(answer.data, "client_secret")
        return _provider(server, client_id, Secret(client_secret)) if client_id and client_secret else _no_mastodon()

    def whoami(self, session: Session) -> Identity | Refused:
        """Handle and name, and what the server takes."""
        me = self._get(session, _ME)
        if isinstance(me, Refused):
            return me
        remote_id, name = text_of(me.data, "id"), text_of(me.data, "username")
        server = self._get(session, "/api/v2/instance")
        if isinstance(server, Refused) and server.code in _NOT_FOUND:  # before 4.0
            server = self._get(session, "/api/v1/instance")
        if isinstance(server, Refused):
            return server
        limits, version = _limits(server.data), text_of(server.data, "version")
        if not (remote_id and name and limits and version):
            return unreadable(_LABEL)
        domain = text_of(server.data, "domain") or urlsplit(session.account.server).netloc
        label = text_of(me.data, "display_name") or name
        return Identity(remote_id, f"{name}@{domain}", label, {"version": version[:100]}, limits)

    def revoke(self, account: AccountInfo, tokens: Tokens, http: "requests.Session") -> Refused | None:
        """End the sign-in on the server; it takes that only from the client that it registered."""
        return oauth.revoke(_provider(account.server, tokens.client_id, tokens.client_secret), tokens, http)

    # ---- publishing --------------------------------------------------------------------------------------------------

    def steps(self, content: AccountContent) -> tuple[Step, ...]:
        """A private `media:<n>` for each picture, then a private `ready:<n>` for each, then the public `post`."""
        uploads = tuple(
            Step(f"media:{index}", public=False, detail={"sha256": item.sha256})
            for index, item in enumerate(content.media)
        )
        checks = tuple(Step(f"ready:{index}", public=False) for index in range(len(content.media)))
        return (*uploads, *checks, Step("post", public=True))

    def run(self, cleared: Sendable, step: Step, session: Session, done: Mapping[str, str]) -> StepResult:
        """Make one call; see `connectors.base.Connector`."""
        if step.public:
            return self._publish(cleared, session, done)
        kind, _, index = step.name.partition(":")
        if kind == "ready":
            return self._ready(done[f"media:{index}"], session)
        return self._upload(cleared, cleared.content.media[int(index)], session)

    def _upload(self, cleared: Sendable, item: MediaItem, session: Session) -> StepResult:
        with cleared.open_media(item.sha256) as source:
            upload = Upload({"description": item.alt}, "picture", item.mime, source, item.size)
            answer = ask(session.http, self._to(session, "POST", "/api/v2/media", upload=upload))
        if isinstance(answer, Refused):
            return answer
        remote_id = text_of(answer.data, "id")
        return Made(remote_id) if remote_id else unreadable(_LABEL)

    def _ready(self, remote_id: str, session: Session) -> StepResult:
        """Only what is ready can be attached. Not yet: tried again like any private step, and never twice uploaded."""
        answer = self._get(session, f"/api/v1/media/{quote(remote_id, safe='')}")
        if isinstance(answer, Refused):
            return answer
        if answer.status == 206:
            return Refused(f"{_LABEL} is still working on a picture", "It is tried again.", "processing", Again.LATER)
        return Made(remote_id) if text_of(answer.data, "id") == remote_id else unreadable(_LABEL)

    def _publish(self, cleared: Sendable, session: Session, done: Mapping[str, str]) -> StepResult:
        content = cleared.content
        body: dict[str, Any] = {
            "status": content.text,
            "language": content.language,
            "visibility": "public",  # said always: else the account's own defaults decide what was never signed
            "sensitive": False,
        }
        if content.media:
            body["media_ids"] = [done[f"media:{index}"] for index in range(len(content.media))]
        key = {"Idempotency-Key": cleared.prepared.key}
        answer = send(session.http, self._to(session, "POST", _POSTS, body=body, headers=key))
        if not isinstance(answer, Answer):
            return answer
        remote_id = text_of(answer.data, "id")
        return Published(remote_id, text_of(answer.data, "url") or None) if remote_id else unreadable_public(_LABEL)

    # ---- afterwards --------------------------------------------------------------------------------------------------

    def find(self, content: AccountContent, prepared: Prepared, session: Session) -> Found | Refused:
        """Read the account's own posts, newest first, back to when the delivery was prepared."""
        frozen_at = as_stored(prepared.created_at)  # to the millisecond, as the network's times are
        path = f"/api/v1/accounts/{quote(session.account.settings.get('remote_id', ''), safe='')}/statuses"
        params = {"limit": str(_A_PAGE), "exclude_reblogs": "true"}
        candidates: list[Candidate] = []
        for _ in range(_PAGES):
            answer = self._get(session, path, params=params)
            if isinstance(answer, Refused):
                return answer
            posts = _Seen.all_in(answer.data)
            if posts is None:
                return unreadable(_LABEL)
            if not posts or posts[-1].id == params.get("max_id"):  # the end, or a server that turns no pages
                break
            for post in posts:
                found = self._candidate(post, content, frozen_at, session)
                if isinstance(found, Refused):
                    return found
                candidates += found
            if posts[-1].created_at < frozen_at:
                break
            params = {**params, "max_id": posts[-1].id}
        return Found(tuple(candidates))

    def _candidate(
        self, post: "_Seen", content: AccountContent, frozen_at: datetime, session: Session
    ) -> Sequence[Candidate] | Refused:
        """None or one: a post with the same text."""
        shown = post.shown if post.created_at < frozen_at else self._as_written(post, session)
        if isinstance(shown, Refused):
            return shown
        differs = [each.what for each in differences(content, shown)]
        if "text" in differs:
            return ()
        exact = not differs and post.created_at >= frozen_at
        return (Candidate(Published(post.id, post.url or None), shown.text, post.created_at, exact),)

    def read(self, published: Published, session: Session) -> Shown | Refused | None:
        """Ask for the one post."""
        answer = self._get(session, _path(published.remote_id))
        if isinstance(answer, Refused):
            return None if self._is_gone(answer, session) else answer
        posts = _Seen.all_in([answer.data])
        return self._as_written(posts[0], session) if posts else unreadable(_LABEL)

    def _as_written(self, post: "_Seen", session: Session) -> Shown | Refused:
        """What people see of it. They do not see the server of a mention: such a post is read as it was written."""
        if not post.mentions:
            return post.shown
        answer = self._get(session, f"{_path(post.id)}/source")
        if isinstance(answer, Refused):
            return post.shown if answer.code in _NOT_FOUND else answer  # before 4.0
        text = part_of(answer.data, "text")
        return post.showing(text) if isinstance(text, str) else unreadable(_LABEL)

    def withdraw(self, published: Published, session: Session) -> Refused | Uncertain | None:
        """Delete the post and its pictures; one that is gone already counts as deleted."""
        call = self._to(session, "DELETE", _path(published.remote_id), params={"delete_media": "true"})
        answer = send(session.http, call, "Nothing was removed. ")
        if isinstance(answer, Answer):
            said = answer.status == 204 or text_of(answer.data, "id") == published.remote_id
            return None if said else unreadable_public(_LABEL)
        return None if isinstance(answer, Refused) and self._is_gone(answer, session) else answer

    def _is_gone(self, answer: Refused, session: Session) -> bool:
        """Whether "not found" is about the post: the same server still knows the account that it belonged to."""
        if answer.code not in _NOT_FOUND:
            return False
        me = self._get(session, _ME)
        return isinstance(me, Answer) and text_of(me.data, "id") == session.account.settings.get("remote_id")

    def _get(self, session: Session, path: str, **parts: Any) -> Answer | Refused:
        return ask(session.http, self._to(session, "GET", path, **parts))

    def _to(self, session: Session, method: str, path: str, **parts: Any) -> Call:
        url = session.account.server + path
        return Call(method, url, _LABEL, access=session.access, patience=self._patience, **parts)


@dataclass(frozen=True, slots=True)
class _Seen:
    """A post as the network tells it."""

    id: str
    url: str
    warning: str  # what stands before the text until it is opened; Signpost sets none
    html: str
    alts: tuple[str, ...]
    mentions: bool
    created_at: datetime

    @classmethod
    def all_in(cls, data: Any) -> "list[_Seen] | None":
        """The posts of an answer; None where it is not a list of posts."""
        try:
            return [
                cls(
                    str(post["id"]), str(post["url"] or ""), str(post["spoiler_text"]), str(post["content"]),
                    tuple(str(item["description"] or "") for item in post["media_attachments"]),
                    bool(post["mentions"]), unstamp(post["created_at"]),
                )
                for post in data
            ]  # fmt: skip
        except (TypeError, KeyError, ValueError):
            return None

    @property
    def shown(self) -> Shown:
        return self.showing(plain_text(self.html))

    def showing(self, text: str) -> Shown:
        """Servers make their pictures anew, so their bytes say nothing."""
        return Shown(f"{self.warning}\n{text}".strip(), tuple(ShownPicture(alt) for alt in self.alts))


def _provider(server: str, client_id: str, client_secret: Secret | None) -> Provider:
    return Provider(
        label=_LABEL,
        authorize_url=f"{server}/oauth/authorize",
        token_url=f"{server}/oauth/token",
        revoke_url=f"{server}/oauth/revoke",
        client_id=client_id,
        scopes=SCOPES,
        redirect_path=REDIRECT_PATH,
        client_secret=client_secret,
    )


def _no_mastodon() -> Refused:
    return Refused(
        "No Mastodon server answers at this address", "Type the address that stands in the browser there.", "no_server"
    )


def _limits(data: Any) -> Limits | None:
    """What a server takes, from its own description; None where it is none. What it leaves out is the usual."""
    found = part_of(data, "configuration")
    if not isinstance(found, dict):
        return None
    posts, media = found.get("statuses"), found.get("media_attachments")
    mimes = part_of(media, "supported_mime_types")
    area = _number(media, "image_matrix_limit", _LIMITS.longest_side**2)
    return Limits(
        text=_number(posts, "max_characters", _LIMITS.text),
        # A server that counts links in another way: each then counts in full, which is seldom less than it counts.
        rule="mastodon" if _number(posts, "characters_reserved_per_url", _URL_COST) == _URL_COST else "graphemes",
        media=_number(posts, "max_media_attachments", _LIMITS.media),
        alt=_number(media, "description_limit", _LIMITS.alt),
        media_bytes=_number(media, "image_size_limit", _LIMITS.media_bytes),
        mimes=tuple(mime for mime in PICTURES if mime in mimes) if isinstance(mimes, list) else PICTURES,
        longest_side=math.isqrt(area),  # a square of it is the most that is sure to fit
        text_required=False,
    )


def _number(data: Any, name: str, usual: int) -> int:
    value = part_of(data, name)
    return value if type(value) is int and value >= 0 else usual


def _path(remote_id: str) -> str:
    return f"{_POSTS}/{quote(remote_id, safe='')}"
