"""Bluesky, and every other server of the AT Protocol (a "PDS"): posts as records that are written by their name.

The record's key is derived from the delivery's frozen key and time, so the same delivery always writes the same record:
`putRecord` of what is there changes nothing, and the post can be looked up by name after any accident.

Access is by app password. Every call gets its token in `_to` and nowhere else, and what comes back of a session is read
in `atproto.tokens_of`: those two places change when OAuth with DPoP takes the place of the app password.

Sources: the lexicons com.atproto.server.*, com.atproto.repo.* and app.bsky.feed.post (npm @atproto/api 0.21.0), the
behaviour of the reference server (npm @atproto/pds 0.4.217 and 0.5.35), atproto.com/specs/tid and /specs/record-key.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from connectors.answers import part_of, text_of
from connectors.atproto import (
    DID,
    POST,
    Seen,
    blob_of,
    claims_of,
    home_of,
    pictures_of,
    record_key,
    record_of,
    tid,
    tokens_of,
)
from connectors.base import (
    AccountInfo,
    Candidate,
    FormField,
    Found,
    Identity,
    Renewal,
    Repeat,
    Sendable,
    Session,
    SignedIn,
    Spec,
    Step,
    Tokens,
)
from connectors.http import Answer, Call, Failure, Patience, ask, send, unreadable, unreadable_public
from connectors.richtext import handles_in
from connectors.transport import BareUpload
from editorial.clock import as_stored
from editorial.content import AccountContent, MediaItem, Prepared
from editorial.counting import Limits
from editorial.delivery.showing import Shown
from editorial.outcomes import Again, Made, Published, Refused, StepResult, Uncertain
from editorial.secret import Secret

if TYPE_CHECKING:
    import requests

_LABEL = "Bluesky"
_SERVER = "https://bsky.social"
_PAGE, _PAGES = "100", 10  # of the own list that one look-up reads at most
_NOBODY = "nobody"  # what a mention's step made where the handle leads nowhere
_HANDLE = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")

_OVER = frozenset({"ExpiredToken", "InvalidToken", "AuthMissing", "AuthenticationRequired"})
_CLOSED = frozenset(
    {"AccountTakedown", "AccountSuspended", "AccountDeactivated", "RepoTakendown", "RepoSuspended", "RepoDeactivated"}
)

LIMITS = Limits(
    text=300, rule="graphemes", text_bytes=3_000, media=4, alt=2_000, media_bytes=2_000_000,
    mimes=("image/jpeg", "image/png", "image/webp"), text_required=False,
)  # fmt: skip


def repeats(account: AccountInfo) -> Repeat:
    """For ever, on every server."""
    source = (
        "com.atproto.repo.putRecord with the same record key and the same record changes nothing and answers with the "
        "same uri and cid (reference server, src/actor-store/repo/transactor); swapRecord: null refuses any other"
    )
    return Repeat(timedelta(days=36_500), source)


class BlueskyConnector:
    """Uploads each picture, asks who each mentioned handle is, then writes the post's record in one public call."""

    spec = Spec(
        name="bluesky",
        label=_LABEL,
        limits=LIMITS,
        repeats=repeats,
        form=(
            FormField("handle", "Handle", "As it stands on the profile, for example alderbay.bsky.social."),
            FormField("password", "App password", "Made at Bluesky under Settings, App passwords.", secret=True),
            FormField("server", "Server", "Another one only where the account is not at Bluesky itself.", _SERVER),
        ),
        drops=(
            "A link goes out as a link, without a card with the title and picture of its page.",
            "A mention of a handle that nobody has stays plain text.",
        ),
    )

    def __init__(self, patience: Patience | None = None) -> None:
        """`patience`: for every call, in place of the usual time-outs."""
        self._patience = patience

    # --- publishing ---

    def steps(self, content: AccountContent) -> tuple[Step, ...]:
        """A private `media:<n>` for each picture and `mention:<n>` for each handle, then the public `post`."""
        uploads = (Step(f"media:{at}", False, {"sha256": item.sha256}) for at, item in enumerate(content.media))
        mentions = (Step(f"mention:{at}", False, {"handle": name}) for at, name in enumerate(handles_in(content.text)))
        return (*uploads, *mentions, Step("post", public=True))

    def run(self, cleared: Sendable, step: Step, session: Session, done: Mapping[str, str]) -> StepResult:
        """Make one call; see `connectors.base.Connector`."""
        if step.public:
            return self._publish(cleared, session, done)
        kind, _, number = step.name.partition(":")
        if kind == "mention":
            return self._resolve(step.detail["handle"], session)
        return self._upload(cleared, cleared.content.media[int(number)], session)

    def _upload(self, cleared: Sendable, item: MediaItem, session: Session) -> StepResult:
        with cleared.open_media(item.sha256) as source:
            upload = BareUpload(item.mime, source, item.size)
            answer = _asked(session.http, self._to(session, "POST", "com.atproto.repo.uploadBlob", upload=upload))
        if not isinstance(answer, Answer):
            return answer
        blob = blob_of(item)  # the address is the digest of the bytes: another one means that other bytes arrived
        return Made(blob["ref"]["$link"]) if part_of(answer.data, "blob") == blob else unreadable(_LABEL)

    def _resolve(self, handle: str, session: Session) -> StepResult:
        call = self._to(session, "GET", "com.atproto.identity.resolveHandle", params={"handle": handle})
        answer = _asked(session.http, call)
        if isinstance(answer, Refused):
            unknown = answer.code in ("InvalidRequest", "HandleNotFound")
            return Made(_NOBODY) if unknown else answer
        did = text_of(answer.data, "did")
        return Made(did) if DID.fullmatch(did) else unreadable(_LABEL)

    def _publish(self, cleared: Sendable, session: Session, done: Mapping[str, str]) -> StepResult:
        name = record_key(cleared.prepared)
        body = {
            "repo": _did(session), "collection": POST, "rkey": name, "swapRecord": None,
            "record": record_of(cleared.content, cleared.prepared, done),
        }  # fmt: skip
        answer = _sent(session.http, self._to(session, "POST", "com.atproto.repo.putRecord", body=body))
        if isinstance(answer, Refused) and answer.code == "InvalidSwap":
            # There is a record of this name: this delivery wrote it in an earlier attempt.
            return Uncertain(
                f"{_LABEL} has a post of this name already",
                "It is most likely this post. Look at the page before you send again.",
                answer.code,
            )
        if not isinstance(answer, Answer):
            return answer
        uri = text_of(answer.data, "uri")
        return _published(session, name) if uri == _uri(session, name) else unreadable_public(_LABEL)

    # --- looking and removing ---

    def find(self, content: AccountContent, prepared: Prepared, session: Session) -> Found | Refused:
        """Ask for the record by its name; where there is none, read the own list back to the delivery's time."""
        own = self._record(record_key(prepared), session)
        if isinstance(own, Refused):
            return own
        if own is not None:
            return Found((_candidate(own, content, prepared, session),))
        oldest = tid(prepared.created_at - timedelta(seconds=1), 0)
        candidates: list[Candidate] = []
        params = {"repo": _did(session), "collection": POST, "limit": _PAGE}
        for _ in range(_PAGES):
            call = self._to(session, "GET", "com.atproto.repo.listRecords", params=params)
            answer = _asked(session.http, call)
            if not isinstance(answer, Answer):
                return answer
            posts = Seen.all_in(part_of(answer.data, "records"))
            if posts is None:
                return unreadable(_LABEL)
            candidates += [_candidate(each, content, prepared, session) for each in posts if each.text == content.text]
            cursor = text_of(answer.data, "cursor")
            if not posts or not cursor or posts[-1].name < oldest:
                break
            params = params | {"cursor": cursor}
        return Found(tuple(candidates))

    def read(self, published: Published, session: Session) -> Shown | Refused | None:
        """Ask the account's server for the record: it is what Bluesky shows, a moment later."""
        seen = self._record(_name(published), session)
        return Shown(seen.text, seen.pictures) if isinstance(seen, Seen) else seen

    def _record(self, name: str, session: Session) -> "Seen | Refused | None":
        params = {"repo": _did(session), "collection": POST, "rkey": name}
        answer = _asked(session.http, self._to(session, "GET", "com.atproto.repo.getRecord", params=params))
        if isinstance(answer, Refused):
            return None if answer.code == "RecordNotFound" else answer
        seen = Seen.all_in([answer.data])
        return seen[0] if seen else unreadable(_LABEL)

    def withdraw(self, published: Published, session: Session) -> Refused | Uncertain | None:
        """Delete the record; one that is gone already counts as deleted."""
        body = {"repo": _did(session), "collection": POST, "rkey": _name(published)}
        call = self._to(session, "POST", "com.atproto.repo.deleteRecord", body=body)
        answer = _sent(session.http, call, "Nothing was removed. ")
        if not isinstance(answer, Answer):
            return None if answer.code == "RecordNotFound" else answer
        told = isinstance(answer.data, dict) and answer.data.keys() <= {"commit"}
        return None if told or answer.status == 204 else unreadable_public(_LABEL)

    # --- the account ---

    def sign_in(
        self, typed: Mapping[str, str], password: Secret, http: "requests.Session", now: datetime
    ) -> SignedIn | Refused:
        """Open a session, which the network allows 300 times a day: from here on it is only renewed.

        The password goes to the server that was typed and to no other; what comes back says where the account lives.
        """
        handle, server = _typed_handle(typed["handle"]), _typed_server(typed["server"])
        if not _HANDLE.fullmatch(handle):
            return Refused(
                "This is no handle of Bluesky", "It looks like a web address: alderbay.bsky.social.", "handle"
            )
        body = {"identifier": handle, "password": password.reveal()}
        url = _at(server, "com.atproto.server.createSession")
        answer = ask(http, Call("POST", url, _LABEL, body=body, patience=self._patience))
        if isinstance(answer, Refused):
            return _no_session(answer)
        tokens, did, home = tokens_of(answer.data, now), text_of(answer.data, "did"), home_of(answer.data, server)
        if tokens is None or not DID.fullmatch(did) or home is None:
            return unreadable(_LABEL)
        identity = _identity(answer.data)
        whole = claims_of(tokens.access).get("scope") == "com.atproto.access"
        if whole:  # it could change the account itself, and a desk has no use for that
            self.revoke(AccountInfo("", self.spec.name, home, handle), tokens, http)
            return _own_password("password")
        return identity if isinstance(identity, Refused) else SignedIn(home, identity, tokens)

    def whoami(self, session: Session) -> Identity | Refused:
        """Handle and DID, as the account's server has them now."""
        answer = _asked(session.http, self._to(session, "GET", "com.atproto.server.getSession"))
        return _identity(answer.data) if isinstance(answer, Answer) else answer

    def renew(self, account: AccountInfo, tokens: Tokens, http: "requests.Session", now: datetime) -> Renewal:
        """Exchange the refresh token, which is good for one time; the server takes it again for a short while."""
        if tokens.refresh is None:
            return Refused(f"{_LABEL} signed us out", "Sign the account in again.", "no_refresh", Again.SIGN_IN)
        url = _at(account.server, "com.atproto.server.refreshSession")
        answer = _asked(http, Call("POST", url, _LABEL, access=tokens.refresh, patience=self._patience))
        fresh = tokens_of(answer.data, now) if isinstance(answer, Answer) else None
        if isinstance(answer, Refused) and answer.code not in (Failure.LOST, Failure.GARBLED):
            named = answer.again is not Again.SIGN_IN or answer.code in _OVER  # a bare 401 may be anything's on the way
            return answer if named else replace(answer, again=Again.LATER)
        if fresh is None or isinstance(answer, Refused):
            return Uncertain(
                f"The sign-in at {_LABEL} could not be renewed for certain",
                "The answer was lost. It is tried once more; if that is refused, sign the account in again.",
                answer.code if isinstance(answer, Refused) else Failure.GARBLED.value,
            )
        mine = account.settings.get("remote_id") == text_of(answer.data, "did")
        return fresh if mine else Refused(f"{_LABEL} answers for another account", "Tell IT.", "did", Again.NEVER)

    def revoke(self, account: AccountInfo, tokens: Tokens, http: "requests.Session") -> Refused | None:
        """End the session on the server. The app password itself is deleted at Bluesky, by whoever made it."""
        url = _at(account.server, "com.atproto.server.deleteSession")
        token = tokens.refresh or tokens.access
        answer = _asked(http, Call("POST", url, _LABEL, access=token, patience=self._patience))
        return answer if isinstance(answer, Refused) and answer.again is not Again.SIGN_IN else None

    # --- how a call goes ---

    def _to(self, session: Session, method: str, what: str, **parts: Any) -> Call:
        url = _at(session.account.server, what)
        return Call(method, url, _LABEL, access=session.access, patience=self._patience, **parts)


