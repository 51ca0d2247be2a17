"""Windows that nobody asked for: a widget made visible before it has a parent is one, and flashes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget


class _Watcher(QObject):
    def __init__(self, expected: tuple[type[QWidget], ...]) -> None:
        super().__init__()
        self._expected = expected
        self.seen: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        shown = event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow()
        if shown and not isinstance(watched, self._expected):
            self.seen.append(f"{type(watched).__name__} {watched.objectName()}")
        return False


@contextmanager
def no_stray_windows(*expected: type[QWidget]) -> Iterator[None]:
    """Fails the test when a window other than of the `expected` classes is shown inside the block."""
    watcher = _Watcher(expected)
    application = QApplication.instance()
    assert application is not None
    application.installEventFilter(watcher)
    try:
        yield
    finally:
        application.removeEventFilter(watcher)
    assert not watcher.seen, f"shown as windows of their own: {watcher.seen}"
