"""Whether the log goes on from what its marks saw, and moving them forward. What does not fit opens a gap in the log.

A mark is moved only past entries that continue it, and never back: only the clearing of a gap sets one anew.
"""

from collections.abc import Collection, Iterable, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from filelock import FileLock, Timeout
from sqlmodel import Session, col, select

from editorial.audit.actions import Action, words
from editorial.audit.gaps import Gap, open_gaps
from editorial.audit.log import head_of
from editorial.audit.marks import Mark, Marks, Place
from editorial.audit.merkle import leaf_hash
from editorial.audit.tree import Frontier
from editorial.audit.verify import Head
from editorial.desk import Desk
from editorial.store.database import StorageError, unusable
from editorial.store.models import AuditCheckpoint, AuditEntry
from editorial.vault import VaultError

LOCK = "audit.lock"
_TURN = 30.0  # seconds

LIMITS = (
    "What a log on one computer cannot show: whoever rules this computer and its keyring can cut off the newest "
    "entries and set the marks back. Up to a checkpoint that somebody else holds, nothing can vanish unseen. Let the "
    "compliance officer keep the exports and the key sheet."
)


class State(StrEnum):
    """How the log stands to its marks."""

    NEW = "new"  # no mark was set yet
    ANCHORED = "anchored"
    UNANCHORED = "unanchored"  # one mark is missing or cannot be asked
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Anchor:
    """The verdict. `mark` is the highest one, `seen_by` the places that hold one; `at` when its size was signed.

    `title` and `what` are words for people, empty where all is well.
    """

    state: State
    title: str = ""
    what: str = ""
    mark: Mark | None = None
    seen_by: tuple[Place, ...] = ()
    at: datetime | None = None

    def __str__(self) -> str:
        return f"{self.title}. {self.what}" if self.title else ""


def look(desk: Desk, *, thorough: bool = True) -> Anchor:
    """Compares the log with its marks. Asks the keyring: not for the UI thread.

    `thorough`: hashes every entry up to the marks. Else from the last checkpoint before them on, which is enough where
    the checkpoints themselves are verified.
    """
    found = Marks(desk).read()  # before the log: it only grows, so that an honest one is never behind its marks
    with desk.reading() as session:
        return judge(session, desk.workspace.origin, found, thorough=thorough)


def watch_over(desk: Desk, *, thorough: bool = True) -> Anchor:
    """`look`; where the marks do not fit, a gap that names them is opened in the log, which stops publishing.

    Raises StorageError where that cannot be written.
    """
    found = Marks(desk).read()
    with desk.reading() as session:
        anchor = judge(session, desk.workspace.origin, found, thorough=thorough)
    _open_gap(desk, anchor, found)
    return anchor


def move_marks(desk: Desk) -> Anchor:
    """Moves the marks to the log's end, or opens a gap where they do not fit.

    A missing one is set again, with an entry. Nothing moves while a gap is open. Raises StorageError; what the keyring
    does not take it takes the next time.
    """
    with audit_lock(desk):
        marks = Marks(desk)
        found = marks.read()
        with desk.reading() as session:
            anchor = judge(session, desk.workspace.origin, found, thorough=False)
            gaps = open_gaps(session)
        _open_gap(desk, anchor, found)
        if anchor.state is State.BROKEN or gaps:
            return anchor
        _note_missing(desk, anchor, found)
        put_marks(desk, marks, found)
    return anchor


def put_marks(desk: Desk, marks: Marks, found: Mapping[Place, Mark | None]) -> None:
    """Sets every mark that can be set to the log's end, unless it is there already."""
    with desk.reading() as session:
        head = head_of(session)
    mark = Mark(desk.workspace.origin, head.size, head.root)
    for place in (Place.FILE, Place.FOLDER, Place.KEYRING):
        if place is Place.KEYRING and place not in found:
            continue
        if found.get(place) != mark:
            _put(marks, place, mark)


def _put(marks: Marks, place: Place, mark: Mark) -> None:
    try:
        with suppress(VaultError):  # the old mark stays: it is behind, and true
            marks.write(place, mark)
    except OSError as error:
        if place is not Place.FOLDER:  # that one may be on a share that is away
            raise unusable(marks.path.parent, error) from error


def audit_lock(desk: Desk) -> AbstractContextManager[object]:
    """The lock under which marks are read and moved. Raises StorageError when somebody keeps it for too long."""
    try:
        return FileLock(desk.folder / LOCK, timeout=_TURN, mode=0o600).acquire()
    except Timeout:
        raise StorageError(
            "The marks of the log are in use", "Another process keeps them. Nothing was changed.", "Try again."
        ) from None


def judge(session: Session, origin: str, found: Mapping[Place, Mark | None], *, thorough: bool = True) -> Anchor:
    """The verdict on the log that this session sees, given what the places hold."""
    head = head_of(session)
    held = {place: mark for place, mark in found.items() if mark is not None}
    roots = _roots(session, {mark.size for mark in held.values()}, thorough=thorough)
    highest = max(held.values(), key=lambda mark: mark.size, default=None)
    for place, mark in sorted(held.items(), key=lambda pair: pair[1].size):
        wrong = _against(mark, origin, head, roots)
        if wrong is not None:
            return Anchor(State.BROKEN, wrong[0], f"{wrong[1]} That is what {place} saw.", mark, (place,))
    missing = [place for place in (Place.KEYRING, Place.FILE) if place not in held]
    if highest is None:
        return _without(session, found)
    at = _signed_at(session, highest.size)
    if missing:
        what = _missing_words(missing, found)
        return Anchor(State.UNANCHORED, "The audit log is unanchored", what, highest, tuple(held), at)
    return Anchor(State.ANCHORED, "", "", highest, tuple(held), at)


