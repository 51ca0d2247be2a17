"""The keys of the Outbox's table: they work while it has the focus, and ask what the buttons ask."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent

from desktop.widgets.table import DataTable
from editorial.delivery.outbox import Row
from editorial.delivery.states import Remedy

_PLAIN = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
_REMEDIES = {Qt.Key.Key_M: Remedy.RESCHEDULE, Qt.Key.Key_Delete: Remedy.CANCEL}


class TableKeys(QObject):
    """H, M and Del hold, reschedule and cancel what `meant` tells, where that fits all of it; Esc chooses none."""

    def __init__(
        self,
        table: DataTable,
        meant: Callable[[], Sequence[Row]],
        hold: Callable[[Sequence[Row]], object],
        do: Callable[[Remedy], object],
    ) -> None:
        super().__init__(table)
        self._table, self._meant, self._hold, self._do = table, meant, hold, do
        table.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Takes these keys; all others are the table's."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.modifiers() in _PLAIN:
            return self._press(Qt.Key(event.key()))
        return super().eventFilter(watched, event)

    def _press(self, key: Qt.Key) -> bool:
        if key is Qt.Key.Key_Escape and self._table.checked_keys:
            self._table.set_checked(())
            return True
        rows = self._meant()
        if key is Qt.Key.Key_H:
            self._hold(rows)
            return True
        remedy = _REMEDIES.get(key)
        if remedy is not None and rows and all(remedy in row.life.remedies for row in rows):
            self._do(remedy)
        return remedy is not None
