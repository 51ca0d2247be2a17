"""One opened workspace: the parts that services work with, put together once and passed on. No globals, no registry."""

import hashlib
import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from editorial.actors import Actor, computer_name
from editorial.charter.chain import CharterError, Pin, VerifiedCharter, verify_chain
from editorial.checks import RuleSet, default_rules
from editorial.clock import Clock, SystemClock
from editorial.errors import NotFoundError
from editorial.keys.dsse import Envelope
from editorial.keys.sealing import KdfParameters
from editorial.media import MediaFolder
from editorial.secret import Secret
from editorial.store.database import columns, open_engine, read_only, reading, unusable
from editorial.store.models import CharterVersion, Workspace
from editorial.store.schema import bring_up_to_date
from editorial.store.unit import Unit, watch, writing
from editorial.vault import Vault

DATABASE = "signpost.db"
KEYRING_LOCK = "keyring.lock"
"""The file through which processes that write the same keyring entry take turns."""
_PIN = "charter-pin"
_ENVELOPES = sa_select(col(CharterVersion.envelope)).order_by(col(CharterVersion.version))


def app_version() -> str:
    """This Signpost's version, for entries and for doctor."""
    try:
        return version("signpost-desk")
    except PackageNotFoundError:  # run from the source tree
        return "0.1.0"


def boot_id() -> str:
    """Which run of the computer this is, so that clock jumps can be told from restarts."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:  # not Linux: the process's own run
        return f"run-{secrets.token_hex(8)}"


@dataclass(frozen=True, slots=True)
class _Known:
    """A chain that was verified, with the digest of the stored bytes that it was read from and the pin it met."""

    stored: bytes
    pin: Pin
    charter: VerifiedCharter


@dataclass
class Desk:
    """The workspace in one folder, as this process sees it.

    `pin` is the highest charter version seen here; it only moves forward. `kdf` is injected so that tests need not
    spend a tenth of a second on every passphrase; `open_desk` refuses weak parameters for real workspaces.
    """

    folder: Path
    engine: Engine
    clock: Clock
    workspace: Workspace
    vault: Vault
    media: MediaFolder
    rules: RuleSet
    kdf: KdfParameters
    boot: str = field(default_factory=boot_id)
    app: str = field(default_factory=app_version)
    pin: Pin | None = None
    _known: _Known | None = field(default=None, init=False, repr=False)
    _kept: Pin | None = field(default=None, init=False, repr=False)  # what the keyring holds, once it was asked
    _asked: bool = field(default=False, init=False, repr=False)

    def reading(self) -> AbstractContextManager[Session]:
        """A consistent view of the data."""
        return reading(self.engine)

    def writing(self, actor: Actor) -> AbstractContextManager[Unit]:
        """A unit of work by this actor."""
        return writing(self.engine, self.clock, actor, self.app, self.boot)

    def operator(self) -> Actor:
        """Whoever sits at this desk, before anybody signed in."""
        return Actor.at_desk(self.desk_id)

    def system(self) -> Actor:
        """The desk's own work."""
        return Actor(self.desk_id, f"Signpost on {computer_name()}", "system")

    @property
    def desk_id(self) -> str:
        """The id of this desk, as the charter names it."""
        return self.workspace.desk

    def charter(self, session: Session) -> VerifiedCharter:
        """The newest charter, verified from version 0 against the pin. Raises CharterError.

        The signatures of the same stored bytes are verified once. Not for a session that holds a version which is not
        committed yet: it would become the pin.
        """
        stored = columns(session, _ENVELOPES).scalars().all()
        digest, known, pin = _digest(stored), self._known, self.pin
        if known is not None and known.stored == digest and known.pin == pin:
            return known.charter
        charter = verify_chain(envelopes_in(stored), pin)
        self.pin = charter.pin()
        self._known = _Known(digest, self.pin, charter)
        return charter

    def load_pin(self) -> None:
        """Takes the pin that the keyring holds: from then on a charter that was rolled back is refused.

        Without one the newest charter becomes the pin. Raises VaultError, and CharterError for a pin that cannot be
        read. Takes a moment: not in a transaction, and not for the UI thread.
        """
        stored = self.vault.get(_PIN)
        self._kept = _pin_in(stored) if stored is not None else None
        self.pin = self._kept or self.pin
        self._asked = True

    def need_pin(self) -> None:
        """`load_pin`, unless this process did so before. Whatever signs or publishes asks for it first."""
        if not self._asked:
            self.load_pin()

    def store_pin(self) -> None:
        """Remembers the newest charter in the keyring, out of reach of whoever can change the database.

        Raises VaultError, and CharterError where the keyring holds one that this charter does not follow.
        """
        self.need_pin()
        with self.reading() as session:
            pin = self.charter(session).pin()
        if pin != self._kept:
            self.vault.put(_PIN, Secret(f"{pin.version} {pin.digest}"))
            self._kept = pin

    def close(self) -> None:
        """Lets go of the database."""
        self.engine.dispose()


