"""`DataTable`: rows in columns with collapsible heads, check boxes, and one painted button per row.

One Tab stop. Arrows move, Space checks, Ctrl+A checks all, Enter opens, Ctrl+Enter presses the row's button, the menu
key asks for the menu, Left and Right fold a head. Everything a row offers by mouse is thus there by keyboard.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStyleOptionViewItem, QTreeView, QWidget

from desktop.look import look
from desktop.widgets.focus import by_keyboard, set_keyboard_in_use
from desktop.widgets.painting import box
from desktop.widgets.rows import Index
from desktop.widgets.table_model import ENTRY_ROLE, Column, Entry, TableModel, TableRow, TableSection
from desktop.widgets.table_paint import (
    CHECK_WIDTH,
    SIDE,
    CellDelegate,
    TableHeader,
    action_rect,
    paint_action,
    paint_check,
    paint_ground,
    paint_head,
)

ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
OPEN_WIDTH = 140
FOLDS = {Qt.Key.Key_Left: True, Qt.Key.Key_Right: False}


class DataTable(QTreeView):
    """A table of `TableRow`s and `TableSection`s. With `even` all are of one height: for thousands of rows.

    `chosen(key)` when another row is chosen, `opened(key)` on Enter or double click, `acted(row, action)` for a row's
    button, `context(key, point)` for its menu, `checks_changed()` when boxes change, `near_end()` when the last rows
    come in sight.
    """

    chosen = Signal(str)
    opened = Signal(str)
    acted = Signal(str, str)
    context = Signal(str, QPoint)
    checks_changed = Signal()
    near_end = Signal()

    def __init__(
        self,
        label: str,
        columns: Sequence[Column],
        *,
        row_height: int = 36,
        checkable: bool = False,
        even: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(label)
        self.setUniformRowHeights(even)
        self._checkable = checkable
        self._checked: set[str] = set()
        self._quiet = False
        self._columns = tuple(columns)
        self._last = len(columns) - 1
        self._pointer: QPoint | None = None
        self.table = TableModel(columns, self)
        self.setModel(self.table)
        delegate = CellDelegate(self, row_height=row_height, checkable=checkable, last_column=self._last, even=even)
        self.setItemDelegate(delegate)
        self.setHeader(TableHeader(checkable=checkable))
        self.header().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setRootIsDecorated(False)
        self.setItemsExpandable(False)
        self.setIndentation(0)
        self.setAllColumnsShowFocus(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.selectionModel().currentChanged.connect(self._moved)
        self.doubleClicked.connect(self._open)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)

    def set_rows(self, entries: Sequence[Entry]) -> None:
        """Show other rows; the chosen one and the checks stay by key, without telling."""
        key = self.current_key
        self._quiet = True
        self.table.set_entries(entries)
        self._checked &= {entry.key for entry in entries if isinstance(entry, TableRow)}
        if key and key != self.current_key:
            self._go(self.table.place(key))
        self._quiet = False
        self.viewport().update()

    def append_rows(self, entries: Sequence[Entry]) -> None:
        """Add rows at the end."""
        self.table.append(entries)

    @property
    def current_key(self) -> str:
        """The key of the chosen row, or an empty text."""
        entry = self.currentIndex().data(ENTRY_ROLE)
        return entry.key if isinstance(entry, TableRow) else ""

    def choose(self, key: str) -> None:
        """Choose a row without telling; an unknown key chooses nothing."""
        self._quiet = True
        self._go(self.table.place(key))
        self._quiet = False

    @property
    def checked_keys(self) -> tuple[str, ...]:
        """The checked rows, in their order."""
        rows = (entry for entry in self.table.entries if isinstance(entry, TableRow))
        return tuple(row.key for row in rows if row.key in self._checked)

    def set_checked(self, keys: Sequence[str]) -> None:
        """Check these rows and no others."""
        self._checked = set(keys)
        self.viewport().update()
        self.checks_changed.emit()

    def fold(self, key: str, folded: bool = True) -> None:
        """Fold a head's rows away, or show them; the head is then the current line."""
        self.table.fold(key, folded)
        self._go(self.table.place(key))

    def show_column(self, place: int, shown: bool) -> None:
        """Show a column, or leave it out where there is no room for all."""
        self.setColumnHidden(place, not shown)
        self._size_columns()

    def button_rect(self, key: str) -> QRect:
        """Return where a row's button is, in the viewport; empty for an unknown row."""
        place = self.table.place(key)
        entry = self.table.shown[place] if place >= 0 else None
        if not isinstance(entry, TableRow):
            return QRect()
        return action_rect(entry, self.visualRect(self.table.index(place, self._last)))

    def drawRow(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint a row's ground, its cells and its button, or a head."""
        entry = index.data(ENTRY_ROLE)
        drawn: QRect = option.rect
        rect = QRect(0, drawn.top(), self.viewport().width(), drawn.height())
        current = index.row() == self.currentIndex().row()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(entry, TableSection):
            paint_head(painter, rect, entry, folded=entry.key in self.table.folded)
        elif isinstance(entry, TableRow):
            hover = self._pointer is not None and rect.contains(self._pointer)
            paint_ground(painter, rect, current=current, hover=hover)
            super().drawRow(painter, option, index)
            place = action_rect(entry, self.visualRect(index.sibling(index.row(), self._last)))
            paint_action(painter, place, entry, current=current, pointer=self._pointer)
            if self._checkable:
                on = entry.key in self._checked
                paint_check(painter, rect, self, Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
        if current and by_keyboard(self):
            box(painter, rect.adjusted(1, 1, -1, -2), 6, None, look().theme.border.focus, 2)
        painter.restore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Press boxes, buttons and heads; everything else chooses the row."""
        set_keyboard_in_use(self, False)
        spot = event.position().toPoint()
        entry = self.indexAt(spot).data(ENTRY_ROLE)
        if event.button() == Qt.MouseButton.LeftButton:
            if isinstance(entry, TableSection):
                self._turn(entry)
                return
            if isinstance(entry, TableRow) and self._checkable and spot.x() < look().px(CHECK_WIDTH - 4):
                self._check(entry.key)
                return
            if isinstance(entry, TableRow) and self.button_rect(entry.key).contains(spot):
                self._act(entry)
                return
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Do by keyboard what the mouse does."""
        set_keyboard_in_use(self, True)
        entry = self.currentIndex().data(ENTRY_ROLE)
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if isinstance(entry, TableSection) and self._head_key(entry, Qt.Key(event.key())):
            return
        if isinstance(entry, TableRow) and event.key() in ENTER:
            if control:
                self._act(entry)
            else:
                self.opened.emit(entry.key)
        elif isinstance(entry, TableRow) and event.key() == Qt.Key.Key_Space and self._checkable:
            self._check(entry.key)
        elif self._checkable and control and event.key() == Qt.Key.Key_A:
            self.set_checked([row.key for row in self.table.shown if isinstance(row, TableRow)])
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu of the row under the pointer, or of the chosen one by the menu key."""
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        entry = index.data(ENTRY_ROLE)
        if isinstance(entry, TableRow):
            point = self.visualRect(index).bottomLeft() if by_key else event.pos()
            self.context.emit(entry.key, self.viewport().mapToGlobal(point))

    def viewportEvent(self, event: QEvent) -> bool:
        """Follow the pointer for hover tints."""
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseMove:
            before, self._pointer = self._pointer, event.position().toPoint()
            _repaint_rows(self, before, self._pointer)
        elif event.type() == QEvent.Type.Leave:
            before, self._pointer = self._pointer, None
            _repaint_rows(self, before)
        return super().viewportEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width among the columns."""
        super().resizeEvent(event)
        self._size_columns()

    def _size_columns(self) -> None:
        """Give every column its width and the open ones the rest; when that is too little, all give way alike."""
        header, room = self.header(), self.viewport().width()
        header.setMinimumSectionSize(look().px(40))
        extra = CHECK_WIDTH - SIDE if self._checkable else 0
        wished = [
            0 if self.isColumnHidden(n) else look().px((column.width or OPEN_WIDTH) + (0 if n else extra))
            for n, column in enumerate(self._columns)
        ]
        spare = room - sum(wished)
        opened = [number for number, column in enumerate(self._columns) if not column.width and wished[number]]
        for number, width in enumerate(wished):
            if self.isColumnHidden(number):
                continue
            if spare < 0:
                width += spare * width // sum(wished)
            elif number in opened:
                width += spare // len(opened)
            header.resizeSection(number, width)

    def _head_key(self, head: TableSection, key: Qt.Key) -> bool:
        """Fold by key; False when the key is not one of a head."""
        if key in FOLDS:
            self.fold(head.key, FOLDS[key])
        elif key in ENTER or key == Qt.Key.Key_Space:
            self._turn(head)
        else:
            return False
        return True

    def _act(self, row: TableRow) -> None:
        if row.action:
            self.acted.emit(row.key, row.action.key)
        elif row.icon_action:
            self.acted.emit(row.key, row.icon_action[0])
        elif row.menu:
            self.context.emit(row.key, self.viewport().mapToGlobal(self.button_rect(row.key).bottomLeft()))

    def _check(self, key: str) -> None:
        self._checked ^= {key}
        self.viewport().update()
        self.checks_changed.emit()

    def _turn(self, head: TableSection) -> None:
        if not head.group:
            self.fold(head.key, head.key not in self.table.folded)

    def _go(self, place: int) -> None:
        self.setCurrentIndex(self.table.index(place, 0) if place >= 0 else QModelIndex())

    def _open(self, index: QModelIndex) -> None:
        entry = index.data(ENTRY_ROLE)
        if isinstance(entry, TableRow):
            self.opened.emit(entry.key)

    def _moved(self, current: QModelIndex, previous: QModelIndex) -> None:
        entry = current.data(ENTRY_ROLE)
        if not self._quiet and isinstance(entry, TableRow):
            self.chosen.emit(entry.key)

    def _scrolled(self, value: int) -> None:
        bar = self.verticalScrollBar()
        if value >= bar.maximum() - bar.pageStep() // 2:
            self.near_end.emit()


def _repaint_rows(table: DataTable, *places: QPoint | None) -> None:
    """Paints the rows at these places; the whole table would take longer than a step of the pointer."""
    for place in places:
        if place is not None and (index := table.indexAt(place)).isValid():
            row = table.visualRect(index)
            table.viewport().update(0, row.top(), table.viewport().width(), row.height())
