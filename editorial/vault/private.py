"""A Secret Service of its own for a demo or tour workspace on a computer without a keyring. Linux only.

The secrets lie encrypted in the workspace's folder, next to their password: fine for a demo, never for real work.
All processes that use the folder share one service; it runs as long as any of them.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from types import TracebackType

from editorial.vault import state
from editorial.vault.state import VaultError, VaultState
from editorial.vault.vault import Vault

_ADDRESS = "DBUS_SESSION_BUS_ADDRESS"
_KEEPER = "keyring-keeper"  # the frozen program's own command for keeper.main
_OPEN = 5.0  # seconds for the service to answer once it runs
_STOP = 10.0  # seconds to wait for the service to end after its last user


def keeper_command(folder: Path) -> list[str]:
    """How a keeper is started: by path, or through the frozen program, which is its own interpreter."""
    if getattr(sys, "frozen", False):
        return [sys.executable, _KEEPER, str(folder)]
    return [sys.executable, "-I", "-S", str(Path(__file__).with_name("keeper.py")), str(folder)]


class PrivateSecretService:
    """One process's use of the private service in `folder`. Every process that uses the workspace starts its own.

    Inheriting the address from a parent is not enough: the service ends with the last process that said `start`.
    As a context manager it starts and applies, and closes at the end.
    """

    def __init__(self, folder: Path, *, timeout: float = 30.0) -> None:
        self._folder = folder.absolute()
        self._timeout = timeout
        self._connection: socket.socket | None = None
        self._before: tuple[str | None] | None = None
        self._address = ""

    @property
    def environment(self) -> dict[str, str]:
        """What a child process needs to reach the service. Empty before `start`."""
        return {_ADDRESS: self._address} if self._address else {}

    def start(self) -> dict[str, str]:
        """Joins the folder's service, or starts one; returns `environment`. Not for the UI thread.

        Raises VaultError: MISSING with advice where the programs are not installed, SLOW where nothing starts in time.
        """
        if self._alive():
            return self.environment
        _need_programs()
        self._make_folder()
        deadline = time.monotonic() + self._timeout
        while not self._join():
            if time.monotonic() > deadline:
                raise state.slow(self._timeout)
            if self._launch(deadline) == "busy":
                time.sleep(0.05)  # another process starts it, or an older one is still leaving
        try:
            self._wait_until_open()
        except VaultError:
            self.close()
            raise
        return self.environment

    def apply(self) -> None:
        """Points this process, and children started later, at the service. Undone by `close`."""
        if self._before is None:
            self._before = (os.environ.get(_ADDRESS),)
        os.environ.update(self.environment)

    def close(self) -> None:
        """Leaves the service. The last one to leave returns when it has ended. Harmless to call again."""
        if self._before is not None:
            (address,) = self._before
            self._before = None
            os.environ.pop(_ADDRESS, None)
            if address is not None:
                os.environ[_ADDRESS] = address
        if self._connection is not None:
            with closing(self._connection) as connection:
                self._connection, self._address = None, ""
                connection.settimeout(_STOP)
                try:
                    connection.shutdown(socket.SHUT_WR)
                    connection.recv(1)
                except OSError:
                    return  # it has ended, or takes its time: nobody needs it any more

    def __enter__(self) -> "PrivateSecretService":
        self.start()
        self.apply()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _make_folder(self) -> None:
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._folder.chmod(0o700)
        except OSError as error:
            raise state.turned_down(type(error).__name__) from None

    def _alive(self) -> bool:
        """False where the service ended although we are still its user; then it can be started anew."""
        if self._connection is None:
            return False
        self._connection.settimeout(0)
        try:
            self._connection.recv(1)  # after its greeting the keeper sends nothing: an answer is the end
        except BlockingIOError:
            return True
        except ConnectionError:
            pass  # the end as well
        self._connection.close()
        self._connection = None
        return False

    def _join(self) -> bool:
        try:
            path = str(json.loads((self._folder / "service.json").read_text(encoding="utf-8"))["users"])
        except (OSError, ValueError, KeyError, TypeError):
            return False
        connection = socket.socket(socket.AF_UNIX)
        try:
            connection.settimeout(5)
            connection.connect(path)
            greeting = connection.recv(1024).decode()
        except OSError:
            greeting = ""
        if not greeting.endswith("\n"):
            connection.close()
            return False
        connection.set_inheritable(False)
        self._connection, self._address = connection, greeting.strip()
        return True

    def _launch(self, deadline: float) -> str:
        environment = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
        try:
            done = subprocess.run(
                keeper_command(self._folder), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=False,
                env=environment, timeout=max(1.0, deadline - time.monotonic()), text=True,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise state.slow(self._timeout) from None
        word, _, reason = done.stdout.partition(" ")
        if word not in ("ready", "busy"):
            raise state.turned_down(reason or "keeper")
        return word

    def _wait_until_open(self) -> None:
        """The daemon runs a moment before it answers on the bus. Raises the last VaultError where it does not."""
        from editorial.vault.secretservice import QuietSecretService

        vault = Vault("probe", QuietSecretService.at(self._address), timeout=_OPEN)
        deadline = time.monotonic() + _OPEN
        while True:
            try:
                return vault.check()
            except VaultError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.02)


def _need_programs() -> None:
    if sys.platform != "linux":
        raise state.missing()
    names = [name for name in ("dbus-daemon", "gnome-keyring-daemon") if shutil.which(name) is None]
    if names:
        raise state.tools_missing(" and ".join(names))


def private_keyring_for(folder: Path) -> PrivateSecretService | None:
    """For demo and tour workspaces: the private service in `folder`, started and applied, where it is needed.

    That is where this computer offers no keyring, and where the folder's service was used before: it has the secrets.
    Close the result at the end of the command. None: the computer's own keyring is used. Raises VaultError as `start`.
    """
    if not (folder / "password").exists() and Vault("probe").state() is not VaultState.MISSING:
        return None
    service = PrivateSecretService(folder)
    service.start()
    service.apply()
    return service