def _asked(http: "requests.Session", call: Call) -> Answer | Refused:
    answer = ask(http, call)
    return answer if isinstance(answer, Answer) else _meant(answer)


def _sent(http: "requests.Session", call: Call, nothing: str = "Nothing went out. ") -> Answer | Refused | Uncertain:
    answer = send(http, call, nothing)
    return _meant(answer, nothing) if isinstance(answer, Refused) else answer


def _meant(refused: Refused, nothing: str = "") -> Refused:
    """The one border for Bluesky's own errors, which mean more by their name than by their status."""
    code = refused.code
    if code in _CLOSED:
        return Refused(f"{_LABEL} has closed this account", f"{nothing}Look at its e-mail.", code, Again.NEVER)
    if code in _OVER:  # a status of 400 as often as of 401
        return Refused(f"{_LABEL} signed us out", f"{nothing}Sign the account in again.", code, Again.SIGN_IN)
    if code == "BlobNotFound":
        return replace(refused, advice=f"{nothing}It kept the pictures too briefly. Send the post again.")
    return refused


def _no_session(refused: Refused) -> Refused:
    """Why no session was opened."""
    if refused.code == "AuthFactorTokenRequired":
        return _own_password(refused.code)
    if refused.again is Again.SIGN_IN and refused.code not in _CLOSED:
        return Refused(
            f"{_LABEL} does not know this handle with this app password",
            "Look at the spelling, or make a new app password.",
            refused.code,
        )
    return _meant(refused)


