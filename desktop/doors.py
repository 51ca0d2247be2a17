"""How a workspace is opened, made and closed: away from the Qt thread, and with everything heavy imported only here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from editorial.errors import DeskError

if TYPE_CHECKING:
    from desktop.context import Services
    from editorial.desk import Desk
    from editorial.keys.workspace_secret import WorkspaceSecret
    from editorial.people.setup import NewWorkspace
    from editorial.vault import PrivateSecretService

PRACTISING = frozenset({"demo", "tour"})


def open_real(folder: Path) -> Desk:
    """The workspace with this computer's keyring."""
    from editorial.desk import open_desk

    return open_desk(folder)


def create_real(folder: Path, new: NewWorkspace) -> tuple[Desk, WorkspaceSecret]:
    """A new workspace with this computer's keyring."""
    from editorial.people.setup import create_workspace

    return create_workspace(folder, new)


def keyring_here() -> DeskError | None:
    """Why this computer's keyring cannot be used, before there is a workspace; None: it can."""
    from editorial.vault import Vault, VaultError

    try:
        Vault("probe").check()
    except VaultError as error:
        return error
    return None


@dataclass(frozen=True)
class Doors:
    """The ways in. Tests give others, with a keyring in memory."""

    open: Callable[[Path], Desk] = open_real
    create: Callable[[Path, NewWorkspace], tuple[Desk, WorkspaceSecret]] = create_real
    keyring: Callable[[], DeskError | None] = keyring_here
    private_keyrings: bool = True


@dataclass
class Opened:
    """An opened workspace. `keyring` says why the keyring cannot be used, None when it can."""

    services: Services
    keyring: DeskError | None = None
    private: PrivateSecretService | None = field(default=None, repr=False)


def open_workspace(doors: Doors, folder: Path, kind: str) -> Opened:
    """Opens the workspace; a keyring that cannot be used is a state, not a failure. Raises DeskError for the rest."""
    private, problem = _private(doors, folder, kind)
    opened = Opened(_services(doors.open(folder)), problem, private)
    if problem is None:
        opened.keyring = look_at_keyring(opened)
    return opened


def look_at_keyring(opened: Opened) -> DeskError | None:
    """Asks the keyring once more, takes the pin that it holds, and compares the log with its marks."""
    from editorial.audit.anchoring import watch_over
    from editorial.vault import VaultError

    services = opened.services
    try:
        services.desk.vault.check()
        services.desk.load_pin()
    except VaultError as error:
        return error
    services.anchor = watch_over(services.desk, thorough=False)
    return None


def retry_keyring(doors: Doors, opened: Opened, folder: Path, kind: str) -> DeskError | None:
    """`look_at_keyring`, after starting the private keyring of a demo workspace where there is none yet."""
    if opened.private is None:
        opened.private, problem = _private(doors, folder, kind)
        if problem is not None:
            return problem
    return look_at_keyring(opened)


def make_workspace(doors: Doors, folder: Path, new: NewWorkspace) -> tuple[Opened, WorkspaceSecret]:
    """Makes the workspace. Raises BadInputError, VaultError (nothing is made) and StorageError."""
    desk, secret = doors.create(folder, new)
    return Opened(_services(desk)), secret


def _services(desk: Desk) -> Services:
    from desktop.context import Services

    return Services(desk)


def _private(doors: Doors, folder: Path, kind: str) -> tuple[PrivateSecretService | None, DeskError | None]:
    if kind not in PRACTISING or not doors.private_keyrings:
        return None, None
    from desktop.commands.workspace import KEYRING_FOLDER
    from editorial.vault import VaultError, private_keyring_for

    try:
        return private_keyring_for(folder / KEYRING_FOLDER), None
    except VaultError as error:
        return None, error
