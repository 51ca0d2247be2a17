"""The bar over every screen: its name, the search field, how publishing stands, and the button that stops it."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from desktop.look import look
from desktop.widgets.buttons import AppButton, IconButton
from desktop.widgets.layout import columns, rows
from desktop.widgets.marks import IconMark
from desktop.widgets.painting import RIGHT, Restyled, begin, box, words
from desktop.widgets.text import Elided, Label, Panel


class SearchField(Restyled, QPushButton):
    """Looks like a field and opens the palette; typing happens there."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Find or run a command", parent)
        self.setToolTip("Ctrl+K")
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.IBeamCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """A field of a usual width."""
        return QSize(look().px(262), look().control())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a field with its key."""
        appearance, theme = look(), look().theme
        painter = begin(self)
        box(painter, self.rect(), 6, theme.surface.panel, theme.border.control)
        size, pad = appearance.px(16), appearance.px(9)
        spot = QRect(pad, (self.height() - size) // 2, size, size)
        appearance.draw_icon(painter, spot, "search", "secondary")
        area = self.rect().adjusted(pad + size + appearance.px(8), 0, -appearance.px(10), 0)
        words(painter, area, "Ctrl K", appearance.font("caption"), theme.text.secondary, RIGHT)
        words(painter, area, self.text(), appearance.font("body"), theme.text.tertiary)
        painter.end()


class Dot(Restyled, QWidget):
    """The small disc before the publishing state; the words beside it say the same."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._group = "neutral"
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_group(self, group: str) -> None:
        """Another colour."""
        self._group = group
        self.update()

    def sizeHint(self) -> QSize:
        """Eight pixels."""
        return QSize(look().px(9), look().px(9))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint it."""
        painter = begin(self)
        box(painter, self.rect(), self.height() / 2, look().theme.group(self._group).solid)
        painter.end()


class PublishingState(QWidget):
    """Dot or icon, what publishing does, and the next post or since when."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        line = columns(self, gap=8)
        self._dot = Dot()
        self._mark = IconMark("octagon-pause", "hold", 18)
        line.addWidget(self._dot)
        line.addWidget(self._mark)
        column = rows(gap=0)
        self.first = Label("", "small", strong=True)
        self.second = Label("", "caption", "secondary")
        column.addWidget(self.first)
        column.addWidget(self.second)
        line.addLayout(column)
        self.show_state("neutral", "Publishing", "")

    def show_state(self, group: str, first: str, second: str, icon: str = "") -> None:
        """Shows words in a colour group; an icon takes the dot's place."""
        self._dot.setVisible(not icon)
        self._mark.setVisible(bool(icon))
        if icon:
            self._mark.set_icon(icon, group)
        self._dot.set_group(group)
        self.first.setText(first)
        self.first.set_tone(group if icon else "primary")
        self.second.setText(second)
        self.second.setVisible(bool(second))
        self.setAccessibleName(f"{first}, {second}" if second else first)


class TopBar(Panel):
    """`search_wanted` opens the palette; `hold` comes from the button that is always in the same place, while it is on
    `lift`.
    """

    search_wanted = Signal()
    hold = Signal()
    lift = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("app", parent)
        self._on_hold = False
        line = columns(self, margins=(18, 8, 14, 8), gap=16)
        self.title = Elided("", "page")
        line.addWidget(self.title, 1)
        self.search = SearchField()
        self.search.clicked.connect(self.search_wanted)
        self.search_icon = IconButton("search", "Find or run a command", shortcut="Ctrl+K")
        self.search_icon.clicked.connect(self.search_wanted)
        line.addWidget(self.search)
        line.addWidget(self.search_icon)
        self.bell = AppButton("", icon="at-sign", size="compact")
        self.bell.hide()
        line.addWidget(self.bell)
        self.state = PublishingState()
        line.addWidget(self.state)
        self.button = AppButton("Hold all publishing", "holdOutline", icon="octagon-pause")
        self.button.setToolTip("Ctrl+Shift+H")
        self.button.clicked.connect(self._pressed)
        line.addWidget(self.button)
        self.set_narrow(False)

    def set_narrow(self, narrow: bool) -> None:
        """Shows the search as an icon only."""
        self.search.setVisible(not narrow)
        self.search_icon.setVisible(narrow)

    def set_on_hold(self, on: bool) -> None:
        """Turns the button into the one that leads on."""
        self._on_hold = on
        self.button.setText("Lift hold…" if on else "Hold all publishing")
        self.button.set_icon("play" if on else "octagon-pause")
        self.button.setToolTip("" if on else "Ctrl+Shift+H")

    def sizeHint(self) -> QSize:
        """48 px high."""
        return QSize(super().sizeHint().width(), look().px(look().tokens.size["topBar"]))

    def _pressed(self) -> None:
        if self._on_hold:
            self.lift.emit()
        else:
            self.hold.emit()
