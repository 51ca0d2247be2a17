"""The connector to the practice network: the smallest whole one, and the pattern for the others."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from connectors import oauth
from connectors.answers import text_of
from connectors.base import (
    AccountInfo,
    Candidate,
    FormField,
    Found,
    Identity,
    Provider,
    Renewal,
    Repeat,
    Sendable,
    Session,
    Spec,
    Step,
    Tokens,
)
from connectors.http import Answer, Call, Patience, ask, send, unreadable, unreadable_public
from connectors.practice.profiles import CLIENT_ID, LIMITS, REDIRECT_PATH, SCOPES, Profile
from connectors.transport import Upload
from editorial.clock import as_stored, unstamp
from editorial.content import AccountContent, MediaItem, Prepared
from editorial.delivery.showing import Shown, ShownPicture
from editorial.outcomes import Again, Made, Published, Refused, StepResult, Uncertain

if TYPE_CHECKING:
    import requests

_LABEL = "Practice network"
_PAGES = 50  # of the own list that one look-up reads at most


def provider(server: str) -> Provider:
    """Where to sign in at the practice network that runs at this address."""
    return Provider(
        label=_LABEL,
        authorize_url=f"{server}/oauth/authorize",
        token_url=f"{server}/oauth/token",
        revoke_url=f"{server}/oauth/revoke",
        client_id=CLIENT_ID,
        scopes=SCOPES,
        issuer=server,
        redirect_path=REDIRECT_PATH,
    )


def profile_of(account: AccountInfo) -> Profile | None:
    """The account's profile as learned at connect; None where it is not known."""
    value = account.settings.get("profile", "")
    return Profile(value) if value in set(Profile) else None


def repeats(account: AccountInfo) -> Repeat:
    """By the account's profile; an unknown one is treated as keyless."""
    profile = profile_of(account)
    known = profile if profile else Profile.BLIND
    return Repeat(known.harmless_for, f"practice network, profile {profile.value if profile else 'unknown'}")


