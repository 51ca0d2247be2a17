"""Reading posts from the store: rows turned into the types that rules work with. Nothing here writes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import bindparam
from sqlmodel import Session, col, func, select

from editorial.audit.actions import Action
from editorial.canonical import canonical, digest
from editorial.errors import DeskError, NotFoundError
from editorial.keys.dsse import Envelope
from editorial.posts.draft import DraftBody, Target
from editorial.posts.revision import Snapshot
from editorial.store.database import columns
from editorial.store.models import Account, AuditEntry, Draft, Post, Revision, SignOff
from editorial.strict import fields, read

UNCHECKED = "unchecked"
"""Among a draft's editors: somebody typed whose passphrase could not be checked, and may be another than they say."""


class DamagedError(DeskError, ValueError):
    """What is stored is not what was written: somebody changed the database, or the disk did."""

    code = "E-DAMAGED"

    def __init__(self, what: str) -> None:
        super().__init__(
            "A stored version or signature was changed",
            f"{what} It counts for nothing and nothing is sent from it.",
            "Do not delete anything; verify the audit log and tell the compliance officer.",
        )


class ErasedError(DamagedError):
    """The version's content was erased when its time was over; the log says by whom."""

    code = "E-ERASED"

    def __init__(self, number: int, at: str, by: str) -> None:
        DeskError.__init__(
            self,
            f"Version {number} was erased on {at} by {by}",
            "Its time was over. What was signed, when and by whom stands in the audit log; the texts are gone.",
        )


_ERASED = b'{"erased":{"'


def erased_content(at: datetime, by: str) -> bytes:
    """What stands in the place of a version's content once that is erased."""
    return canonical({"erased": {"at": f"{at:%Y-%m-%d}", "by": by}})


def is_erased(content: bytes) -> bool:
    """Whether a version's content was erased. It is no snapshot in any case, and nothing is sent from it."""
    return content[: len(_ERASED)] == _ERASED  # somebody may have stored a text there


def post_of(session: Session, post_id: str) -> Post:
    """The post, or NotFoundError."""
    post = session.get(Post, post_id)
    if post is None:
        raise NotFoundError("This post is not here", "It may have been removed with an older backup.")
    return post


def post_called(session: Session, said: str) -> Post:
    """The post that people call so: P-312, or the number alone. Raises NotFoundError."""
    number = said.strip().upper().removeprefix("P-")
    known = number.isdecimal() and len(number) < 10
    found = session.exec(select(Post).where(Post.number == int(number))).first() if known else None
    if found is None:
        raise NotFoundError(
            f"No post is called {said}", "Nothing was changed.", "Name one by its number, such as P-12."
        )
    return found


def draft_of(session: Session, post_id: str) -> tuple[Draft, DraftBody]:
    """The working draft's row and what it holds."""
    row = session.get(Draft, post_id)
    if row is None:
        raise NotFoundError("This post has no draft", "It is finished; open a new post to say more.")
    return row, DraftBody.from_json(row.body)


def revision_of(session: Session, post_id: str, number: int) -> tuple[Revision, Snapshot]:
    """A frozen version. Raises NotFoundError, and DamagedError when the stored bytes are not the digested ones."""
    row = session.exec(select(Revision).where(Revision.post_id == post_id, Revision.number == number)).first()
    if row is None:
        raise NotFoundError("This post was not sent to review yet" if not number else f"There is no version {number}")
    return row, _belonging(read_version(session, row), post_id, number)


def read_version(session: Session, row: Revision) -> Snapshot:
    """As `snapshot_in`; that a version was erased is believed only where the log says so."""
    try:
        return snapshot_in(row)
    except ErasedError:
        told = select(AuditEntry.seq).where(
            AuditEntry.object_id == row.post_id, AuditEntry.action == Action.POST_ERASED
        )
        if session.exec(told).first() is None:
            raise DamagedError(f"Version {row.number} is gone, and the log knows of no erasing.") from None
        raise


def _belonging(snapshot: Snapshot, post_id: str, number: int) -> Snapshot:
    if (snapshot.post_id, snapshot.number) != (post_id, number):
        raise DamagedError(f"Where version {number} belongs, there is another one.")
    return snapshot


