"""Keeps what stands around the screens fresh: one read for all of it when something changed, and the publisher."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.context import Context, Services
from desktop.shell.hold_news import HoldNews
from desktop.shell.publisher import read_publisher
from desktop.shell.standing import Standing, read_standing
from editorial.audit.anchoring import look
from editorial.changes import Changes, Kind
from editorial.errors import DeskError
from scheduler.status import Status

LOOK_MS = 2_000
_KINDS = frozenset({Kind.POSTS, Kind.DELIVERIES, Kind.HOLDS, Kind.ACCOUNTS, Kind.PEOPLE, Kind.WORKSPACE, Kind.TASKS})


def _look_at_marks(services: Services) -> None:
    """A mark was set again, or two officers signed for a gap."""
    services.anchor = look(services.desk, thorough=False)


class Surroundings(QObject):
    """`stood(Standing)` and `heard(Status or None, bool)`, each after a read off the Qt thread."""

    stood = Signal(object)
    heard = Signal(object, bool)

    def __init__(self, context: Context, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._reading = False
        self._again = False
        self._asking = False
        self._hold_news = HoldNews(context, self)
        self.stood.connect(self._hold_news.show_news)
        context.bridge.changed.connect(self._on_changes)
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self.ask_publisher)
        self._next: datetime | None = None

    def start(self) -> None:
        """Reads now, and from now on when something changed."""
        self.refresh()
        self.ask_publisher()
        self._timer.start()

    def stop(self) -> None:
        """Reads no more."""
        self._timer.stop()

    def refresh(self) -> None:
        """Reads; while one read is on its way, another one follows it."""
        if self._reading:
            self._again = True
            return
        self._reading = True
        services, actor = self._context.services, self._context.actor
        self._context.bridge.run(lambda: read_standing(services, actor), self._stood, self._failed, owner=self)

    def ask_publisher(self) -> None:
        """Reads what the publisher says of itself."""
        if self._asking:
            return
        self._asking = True
        folder = self._context.folder
        self._context.bridge.run(lambda: read_publisher(folder), self._heard, self._unheard, owner=self)

    def _on_changes(self, changes: Changes) -> None:
        if Kind.WORKSPACE in changes.kinds:
            services = self._context.services
            self._context.bridge.run_slow(lambda: _look_at_marks(services), self._looked, self._failed, owner=self)
        if changes.kinds & _KINDS:
            self.refresh()

    def _looked(self, _: None) -> None:
        self.refresh()

    def _stood(self, standing: Standing) -> None:
        self._ended()
        self.stood.emit(standing)

    def _failed(self, _: DeskError) -> None:
        self._ended()  # the screens tell what is wrong with the workspace; badges stay as they were

    def _ended(self) -> None:
        self._reading = False
        if self._again:
            self._again = False
            self.refresh()

    def _heard(self, said: tuple[Status | None, bool]) -> None:
        self._asking = False
        self.heard.emit(*said)

    def _unheard(self, _: DeskError) -> None:
        self._asking = False