def _digest(stored: Sequence[str]) -> bytes:
    found = hashlib.sha256()
    for envelope in stored:
        data = envelope.encode()
        found.update(len(data).to_bytes(8, "big") + data)
    return found.digest()


def envelopes_in(stored: Sequence[str]) -> list[Envelope]:
    """The charter's versions as stored. Raises CharterError for one that is no signed document."""
    try:
        return [Envelope.from_json(envelope) for envelope in stored]
    except ValueError as error:
        raise CharterError(
            "The charter cannot be believed",
            f"A stored version cannot be read: {error}.",
            "Nothing can be signed or published until it is settled. Do not delete anything; tell the compliance "
            "officer.",
        ) from error


def _pin_in(stored: Secret) -> Pin:
    number, _, digest = stored.reveal().partition(" ")
    try:
        return Pin(int(number), digest)
    except ValueError:
        raise CharterError(
            "What this computer knows of the charter cannot be read",
            "The keyring holds something else under its name. Drafting works; signing and publishing do not.",
            "Do not delete anything; tell IT and the compliance officer.",
        ) from None


def open_database(folder: Path) -> Engine:
    """The engine of the workspace in `folder`, with the schema brought up to date. Raises DeskError in words."""
    engine = open_engine(folder / DATABASE)
    try:
        bring_up_to_date(engine, folder / DATABASE)
    except BaseException:
        engine.dispose()
        raise
    watch(engine)
    return engine


def has_workspace(folder: Path) -> bool:
    """Whether a workspace was set up in `folder`, to the end. Raises StorageError for a folder that cannot be read.

    A database that cannot be read counts as one: nothing may be made over it.
    """
    try:
        if not (folder / DATABASE).exists():
            return False
    except OSError as error:
        raise unusable(folder, error) from error
    try:
        with read_only(folder / DATABASE) as connection:
            if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'workspace'").fetchone():
                return False
            return connection.execute("SELECT 1 FROM workspace").fetchone() is not None
    except sqlite3.Error:
        return True


def open_desk(
    folder: Path,
    *,
    vault: Vault | None = None,
    clock: Clock | None = None,
    kdf: KdfParameters | None = None,
) -> Desk:
    """Opens the workspace in `folder`. Raises NotFoundError when there is none, TooNewError, StorageError."""
    if not has_workspace(folder):
        raise NotFoundError("There is no workspace here", f"Looked in {folder}.", "Set one up, or name another folder.")
    engine = open_database(folder)
    try:
        with reading(engine) as session:
            workspace = session.exec(select(Workspace)).one()
        kdf = kdf or KdfParameters()
        if workspace.kind == "real":
            kdf.check_production()
    except BaseException:
        engine.dispose()
        raise
    return Desk(
        folder=folder,
        engine=engine,
        clock=clock or SystemClock(),
        workspace=workspace,
        vault=vault or Vault(workspace.id, lock=folder / KEYRING_LOCK),
        media=MediaFolder(folder / "media"),
        rules=default_rules(),
        kdf=kdf,
    )


@contextmanager
def opened(folder: Path, *, vault: Vault | None = None, clock: Clock | None = None) -> Iterator[Desk]:
    """`open_desk` for the length of a block."""
    desk = open_desk(folder, vault=vault, clock=clock)
    try:
        yield desk
    finally:
        desk.close()