def _own_password(code: str) -> Refused:
    return Refused(
        "This is the account's own password",
        f"It stays with people. Make an app password at {_LABEL}, under Settings, and type that one.",
        code,
    )


# --- the record ---


def _candidate(seen: Seen, content: AccountContent, prepared: Prepared, session: Session) -> Candidate:
    frozen_at = as_stored(prepared.created_at)  # to the millisecond, as it was written
    same = seen.text == content.text and seen.pictures == pictures_of(content)
    young = seen.created_at is not None and seen.created_at >= frozen_at
    return Candidate(_published(session, seen.name), seen.text, seen.created_at, same and young)


def _published(session: Session, name: str) -> Published:
    return Published(_uri(session, name), f"https://bsky.app/profile/{_did(session)}/post/{name}")


def _uri(session: Session, name: str) -> str:
    return f"at://{_did(session)}/{POST}/{name}"


def _name(published: Published) -> str:
    return published.remote_id.rpartition("/")[2]


def _did(session: Session) -> str:
    return session.account.settings.get("remote_id", "")


# --- the session ---


def _typed_handle(typed: str) -> str:
    """Without the @ and the invisible marks that a profile's page puts around it."""
    return "".join(letter for letter in typed if letter.isprintable()).strip().lstrip("@").lower()


def _typed_server(typed: str) -> str:
    server = typed.strip().rstrip("/").lower() or _SERVER
    return server if "://" in server else f"https://{server}"


def _at(server: str, what: str) -> str:
    return f"{server}/xrpc/{what}"


def _identity(data: Any) -> Identity | Refused:
    did, handle = text_of(data, "did"), text_of(data, "handle")
    if not (DID.fullmatch(did) and handle):
        return unreadable(_LABEL)
    if data.get("active") is False:
        code = text_of(data, "status") or "inactive"
        return Refused(f"{_LABEL} has closed this account", "Look at its e-mail.", code, Again.NEVER)
    return Identity(did, handle, handle)