class StoredVersion(NamedTuple):
    """A frozen version as it is stored; `snapshot_in` gives what it holds, where that is what was written."""

    id: str
    number: int
    digest: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Versions:
    """Every frozen version of a post as stored, oldest first: read once for rules that look at several."""

    post_id: str
    stored: tuple[StoredVersion, ...]

    def by_id(self, revision_id: str) -> StoredVersion | None:
        """The version with that id."""
        return next((each for each in self.stored if each.id == revision_id), None)

    def by_digest(self, digest: str) -> StoredVersion | None:
        """The version that has this digest beside it."""
        return next((each for each in self.stored if each.digest == digest), None)

    def numbered(self, number: int) -> Snapshot:
        """What the version of that number holds. Raises NotFoundError and DamagedError, as `revision_of` does."""
        row = next((each for each in self.stored if each.number == number), None)
        if row is None:
            raise NotFoundError(f"There is no version {number}")
        return _belonging(snapshot_in(row), self.post_id, number)


_VERSIONS = (
    select(Revision.id, Revision.number, Revision.digest, Revision.content)
    .where(col(Revision.post_id) == bindparam("post_id"))
    .order_by(col(Revision.number))
)
_ENVELOPES = (
    select(SignOff.envelope).where(col(SignOff.post_id) == bindparam("post_id")).order_by(col(SignOff.signed_at))
)


def versions_of(session: Session, post_id: str) -> Versions:
    """Every version of the post, none looked into yet."""
    rows = columns(session, _VERSIONS, post_id=post_id)
    return Versions(post_id, tuple(StoredVersion(*row) for row in rows))


def snapshot_in(row: Revision | StoredVersion) -> Snapshot:
    """The snapshot in a row. Raises DamagedError when the bytes do not have the digest that stands beside them, and
    ErasedError for one whose content was erased.
    """
    if is_erased(row.content):
        raise _erased(row)
    try:
        snapshot, found = _decoded(row.content)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DamagedError(f"Version {row.number} cannot be read.") from error
    if found != row.digest:
        raise DamagedError(f"Version {row.number} does not match its digest.")
    return snapshot


def _erased(row: Revision | StoredVersion) -> DamagedError:
    try:
        told = fields(read(row.content)["erased"], at=str, by=str)
    except (ValueError, KeyError, TypeError):
        return DamagedError(f"Version {row.number} cannot be read.")
    return ErasedError(row.number, told["at"], told["by"])


@lru_cache(maxsize=256)
def _decoded(content: bytes) -> tuple[Snapshot, str]:
    """The snapshot in these bytes and their digest; no digest for bytes that are not in the one form."""
    snapshot, found = Snapshot.decode(content), digest(content)
    return snapshot, found if snapshot.digest() == found else ""


def as_body(snapshot: Snapshot) -> DraftBody:
    """A version in the shape of a draft: what the editor shows of a finished post, and what a correction starts from.

    Reasons for keeping warnings stay behind, and so does why it was in a hurry.
    """
    first = snapshot.contents[0]
    own = {each.account_id: each.text for each in snapshot.contents if each.text != first.text}
    return DraftBody(
        title=snapshot.title,
        text=first.text,
        account_texts=own,
        accounts=tuple(each.account_id for each in snapshot.contents),
        media=first.media,
        when=snapshot.when,
        language=first.language,
        authorizations=tuple(named.partition("@")[0] for named in snapshot.authorizations),
        corrects=snapshot.corrects,
    )


def envelopes_of(session: Session, post_id: str) -> tuple[Envelope, ...]:
    """Every signature given for the post, oldest first, unverified. Raises DamagedError for one that is none."""
    rows = columns(session, _ENVELOPES, post_id=post_id).scalars()
    try:
        return tuple(Envelope.from_json(envelope) for envelope in rows)
    except ValueError as error:
        raise DamagedError("A signature cannot be read.") from error


def targets(session: Session, *, only: Sequence[str] | None = None) -> tuple[Target, ...]:
    """The accounts that can be chosen (or those named in `only`, whatever their state), in a steady order."""
    statement = select(Account).order_by(col(Account.network), col(Account.label), col(Account.id))
    rows = session.exec(statement).all()
    chosen = [row for row in rows if (row.state != "disconnected" if only is None else row.id in only)]
    return tuple(Target(row.id, row.network, row.label) for row in chosen)


def next_number(session: Session) -> int:
    """The number of the next post: one more than the highest ever given."""
    return (session.exec(select(func.max(Post.number))).one() or 0) + 1