class PracticeConnector:
    """Uploads each picture privately, then publishes the post in one public call."""

    spec = Spec(
        name="practice",
        label=_LABEL,
        limits=LIMITS,
        repeats=repeats,
        sign_in=provider,
        form=(FormField("server", "Address of the practice network", "As `signpost practice` prints it."),),
    )

    def __init__(self, patience: Patience | None = None) -> None:
        """`patience`: for every call, in place of the usual time-outs."""
        self._patience = patience

    def steps(self, content: AccountContent) -> tuple[Step, ...]:
        """One private `media:<n>` for each picture, in order, then the public `post`."""
        uploads = tuple(
            Step(f"media:{index}", public=False, detail={"sha256": item.sha256})
            for index, item in enumerate(content.media)
        )
        return (*uploads, Step("post", public=True))

    def run(self, cleared: Sendable, step: Step, session: Session, done: Mapping[str, str]) -> StepResult:
        """Make one call; see `connectors.base.Connector`."""
        if step.public:
            return self._publish(cleared, session, done)
        item = cleared.content.media[int(step.name.removeprefix("media:"))]
        return self._upload(cleared, item, session)

    def _upload(self, cleared: Sendable, item: MediaItem, session: Session) -> StepResult:
        with cleared.open_media(item.sha256) as source:
            upload = Upload({"alt": item.alt}, "picture", item.mime, source, item.size)
            answer = ask(session.http, self._to(session, "POST", "/api/v1/media", upload=upload))
        if not isinstance(answer, Answer):
            return answer
        remote_id = text_of(answer.data, "id")
        if not remote_id or text_of(answer.data, "sha256") != item.sha256:
            return unreadable(_LABEL)
        return Made(remote_id)

    def _publish(self, cleared: Sendable, session: Session, done: Mapping[str, str]) -> StepResult:
        content = cleared.content
        body = {
            "text": content.text,
            "media_ids": [done[f"media:{index}"] for index in range(len(content.media))],
            "language": content.language,
        }
        key = {"Idempotency-Key": cleared.prepared.key}
        answer = send(session.http, self._to(session, "POST", "/api/v1/posts", body=body, headers=key))
        if isinstance(answer, Refused) and answer.code == "duplicate_text":
            # The text that is there may be this very post: from an earlier attempt, or sent twice by something between.
            return Uncertain(
                f"{_LABEL} has this text already and does not say where",
                "It may be this post. Look at the page before you send again.",
                answer.code,
            )
        if not isinstance(answer, Answer):
            return answer
        remote_id = text_of(answer.data, "id")
        return Published(remote_id, text_of(answer.data, "url") or None) if remote_id else unreadable_public(_LABEL)

    def find(self, content: AccountContent, prepared: Prepared, session: Session) -> Found | Refused:
        """Read the own list, newest first, back to when the delivery was prepared. Refused for a blind account."""
        frozen_at = as_stored(prepared.created_at)  # to the millisecond, as the network's times are
        candidates: list[Candidate] = []
        params: dict[str, str] = {}
        for _ in range(_PAGES):
            answer = ask(session.http, self._to(session, "GET", "/api/v1/posts", params=params))
            if not isinstance(answer, Answer):
                return _cannot_look(answer)
            posts = _Seen.all_in(answer.data)
            if posts is None:
                return unreadable(_LABEL)
            candidates += [post.candidate(content, frozen_at) for post in posts if post.text == content.text]
            if not posts or posts[-1].created_at < frozen_at:
                break
            params = {"before": posts[-1].id}
        return Found(tuple(candidates))

    def read(self, published: Published, session: Session) -> Shown | Refused | None:
        """Ask for the one post. Refused for a blind account."""
        answer = ask(session.http, self._to(session, "GET", _path(published)))
        if isinstance(answer, Refused):
            return None if answer.code == "no_such_post" else _cannot_look(answer)
        posts = _Seen.all_in([answer.data])
        return posts[0].shown() if posts else unreadable(_LABEL)

    def withdraw(self, published: Published, session: Session) -> Refused | Uncertain | None:
        """Delete the post; one that is gone already counts as deleted."""
        answer = send(session.http, self._to(session, "DELETE", _path(published)), "Nothing was removed. ")
        if isinstance(answer, Answer):
            return None if answer.status == 204 else unreadable_public(_LABEL)
        return None if answer.code == "no_such_post" else answer

    def whoami(self, session: Session) -> Identity | Refused:
        """Handle, name and profile."""
        answer = ask(session.http, self._to(session, "GET", "/api/v1/me"))
        if not isinstance(answer, Answer):
            return answer
        remote_id, handle, label, profile = (text_of(answer.data, name) for name in ("id", "handle", "name", "profile"))
        if not (remote_id and handle and profile):
            return unreadable(_LABEL)
        return Identity(remote_id, handle, label or handle, {"profile": profile})

    def renew(self, account: AccountInfo, tokens: Tokens, http: "requests.Session", now: datetime) -> Renewal:
        """Exchange the refresh token."""
        return oauth.refresh(provider(account.server), tokens, http, now)

    def revoke(self, account: AccountInfo, tokens: Tokens, http: "requests.Session") -> Refused | None:
        """End the sign-in on the server."""
        return oauth.revoke(provider(account.server), tokens, http)

    def _to(self, session: Session, method: str, path: str, **parts: Any) -> Call:
        url = session.account.server + path
        return Call(method, url, _LABEL, access=session.access, patience=self._patience, **parts)


@dataclass(frozen=True, slots=True)
class _Seen:
    """A post in the own list."""

    id: str
    text: str
    url: str
    media: tuple[tuple[str, str], ...]  # digest and alternative text
    created_at: datetime

    @classmethod
    def all_in(cls, data: Any) -> "list[_Seen] | None":
        """The posts of an answer; None where it is not a list of posts."""
        try:
            return [
                cls(
                    str(post["id"]), str(post["text"]), str(post["url"]),
                    tuple((str(item["sha256"]), str(item["alt"])) for item in post["media"]),
                    unstamp(post["created_at"]),
                )
                for post in data
            ]  # fmt: skip
        except (TypeError, KeyError, ValueError):
            return None

    def shown(self) -> Shown:
        return Shown(self.text, tuple(ShownPicture(alt, digest) for digest, alt in self.media))

    def candidate(self, content: AccountContent, frozen_at: datetime) -> Candidate:
        same = self.media == tuple((item.sha256, item.alt) for item in content.media)
        exact = same and self.created_at >= frozen_at
        return Candidate(Published(self.id, self.url), self.text, self.created_at, exact)


def _path(published: Published) -> str:
    return f"/api/v1/posts/{quote(published.remote_id, safe='')}"


def _cannot_look(answer: Refused) -> Refused:
    if answer.code != "not_offered":
        return answer
    return Refused(
        f"{_LABEL} does not list this account's posts",
        "Look at its page to see whether the post is there.",
        answer.code,
        Again.NEVER,
    )
