"""Lists: `RowListView` shows `Row`s and `Section`s. One Tab stop, arrows inside, the whole row read as one sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from desktop.look import look
from desktop.widgets.focus import by_keyboard, set_keyboard_in_use
from desktop.widgets.marks import paint_avatar
from desktop.widgets.painting import RIGHT, box, words
from desktop.widgets.spans import Line, paint_line

Index = QModelIndex | QPersistentModelIndex
Move = QAbstractItemView.CursorAction
ITEM_ROLE = Qt.ItemDataRole.UserRole + 1
Lead = tuple[Literal["avatar", "network", "icon"], str, str]


@dataclass(frozen=True)
class Row:
    """One row: a stable key, one to three lines, the sentence that a screen reader says, and what leads the row.

    `lead` is ("avatar", name, person id), ("network", network, "") or ("icon", icon, tone).
    """

    key: str
    lines: tuple[Line, ...]
    sentence: str
    lead: Lead | None = None
    tooltip: str = ""
    trailing_icon: str = ""

    @property
    def title(self) -> str:
        """The first words: what typing looks for."""
        return next((span.text for line in self.lines for span in line.left if span.text), "")


@dataclass(frozen=True)
class Section:
    """A head between rows: a title and something quiet at the right. It cannot be chosen."""

    title: str
    note: str = ""
    tone: str = "tertiary"


Item = Row | Section


class RowModel(QAbstractListModel):
    """Holds the rows; the same keys in the same order change in place, everything else resets."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._items: list[Item] = []

    def set_items(self, items: Sequence[Item]) -> None:
        """Show other rows."""
        if _keys(items) == _keys(self._items):
            changed = [index for index, item in enumerate(items) if item != self._items[index]]
            self._items = list(items)
            for index in changed:
                place = self.index(index)
                self.dataChanged.emit(place, place)
            return
        self.beginResetModel()
        self._items = list(items)
        self.endResetModel()

    @property
    def items(self) -> Sequence[Item]:
        """What is shown."""
        return self._items

    def find(self, key: str) -> int:
        """Return the place of a key, or -1."""
        return next((i for i, item in enumerate(self._items) if isinstance(item, Row) and item.key == key), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's default
        """Return how many rows and sections there are."""
        return 0 if parent.isValid() else len(self._items)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Let rows be chosen, sections not."""
        if index.isValid() and isinstance(self._items[index.row()], Row):
            return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return Qt.ItemFlag.NoItemFlags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return title, tooltip, sentence or the row itself."""
        if not index.isValid():
            return None
        item = self._items[index.row()]
        if role == ITEM_ROLE:
            return item
        if role == Qt.ItemDataRole.DisplayRole:
            return item.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return item.sentence if isinstance(item, Row) else f"{item.title} {item.note}".strip()
        if role == Qt.ItemDataRole.ToolTipRole and isinstance(item, Row):
            return item.tooltip or None
        return None


def _keys(items: Sequence[Item]) -> list[str]:
    return [item.key if isinstance(item, Row) else "" for item in items]


class RowDelegate(QStyledItemDelegate):
    """Paints rows: tint and bar of the chosen one, hover, keyboard focus, lines of spans, hairlines."""

    def __init__(self, view: RowListView, height: int, gap: int, ruled: bool, inset: int) -> None:
        super().__init__(view)
        self._view = view
        self._height, self._gap, self._ruled, self._inset = height, gap, ruled, inset

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the height of rows and heads at text size and density."""
        appearance = look()
        if isinstance(index.data(ITEM_ROLE), Section):
            return QSize(0, appearance.px(30))
        return QSize(0, appearance.px(self._height + (8 if appearance.roomy else 0)))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint a row or a head."""
        item = index.data(ITEM_ROLE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect: QRect = option.rect
        if isinstance(item, Section):
            self._head(painter, rect, item)
        elif isinstance(item, Row):
            self._background(painter, rect, option, index)
            self._row(painter, rect, item)
        painter.restore()

    def _head(self, painter: QPainter, rect: QRect, head: Section) -> None:
        appearance = look()
        area = rect.adjusted(appearance.px(14), appearance.px(4), -appearance.px(14), 0)
        font, tone = appearance.font("caption", 600), appearance.theme.tone(head.tone)
        words(painter, area, head.note, appearance.font("caption", 500), appearance.theme.text.tertiary, RIGHT)
        words(painter, area, head.title, font, tone)

    def _background(self, painter: QPainter, rect: QRect, option: QStyleOptionViewItem, index: Index) -> None:
        theme = look().theme
        state: QStyle.StateFlag = option.state
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        if chosen and self._inset:
            box(painter, rect.adjusted(self._inset, 0, -self._inset, 0), 6, theme.surface.selected)
        elif chosen:
            painter.fillRect(rect, theme.surface.selected)
            painter.fillRect(QRect(rect.left(), rect.top(), 3, rect.height()), theme.accent.solid)
        elif state & QStyle.StateFlag.State_MouseOver:
            box(painter, rect.adjusted(self._inset, 0, -self._inset, 0), 6 if self._inset else 0, theme.surface.hover)
        if self._ruled:
            painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), theme.border.subtle)
        if index.row() == self._view.currentIndex().row() and by_keyboard(self._view):
            box(painter, rect.adjusted(1, 1, -1, -1), 6, None, theme.border.focus, 2)

    def _row(self, painter: QPainter, rect: QRect, row: Row) -> None:
        appearance = look()
        side = appearance.px(14 if not self._inset else 13)
        area = rect.adjusted(side, 0, -side, -1 if self._ruled else 0)
        if row.lead:
            area.setLeft(area.left() + self._lead(painter, area, row.lead))
        if row.trailing_icon:
            size = appearance.px(16)
            spot = QRect(area.right() + 1 - size, area.top(), size, area.height())
            appearance.draw_icon(painter, spot, row.trailing_icon, "accent")
            area.setRight(area.right() - size - appearance.px(8))
        heights = [line.line_height() for line in row.lines]
        gap = appearance.px(self._gap)
        top = area.top() + (area.height() - sum(heights) - gap * (len(heights) - 1)) // 2
        for content, height in zip(row.lines, heights, strict=True):
            paint_line(painter, QRect(area.left(), top, area.width(), height), content)
            top += height + gap

    @staticmethod
    def _lead(painter: QPainter, area: QRect, lead: Lead) -> int:
        appearance = look()
        kind, name, more = lead
        size = appearance.px({"avatar": 30, "network": 28, "icon": 18}[kind])
        spot = QRect(area.left(), area.top() + (area.height() - size) // 2, size, size)
        if kind == "avatar":
            paint_avatar(painter, spot, name, more)
        elif kind == "network":
            appearance.draw_network(painter, spot, name)
        else:
            appearance.draw_icon(painter, spot, name, more or "secondary")
        return size + appearance.px(10)


class RowListView(QListView):
    """A list of rows. `chosen(key)` when another row is chosen, `opened(key)` on Enter or double click.

    `context(key, point)` asks for a menu at a global point, also by the menu key. `height` is the row's height in px at
    text size 100 %, `ruled` draws hairlines, `inset` rounds the tint inside the list as in the sign-in list.
    """

    chosen = Signal(str)
    opened = Signal(str)
    context = Signal(str, QPoint)

    def __init__(
        self,
        label: str,
        *,
        height: int = 52,
        gap: int = 2,
        ruled: bool = False,
        inset: int = 0,
        surface: str = "app",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(label)
        self.setProperty("surface", surface)
        self._rows = RowModel(self)
        self._quiet = False
        self.setModel(self._rows)
        self.setItemDelegate(RowDelegate(self, height, gap, ruled, inset))
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._ask_menu)
        self.doubleClicked.connect(lambda index: self._open(index))
        self.selectionModel().currentChanged.connect(self._moved)

    def set_rows(self, items: Sequence[Item]) -> None:
        """Show other rows and keep the chosen one by its key, without telling."""
        key = self.current_key
        self._quiet = True
        self._rows.set_items(items)
        if key and self.current_key != key:
            self._choose(self._rows.find(key))
        self._quiet = False

    def show_at_most(self, count: int) -> None:
        """Be as high as the rows, and no higher than so many of them."""
        self.setFixedHeight(self.sizeHintForRow(0) * min(count, self._rows.rowCount()) + 2)

    @property
    def rows(self) -> RowModel:
        """The model, for tests and counts."""
        return self._rows

    @property
    def current_key(self) -> str:
        """The key of the chosen row, or an empty text."""
        item = self.currentIndex().data(ITEM_ROLE)
        return item.key if isinstance(item, Row) else ""

    def choose(self, key: str) -> None:
        """Choose a row without telling; an unknown key chooses nothing."""
        self._quiet = True
        self._choose(self._rows.find(key))
        self._quiet = False

    def moveCursor(
        self,
        cursorAction: QAbstractItemView.CursorAction,  # noqa: N803 - Qt's name
        modifiers: Qt.KeyboardModifier,
    ) -> QModelIndex:
        """Move to rows only: where Qt would stop on a head, go on to the next row, or stay."""
        index = super().moveCursor(cursorAction, modifiers)
        back = cursorAction in (Move.MoveUp, Move.MovePageUp, Move.MovePrevious, Move.MoveEnd)
        places = range(index.row(), -1, -1) if back else range(max(0, index.row()), self._rows.rowCount())
        found = next((place for place in places if isinstance(self._rows.items[place], Row)), -1)
        return self._rows.index(found) if found >= 0 else self.currentIndex()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose by mouse; the keyboard's frame goes."""
        set_keyboard_in_use(self, False)
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open with Enter; the list moves with arrows, Home, End and typed letters."""
        set_keyboard_in_use(self, True)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open(self.currentIndex())
            return
        super().keyPressEvent(event)

    def _choose(self, place: int) -> None:
        index = self._rows.index(place) if place >= 0 else QModelIndex()
        self.setCurrentIndex(index)
        if index.isValid():
            self.scrollTo(index)

    def _open(self, index: Index) -> None:
        item = index.data(ITEM_ROLE)
        if isinstance(item, Row):
            self.opened.emit(item.key)

    def _moved(self, current: QModelIndex, previous: QModelIndex) -> None:
        item = current.data(ITEM_ROLE)
        if not self._quiet and isinstance(item, Row):
            self.chosen.emit(item.key)

    def _ask_menu(self, point: QPoint) -> None:
        item = self.indexAt(point).data(ITEM_ROLE)
        if isinstance(item, Row):
            self.context.emit(item.key, self.viewport().mapToGlobal(point))
