"""One desktop per workspace: a second start brings the first to the front, or says who has it."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QFileInfo, QLockFile, QObject

from desktop.start import WINDOW_LOCK
from editorial.clock import SystemClock

if TYPE_CHECKING:
    from PySide6.QtNetwork import QLocalServer

_ASK_MS = 5_000
_STARTING = 15.0  # seconds within which a desktop that just started listens
_SHOW = b"show\n"


class Instance(QObject):
    """The claim on a workspace. `claim` before any window, `listen` after the first paint."""

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path = folder / WINDOW_LOCK
        self._lock = QLockFile(str(self._path))
        self._lock.setStaleLockTime(0)  # only a holder that is gone makes it stale, however long it has worked
        self._name = server_name(folder)
        self._server: QLocalServer | None = None

    def claim(self) -> bool:
        """Takes the workspace for this process. A lock that a killed process left is taken over."""
        return self._lock.tryLock(0)

    def refused(self) -> bool:
        """Whether it was not another desktop but the folder that stood in the way."""
        return self._lock.error() != QLockFile.LockError.LockFailedError

    def holder(self) -> str:
        """Who has it, for people: process, computer, user."""
        pid, computer, _ = self._lock.getLockInfo()
        owner = QFileInfo(str(self._path)).owner()
        who = f"Process {pid} on {computer}" if pid else "Another process"
        return f"{who}, started by {owner}" if owner else who

    def show_other(self) -> bool:
        """Asks the one that has it to come to the front; False when it does not answer."""
        from PySide6.QtNetwork import QLocalSocket

        socket = QLocalSocket()
        deadline = SystemClock().monotonic() + _STARTING
        while True:
            socket.connectToServer(self._name)
            if socket.waitForConnected(_ASK_MS):
                break
            if SystemClock().monotonic() > deadline:
                return False
            time.sleep(0.1)  # it has the workspace, and may be about to listen: there is no window here to keep waiting
        socket.write(_SHOW)
        socket.waitForBytesWritten(_ASK_MS)
        answered = socket.bytesAvailable() > 0 or socket.waitForReadyRead(_ASK_MS)  # it may have answered before that
        socket.disconnectFromServer()
        return bool(answered)

    def listen(self, show: Callable[[], object]) -> None:
        """Calls `show` whenever somebody starts this workspace once more."""
        from PySide6.QtNetwork import QLocalServer

        QLocalServer.removeServer(self._name)  # what a killed process left: the lock says that it is ours
        server = self._server = QLocalServer(self)
        server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        server.listen(self._name)

        def asked() -> None:
            while (connection := server.nextPendingConnection()) is not None:
                connection.disconnected.connect(connection.deleteLater)
                connection.write(_SHOW)
                connection.flush()
                show()

        server.newConnection.connect(asked)

    def release(self) -> None:
        """Leaves the workspace to the next."""
        if self._server is not None:
            self._server.close()
        self._lock.unlock()


def server_name(folder: Path) -> str:
    """The socket's name: short, the same for every path that leads to the folder, and this user's own."""
    user = os.getuid() if hasattr(os, "getuid") else os.environ.get("USERNAME", "")
    digest = hashlib.sha256(f"{folder.resolve()}|{user}".encode()).hexdigest()
    return f"signpost-{digest[:24]}"
