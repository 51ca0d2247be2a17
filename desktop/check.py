"""`signpost --self-check`: whether this build can make a window and open a workspace. Leaves nothing behind."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError

if TYPE_CHECKING:
    from desktop.doors import Doors

_SECONDS = 60
_PASSPHRASE = "velvet orchard ninety canals"  # noqa: S105 - of a workspace that lives for seconds


class _Forgetful(KeyringBackend):  # type: ignore[misc, unused-ignore]
    """A keyring for this one process: the check must not touch the person's own."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._entries: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        """The entry, or None."""
        return self._entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keeps an entry."""
        self._entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        """Forgets an entry. Raises PasswordDeleteError for one that is not there."""
        if self._entries.pop((service, username), None) is None:
            raise PasswordDeleteError(username)


def check_self() -> int:
    """Makes a workspace, signs in, shows every screen, asks the worker process, reads a proxy script. 0: all worked."""
    from connectors.surroundings import read_script

    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    read_script("function FindProxyForURL(url, host) { return 'DIRECT'; }")
    with tempfile.TemporaryDirectory(prefix="signpost-check-") as name:
        return _check(Path(name) / "workspace")


def _doors(folder: Path) -> Doors:
    """A workspace made for the check, and the way in to it."""
    from desktop.doors import Doors
    from editorial.desk import open_desk
    from editorial.people.setup import NewWorkspace, create_workspace
    from editorial.vault import Vault

    vault = Vault("check", _Forgetful())
    new = NewWorkspace("Self check", "UTC", "Nobody", "nobody", _PASSPHRASE, kind="tour")
    create_workspace(folder, new, vault=vault)[0].close()
    return Doors(open=lambda where: open_desk(where, vault=vault), keyring=lambda: None, private_keyrings=False)


def _check(folder: Path) -> int:
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from desktop.look import Appearance
    from desktop.program import Program, Setting

    application = QApplication(sys.argv[:1])
    application.setQuitOnLastWindowClosed(False)
    program = Program(folder, Appearance(application, mode="light"), Setting(doors=_doors(folder)))
    broken: list[str] = []
    program.bridge.broke.connect(broken.append)
    program.ended.connect(application.quit)

    answered: list[int] = []

    def look() -> None:
        if program.shell is None or program.bridge.pending:
            return
        if answered:
            program.quit()
            return
        for place in program.shell.places:
            program.shell.go(place.key)
            program.shell.grab()
        program.bridge.work(os.getpid, then=answered.append, failed=lambda error: broken.append(f"{error}\n"))

    program.show()
    program.load()
    page = program.entrance.sign_in
    if page is not None:
        program.entrance.ready.connect(lambda _: page.asked.emit(page.person_id, _PASSPHRASE))
    QTimer.singleShot(_SECONDS * 1000, application, lambda: application.exit(1))
    looking = QTimer(application, interval=100)
    looking.timeout.connect(look)
    looking.start()
    code = application.exec()
    for report in broken:
        sys.stderr.write(report)
    return 1 if broken or not answered else code
