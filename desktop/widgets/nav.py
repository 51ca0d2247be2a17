"""The navigation at the left: `NavList`, wide with words or a rail of icons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QFrame, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop.look import look
from desktop.widgets.focus import by_keyboard, set_keyboard_in_use
from desktop.widgets.painting import CENTER, LEFT, box, text_width, words
from desktop.widgets.rows import Index

ENTRY_ROLE = Qt.ItemDataRole.UserRole + 1
SIDE = 8


@dataclass(frozen=True)
class NavEntry:
    """One place to go: key, icon, word, count. `urgent` makes the badge red with a sign, `gap` draws a line before."""

    key: str
    icon: str
    label: str
    count: int = 0
    urgent: bool = False
    gap: bool = False
    hint: str = ""

    @property
    def sentence(self) -> str:
        """What a screen reader says."""
        if not self.count:
            return self.label
        return f"{self.label}, {self.count} {'need you' if self.urgent else 'waiting'}"


class NavModel(QAbstractListModel):
    """The entries a person may use; others are not there at all."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: list[NavEntry] = []
        self.rail = False

    def set_entries(self, entries: Sequence[NavEntry]) -> None:
        """Show other entries or badges."""
        same = [entry.key for entry in entries] == [entry.key for entry in self._entries]
        if not same:
            self.beginResetModel()
        self._entries = list(entries)
        if same:
            self.dataChanged.emit(self.index(0), self.index(len(entries) - 1))
        else:
            self.endResetModel()

    def place(self, key: str) -> int:
        """Return the place of a key, or -1."""
        return next((index for index, entry in enumerate(self._entries) if entry.key == key), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's default
        """Return the number of entries."""
        return 0 if parent.isValid() else len(self._entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return word, sentence, tooltip (rail only) or the entry."""
        if not index.isValid():
            return None
        entry = self._entries[index.row()]
        if role == ENTRY_ROLE:
            return entry
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.label
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return entry.sentence
        if role == Qt.ItemDataRole.ToolTipRole and self.rail:
            return entry.sentence
        return None


class NavDelegate(QStyledItemDelegate):
    """Paints entries and their badges."""

    def __init__(self, view: NavList) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return 34 px, and 17 more where a line stands before."""
        entry = index.data(ENTRY_ROLE)
        appearance = look()
        height = 34 + (8 if appearance.roomy else 0) + (17 if isinstance(entry, NavEntry) and entry.gap else 0)
        return QSize(0, appearance.px(height))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one entry."""
        appearance, theme = look(), look().theme
        entry = index.data(ENTRY_ROLE)
        if not isinstance(entry, NavEntry):
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        if entry.gap:
            above = appearance.px(17)
            line = QRect(rect.left() + 2 * SIDE, rect.top() + above // 2, rect.width() - 4 * SIDE, 1)
            painter.fillRect(line, theme.border.subtle)
            rect = rect.adjusted(0, above, 0, 0)
        place = rect.adjusted(SIDE, 1, -SIDE, -1)
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        if chosen:
            box(painter, place, 6, theme.surface.selected)
        elif state & QStyle.StateFlag.State_MouseOver:
            box(painter, place, 6, theme.surface.hover)
        if index.row() == self._view.currentIndex().row() and by_keyboard(self._view):
            box(painter, place, 6, None, theme.border.focus, 2)
        self._content(painter, place, entry, chosen)
        painter.restore()

    def _content(self, painter: QPainter, place: QRect, entry: NavEntry, chosen: bool) -> None:
        appearance, theme = look(), look().theme
        ink = theme.accent.text if chosen else theme.text.secondary
        size = appearance.px(18)
        left = place.left() + (place.width() - size) // 2 if self._view.rail else place.left() + appearance.px(9)
        spot = QRect(left, place.top() + (place.height() - size) // 2, size, size)
        appearance.draw_icon(painter, spot, entry.icon, ink)
        if self._view.rail:
            if entry.count:
                self._rail_badge(painter, spot, entry)
            return
        area = place.adjusted(appearance.px(36), 0, -appearance.px(8), 0)
        if entry.count:
            area.setRight(area.right() - self._badge(painter, area, entry, chosen) - appearance.px(6))
        elif entry.hint:
            font = appearance.font("caption")
            wide = text_width(font, entry.hint)
            spot = QRect(area.right() - wide, area.top(), wide + 1, area.height())
            words(painter, spot, entry.hint, font, theme.text.tertiary)
        words(painter, area, entry.label, appearance.font("body", 600 if chosen else 500), ink)

    @staticmethod
    def _rail_badge(painter: QPainter, icon: QRect, entry: NavEntry) -> None:
        """Paint the count on a disc over the icon's upper right corner."""
        appearance = look()
        group = appearance.theme.group("danger" if entry.urgent else "neutral")
        font = appearance.font("caption", 600, figures=True)
        font.setPixelSize(appearance.px(10))
        text, high = str(min(entry.count, 99)), appearance.px(15)
        wide = max(high, text_width(font, text) + appearance.px(8))
        disc = QRect(icon.right() + appearance.px(5) - high // 2, icon.top() - high // 2, wide, high)
        box(painter, disc, high / 2, group.solid)
        words(painter, disc, text, font, group.on, CENTER)

    @staticmethod
    def _badge(painter: QPainter, area: QRect, entry: NavEntry, chosen: bool) -> int:
        appearance, theme = look(), look().theme
        font = appearance.font("caption", 600, figures=True)
        text = str(entry.count)
        high, sign = appearance.px(20), appearance.px(12)
        wide = max(high, text_width(font, text) + appearance.px(12))
        if entry.urgent:
            wide = text_width(font, text) + sign + appearance.px(14)
        pill = QRect(area.right() + 1 - wide, area.top() + (area.height() - high) // 2, wide, high)
        group = theme.group("danger" if entry.urgent else "neutral")
        box(painter, pill, high / 2, theme.surface.panel if chosen and not entry.urgent else group.bg)
        if entry.urgent:
            spot = QRect(pill.left() + appearance.px(5), pill.top() + (high - sign) // 2, sign, sign)
            appearance.draw_icon(painter, spot, "circle-alert", group.text)
            pill.setLeft(spot.right() + 1 + appearance.px(3))
        words(painter, pill, text, font, group.text, LEFT if entry.urgent else CENTER)
        return wide


class NavList(QListView):
    """The navigation. `went(key)` when a person goes somewhere; the height follows from the entries."""

    went = Signal(str)

    def __init__(self, label: str = "Navigation", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(label)
        self.setProperty("surface", "window")
        self._model = NavModel(self)
        self._quiet = False
        self.setModel(self._model)
        self.setItemDelegate(NavDelegate(self))
        self.setMouseTracking(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.selectionModel().currentChanged.connect(self._moved)

    @property
    def rail(self) -> bool:
        """Whether only icons are shown."""
        return self._model.rail

    def set_rail(self, rail: bool) -> None:
        """Show icons only, or words too."""
        self._model.rail = rail
        self.viewport().update()

    def set_entries(self, entries: Sequence[NavEntry]) -> None:
        """Show other entries or badges; the chosen one stays."""
        key = self.current_key
        self._quiet = True
        self._model.set_entries(entries)
        if key and key != self.current_key:
            self.go(key)
        self._quiet = False
        self.updateGeometry()

    @property
    def current_key(self) -> str:
        """Where we are."""
        entry = self.currentIndex().data(ENTRY_ROLE)
        return entry.key if isinstance(entry, NavEntry) else ""

    def go(self, key: str) -> None:
        """Mark another place without telling; an empty key marks none."""
        before, self._quiet = self._quiet, True
        place = self._model.place(key)
        self.setCurrentIndex(self._model.index(place) if place >= 0 else QModelIndex())
        if place < 0:
            self.clearSelection()
        self._quiet = before

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move with arrows, Home, End and typed letters."""
        set_keyboard_in_use(self, True)
        super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go by mouse; the keyboard's frame goes."""
        set_keyboard_in_use(self, False)
        super().mousePressEvent(event)

    def sizeHint(self) -> QSize:
        """Return the width of the navigation and the height of its entries."""
        sizes = look().tokens.size["nav"]
        height = sum(self.sizeHintForRow(row) for row in range(self._model.rowCount()))
        return QSize(look().px(sizes["rail" if self.rail else "wide"]), height)

    def minimumSizeHint(self) -> QSize:
        """Return the same height: entries are never scrolled away."""
        return QSize(look().px(40), self.sizeHint().height())

    def _moved(self, current: QModelIndex, previous: QModelIndex) -> None:
        entry = current.data(ENTRY_ROLE)
        if not self._quiet and isinstance(entry, NavEntry):
            self.went.emit(entry.key)