def _without(session: Session, found: Mapping[Place, Mark | None]) -> Anchor:
    """No mark at all: natural before the first checkpoint, and only then."""
    if session.exec(select(AuditCheckpoint.seq).limit(1)).first() is None:
        return Anchor(State.NEW)
    if Place.KEYRING not in found:
        return Anchor(State.UNANCHORED, "The audit log is unanchored", _missing_words([Place.FILE], found))
    what = (
        "The keyring and the mark file of this computer hold no mark of it, although it was signed before. "
        "Entries at its end may be missing."
    )
    return Anchor(State.BROKEN, "The audit log has lost its marks", what)


def _missing_words(missing: Collection[Place], found: Mapping[Place, Mark | None]) -> str:
    if Place.KEYRING in missing and Place.KEYRING not in found:
        return "This computer's keyring cannot be asked how far the log went. What the other mark saw is there."
    return (
        f"The mark that {' and '.join(missing)} kept of it is gone; what the other one saw is there. Ask IT why. "
        "The publisher sets it again."
    )


def _against(mark: Mark, origin: str, head: Head, roots: Mapping[int, bytes]) -> tuple[str, str] | None:
    if mark.origin != origin:
        return "This is another audit log", f"It calls itself {origin}, and the mark is of {mark.origin}."
    if mark.size > head.size or mark.size not in roots:
        last = f"{head.size:,} to {mark.size - 1:,}"
        which = f"Entry {head.size:,} is" if mark.size == head.size + 1 else f"Entries {last} are"
        return f"{which} missing from the audit log", f"It has {head.size:,} entries and had {mark.size:,}."
    if roots[mark.size] != mark.root:
        return "The audit log was rewritten", f"Its first {mark.size:,} entries are not those that stood there."
    return None


def _roots(session: Session, sizes: Collection[int], *, thorough: bool) -> dict[int, bytes]:
    """The roots that the log's own entries have at these sizes; a size beyond its end is left out."""
    if not sizes:
        return {}
    frontier, found = _start(session, min(sizes), thorough=thorough), {}
    for hashed in (None, *_hashes(session, frontier.size, max(sizes))):
        frontier = frontier if hashed is None else frontier.append(hashed)
        if frontier.size in sizes:
            found[frontier.size] = frontier.root()
    return found


def _start(session: Session, size: int, *, thorough: bool) -> Frontier:
    if not thorough:
        before = select(AuditCheckpoint).where(col(AuditCheckpoint.size) <= size)
        row = session.exec(before.order_by(col(AuditCheckpoint.size).desc()).limit(1)).first()
        with suppress(ValueError, TypeError):  # somebody changed it: from the beginning, then
            if row is not None:
                return Frontier.from_json(row.size, row.frontier)
    return Frontier.empty()


def _hashes(session: Session, first: int, end: int) -> Iterable[bytes]:
    leaves = select(AuditEntry.leaf).where(col(AuditEntry.seq) >= first, col(AuditEntry.seq) < end)
    statement = leaves.order_by(col(AuditEntry.seq)).execution_options(yield_per=1000)
    for leaf in session.exec(statement):
        yield leaf_hash(leaf if isinstance(leaf, bytes) else b"")  # SQLite stores any type in any column


def _signed_at(session: Session, size: int) -> datetime | None:
    """When the newest checkpoint up to this size was made."""
    made = select(AuditCheckpoint.at).where(col(AuditCheckpoint.size) <= size)
    return session.exec(made.order_by(col(AuditCheckpoint.size).desc()).limit(1)).first()


def _open_gap(desk: Desk, anchor: Anchor, found: Mapping[Place, Mark | None]) -> None:
    if anchor.state is not State.BROKEN:
        return
    with desk.writing(desk.system()) as unit:
        if not open_gaps(unit.session):
            body = {"why": str(anchor), "marks": named(found)}
            unit.record(Action.GAP_MARK, "log", desk.workspace.id, result="stopped", body=body)


def named(found: Mapping[Place, Mark | None]) -> dict[str, object]:
    """The marks as an entry names them."""
    return {place.name.lower(): mark.to_data() if mark is not None else None for place, mark in found.items()}


def _note_missing(desk: Desk, anchor: Anchor, found: Mapping[Place, Mark | None]) -> None:
    gone = [place for place, mark in found.items() if mark is None]
    if anchor.state is not State.UNANCHORED or not gone:
        return
    with desk.writing(desk.system()) as unit:
        for place in gone:
            body = {"marks": named(found)}
            unit.record(Action.LOG_ANCHORED, "log", desk.workspace.id, reason=place.name.lower(), body=body)


def gap_words(gaps: Collection[Gap]) -> str:
    """What the log tells of its own open gaps, in words; empty for none."""
    if not gaps:
        return ""
    first = next(iter(gaps))
    told = words(first.action) if first.action else "An entry about a gap cannot be read"
    return f"A gap is open since entry {max(first.seq, 0):,} ({told}): publishing is stopped until two officers sign."


def seen_words(anchor: Anchor, size: int) -> str:
    """What is proven about a log of so many verified entries, and since when."""
    if anchor.mark is None or anchor.state is State.BROKEN:
        return str(anchor) or "No mark of this log was set yet: the first checkpoint sets them."
    places = " and ".join(anchor.seen_by)
    when = f" of {anchor.at:%Y-%m-%d %H:%M} UTC" if anchor.at else ""
    said = f"Entries 0 to {size - 1:,} intact since the checkpoint{when} through entry {anchor.mark.size - 1:,}"
    return f"{said}, seen by {places}. {anchor}".rstrip()
