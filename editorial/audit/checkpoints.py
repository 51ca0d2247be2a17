"""The checkpoints of this workspace's log: made when there is news, never over entries that do not continue the last.

They show tampering by whoever can change the database and has not the workspace secret. Who has both is shown only by
a checkpoint that somebody else holds.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from editorial.audit.anchoring import State, move_marks, watch_over
from editorial.audit.checkpoint import Checkpoint, checkpoint_signer
from editorial.audit.gaps import open_gaps
from editorial.audit.leaf import Leaf
from editorial.audit.log import head_of, rows
from editorial.audit.merkle import leaf_hash
from editorial.audit.note import verify
from editorial.audit.tree import Frontier
from editorial.audit.verify import Head
from editorial.charter.document import Charter
from editorial.desk import Desk
from editorial.errors import DeskError, NotFoundError
from editorial.keys.workspace_secret import WorkspaceSecret, WorkspaceSecretError
from editorial.people.keys import Keys
from editorial.store.models import AuditCheckpoint
from editorial.vault import VaultError


class CheckpointError(DeskError):
    """The log does not continue what was signed before, so nothing more is signed over it."""

    code = "E-LOG"


@dataclass(frozen=True, slots=True)
class Kept:
    """One checkpoint as stored. `said` is None where its note is none, or no desk of the charter signed it."""

    seq: int
    size: int
    note: bytes
    frontier: Sequence[str]
    said: Checkpoint | None
    at: datetime


def sign_log(desk: Desk) -> bool:
    """A checkpoint where there is news and the keyring gives the workspace secret, and the marks moved on; else False.

    Nothing is signed and no mark moves while a gap in the log is open, or where the marks open one. Asks the keyring:
    not for the UI thread. Raises CheckpointError as `Checkpoints.make` does, and StorageError.
    """
    anchor = watch_over(desk, thorough=False)
    with desk.reading() as session:
        if open_gaps(session):
            return False
    if anchor.state is State.NEW:
        move_marks(desk)  # before the first checkpoint: a log that has one and no mark has lost its marks
    try:
        made = Checkpoints(desk).make(Keys(desk).workspace_secret())
    except (VaultError, NotFoundError, WorkspaceSecretError):
        made = False
    move_marks(desk)
    return made


class Checkpoints:
    """Makes and reads them."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def make(self, secret: WorkspaceSecret) -> bool:
        """Signs the log as it stands; False where nothing was added since the last checkpoint.

        Raises CheckpointError when the last one was not signed by a desk of the charter, or when the entries since do
        not lead from it to the log's head; then nothing is signed. Costs as much as the entries since.
        """
        signer = checkpoint_signer(secret, self._desk.workspace.origin, self._desk.desk_id)
        with self._desk.writing(self._desk.system()) as unit:
            head, last = head_of(unit.session), self._last(unit.session)
            if not head.size or (last is not None and last.said is not None and last.said.size == head.size):
                self._same_root(last, head)
                return False
            frontier = self._continued(unit.session, last, head)
            text = Checkpoint(self._desk.workspace.origin, head.size, head.root).to_text()
            unit.session.add(
                AuditCheckpoint(size=head.size, note=signer.sign(text), frontier=frontier.to_json(), at=unit.now)
            )
        return True

    def all(self, session: Session) -> tuple[Kept, ...]:
        """Every checkpoint, oldest first, with what it says where a desk of the charter signed it."""
        vkeys = vkeys_of(self._desk.charter(session).charter)
        stored = session.exec(select(AuditCheckpoint).order_by(col(AuditCheckpoint.seq))).all()
        return tuple(_kept(row, vkeys, self._desk.workspace.origin) for row in stored)

    def around(self, session: Session, entry: int) -> tuple[Kept | None, Kept | None]:
        """The last checkpoint without this entry, and the first one with it."""
        size = col(AuditCheckpoint.size)
        without = select(AuditCheckpoint).where(size <= entry).order_by(size.desc()).limit(1)
        including = select(AuditCheckpoint).where(size > entry).order_by(size).limit(1)
        vkeys = vkeys_of(self._desk.charter(session).charter)
        before, after = session.exec(without).first(), session.exec(including).first()
        return self._read(before, vkeys), self._read(after, vkeys)

    def known(self, session: Session) -> dict[int, bytes]:
        """Roots by size, as the signed checkpoints hold them. Raises CheckpointError for one that nobody signed."""
        found = self.all(session)
        for kept in found:
            if kept.said is None:
                raise CheckpointError(
                    "A checkpoint of the log is not signed by this desk",
                    f"Checkpoint {kept.seq} was changed, or made elsewhere.",
                    "Do not delete anything; tell the compliance officer.",
                )
        return {kept.said.size: kept.said.root for kept in found if kept.said is not None}

    def _last(self, session: Session) -> Kept | None:
        row = session.exec(select(AuditCheckpoint).order_by(col(AuditCheckpoint.seq).desc()).limit(1)).first()
        vkeys = vkeys_of(self._desk.charter(session).charter)
        return self._read(row, vkeys)

    def _read(self, row: AuditCheckpoint | None, vkeys: Collection[str]) -> Kept | None:
        return None if row is None else _kept(row, vkeys, self._desk.workspace.origin)

    @staticmethod
    def _same_root(last: Kept | None, head: Head) -> None:
        if last is not None and last.said is not None and last.said.root != head.root:
            raise _refused(head.size)

    def _continued(self, session: Session, last: Kept | None, head: Head) -> Frontier:
        """The head's frontier, reached from what was signed last. The entries themselves are hashed anew."""
        frontier = Frontier.empty()
        try:
            if last is not None:
                if last.said is None:
                    raise ValueError("nobody signed the last one")
                frontier = Frontier.from_json(last.said.size, last.frontier)
                if frontier.root() != last.said.root:
                    raise ValueError("the frontier is not that of the last one")
            for row in rows(session, frontier.size):
                Leaf.decode(row.leaf)
                frontier = frontier.append(leaf_hash(row.leaf))
        except (ValueError, AttributeError, TypeError) as error:
            raise _refused(head.size) from error
        if (frontier.size, frontier.root()) != (head.size, head.root):
            raise _refused(head.size)
        return frontier


def vkeys_of(charter: Charter) -> list[str]:
    """The keys with which the desks of a charter sign checkpoints."""
    return [desk.vkey for desk in charter.desks]


def _kept(row: AuditCheckpoint, vkeys: Collection[str], origin: str) -> Kept:
    said = None
    try:
        if verify(row.note, list(vkeys)) == [origin]:
            said = Checkpoint.parse(row.note)
    except (ValueError, AttributeError, TypeError):  # SQLite stores any type in any column
        said = None
    fits = said is not None and (said.origin, said.size) == (origin, row.size)
    return Kept(row.seq or 0, row.size, row.note, row.frontier, said if fits else None, row.at)


def _refused(size: int) -> CheckpointError:
    return CheckpointError(
        "The log does not continue its last checkpoint",
        f"Its {size:,} entries are not those that were signed, and what came after. Nothing more is signed over them.",
        "Verify the log. Do not delete anything; tell the compliance officer.",
    )
