"""What may be past its time: posts, authorizations, pictures, and when each was last in play. Reads only."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import LargeBinary, String, type_coerce
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, func, select

from editorial.authorizations.standing import State, standing_of
from editorial.clock import unstamp
from editorial.delivery.states import FINAL
from editorial.media import MediaFolder
from editorial.posts.records import is_erased
from editorial.posts.states import PostState
from editorial.store.models import (
    AuditEntry,
    Authorization,
    Concern,
    Delivery,
    Draft,
    Media,
    Post,
    Revision,
    SignOff,
    Task,
)

# Inside a text the quotes would be escaped, so that no text can look like these.
_PICTURE = re.compile(rb'"sha256":"([0-9a-f]{64})"')
_RESTS = re.compile(rb'"authorizations":\[([^\]]*)\]')
_ID = re.compile(rb'"([A-Za-z0-9_.-]+)(?:@[^"]*)?"')
_AT_REST = frozenset({PostState.DRAFT, PostState.PUBLISHED, PostState.DISCARDED})


@dataclass(slots=True)
class PostFacts:
    """A post. `sent`: it was in review once; `given_up`: discarded, and nobody ever signed or scheduled it.

    `open`: somebody or something is still at work on it. `last`: when anything last happened to it.
    """

    id: str
    number: int
    title: str
    last: datetime
    sent: bool = False
    given_up: bool = False
    open: bool = False
    empty: bool = False  # nothing is left of it to erase
    pictures: set[str] = field(default_factory=set)
    authorizations: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class AuthorizationFacts:
    """An authorization with something to erase. `last`: when it was made or last in effect; None: it still is."""

    id: str
    number: int
    last: datetime | None
    pictures: frozenset[str]


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """A picture in the folder, in the table, or both."""

    sha256: str
    name: str
    added_at: datetime
    added_by: str


@dataclass(frozen=True, slots=True)
class Facts:
    """All of it.

    `owners`: the id of anything that entries are about, to the post or authorization it belongs to; `newest`: the same
    ids, to when the newest entry about them was written.
    """

    posts: Mapping[str, PostFacts]
    authorizations: Mapping[str, AuthorizationFacts]
    pictures: Mapping[str, PictureFacts]
    owners: Mapping[str, str]
    newest: Mapping[str, datetime]


def read_facts(session: Session, media: MediaFolder, now: datetime) -> Facts:
    """Everything, as this session sees it. Looks at every version: not for the UI thread."""
    owners, newest = _owners(session), _newest(session)
    posts, pictures = _posts(session, owners, newest), _pictures(session, media, newest)
    return Facts(posts, _authorizations(session, now), pictures, owners, newest)


def _newest(session: Session) -> dict[str, datetime]:
    at = func.max(type_coerce(col(AuditEntry.ts), String))
    rows = session.connection().execute(
        sa_select(col(AuditEntry.object_id), at).group_by(col(AuditEntry.object_id))
    )  # fmt: skip
    return {key: unstamp(stamp) for key, stamp in rows}


def _owners(session: Session) -> dict[str, str]:
    found = {key: key for key in session.exec(select(Post.id)).all()}
    found |= {key: key for key in session.exec(select(Authorization.id)).all()}
    found |= dict(session.exec(select(Delivery.id, Delivery.post_id)).all())
    found |= dict(session.exec(select(Concern.id, Concern.post_id)).all())
    tasks = session.exec(select(Task.id, Task.post_id, Task.authorization_id)).all()
    return found | {key: post or authorization for key, post, authorization in tasks}


def _posts(session: Session, owners: Mapping[str, str], newest: Mapping[str, datetime]) -> dict[str, PostFacts]:
    found = {
        row.id: PostFacts(
            row.id, row.number, row.title, max(row.created_at, row.changed_at), sent=row.revision > 0,
            given_up=row.state == PostState.DISCARDED, open=row.state not in _AT_REST, empty=True,
        )
        for row in session.exec(select(Post)).all()
    }  # fmt: skip
    _add_texts(session, found)
    for key, at in newest.items():
        post = found.get(owners.get(key, ""))
        if post is not None:
            post.last = max(post.last, at)
    _add_work(session, found)
    return found


def _add_texts(session: Session, posts: Mapping[str, PostFacts]) -> None:
    drafts = sa_select(col(Draft.post_id), type_coerce(col(Draft.body), String), col(Draft.saved_at))
    for post_id, body, saved_at in session.connection().execute(drafts):
        post = posts[post_id]
        post.empty, post.last = False, max(post.last, saved_at)
        _add_names(post, body.encode())
    versions = sa_select(col(Revision.post_id), type_coerce(col(Revision.content), LargeBinary))
    for post_id, content in session.connection().execute(versions):
        post = posts[post_id]
        post.sent, post.empty = True, post.empty and is_erased(content)
        _add_names(post, content if isinstance(content, bytes) else str(content).encode())  # SQLite stores any type


def _add_names(post: PostFacts, data: bytes) -> None:
    post.pictures |= {each.decode() for each in _PICTURE.findall(data)}
    post.authorizations |= {each.decode() for part in _RESTS.findall(data) for each in _ID.findall(part)}


def _add_work(session: Session, posts: Mapping[str, PostFacts]) -> None:
    for post_id, state, sent_at in session.exec(select(Delivery.post_id, Delivery.state, Delivery.sent_at)).all():
        post = posts[post_id]
        post.given_up, post.open = False, post.open or state not in FINAL
        post.last = max(post.last, sent_at or post.last)
    for post_id in session.exec(select(SignOff.post_id)).all():
        posts[post_id].given_up = False
    unfinished = [
        *session.exec(select(Task.post_id).where(col(Task.done_at).is_(None))).all(),
        *session.exec(select(Concern.post_id).where(col(Concern.closed_at).is_(None))).all(),
    ]
    for post_id in unfinished:
        if post_id in posts:
            posts[post_id].open = True


def _authorizations(session: Session, now: datetime) -> dict[str, AuthorizationFacts]:
    found = {}
    for row in session.exec(select(Authorization)).all():
        standing = standing_of(session, row, now)
        if standing.state is State.ERASED:
            continue
        ended = standing.at if standing.state not in (State.VALID, State.DAMAGED) else None
        last = max(row.recorded_at, ended) if ended is not None else None
        pictures = frozenset(standing.elements.media) if standing.elements else frozenset()
        found[row.id] = AuthorizationFacts(row.id, row.number, last, pictures)
    return found


def _pictures(session: Session, media: MediaFolder, newest: Mapping[str, datetime]) -> dict[str, PictureFacts]:
    found = {
        path.name: PictureFacts(path.name, "", datetime.fromtimestamp(path.stat().st_mtime, UTC), "")
        for path in media.files()
    }
    for row in session.exec(select(Media)).all():
        added_at = max(row.added_at, newest.get(row.sha256, row.added_at))  # somebody added the same one again
        found[row.sha256] = PictureFacts(row.sha256, row.name, added_at, row.added_by)
    return found


def naming(posts: Mapping[str, PostFacts], *, authorizations: bool = False) -> Mapping[str, list[PostFacts]]:
    """A picture's digest, or an authorization's id, to the posts that name it."""
    found: dict[str, list[PostFacts]] = defaultdict(list)
    for post in posts.values():
        for key in post.authorizations if authorizations else post.pictures:
            found[key].append(post)
    return found
