"""Computers to which backups are brought, and hands that make them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from editorial.audit.actions import Action
from editorial.backup.making import make_backup
from editorial.backup.restoring import Restored, line_of, restore_backup, secret_for
from editorial.desk import Desk, open_desk
from editorial.people.desk_people import Signer
from editorial.vault import Vault
from tests.fakes.desks import HELEN, JONAS, WEAK, HandClock, MemoryKeyring, Staff


@dataclass
class Computer:
    """A computer with a keyring of its own, to which a backup is brought."""

    folder: Path
    clock: HandClock
    keyring: MemoryKeyring = field(default_factory=MemoryKeyring)

    @property
    def vault(self) -> Vault:
        return Vault("test", self.keyring)

    def restore(self, backup: Path, words: str = "", free: Callable[[], None] = lambda: None) -> Restored:
        secret = secret_for(line_of(backup), self.vault, words)
        return restore_backup(backup, self.folder, secret, self.vault, clock=self.clock, kdf=WEAK, free=free)

    def open(self) -> Desk:
        return open_desk(self.folder, vault=self.vault, clock=self.clock, kdf=WEAK)


def here(staff: Staff) -> Computer:
    """The same computer; the workspace is closed, as the command demands."""
    staff.desk.close()
    return Computer(staff.desk.folder, staff.clock, staff.keyring)


def backed_up(staff: Staff, folder: Path, **more: object) -> Path:
    folder.mkdir(exist_ok=True)
    return make_backup(staff.desk, folder, staff.desk.operator(), **more).path  # type: ignore[arg-type]


def signers(staff: Staff) -> list[Signer]:
    return [Signer(staff.jonas.person_id, JONAS), Signer(staff.helen.person_id, HELEN)]


def words_of(staff: Staff) -> str:
    return " ".join(staff.secret.words())


def folder_for_backups(tmp_path: Path) -> Path:
    folder = tmp_path / "backups"
    folder.mkdir(exist_ok=True)
    return folder


def make_news(desk: Desk) -> None:
    with desk.writing(desk.system()) as unit:
        unit.record(Action.LOG_VERIFIED, "log", desk.workspace.id)


def snapshot(folder: Path) -> dict[str, bytes]:
    """Every file, but for locks and what SQLite keeps beside an open database."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.endswith((".lock", "-shm", "-wal"))
    }
