"""Dialogs and popovers: the frame, the scrim behind, where the focus goes and comes back to."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QColor, QGuiApplication, QHideEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QDialog, QFrame, QWidget
from shiboken6 import isValid

from desktop.look import look
from desktop.widgets.buttons import AppButton, Kind
from desktop.widgets.focus import FocusRing
from desktop.widgets.layout import Box, ScrollArea, columns, rows
from desktop.widgets.marks import IconMark
from desktop.widgets.painting import Restyled, begin, box
from desktop.widgets.text import Hairline, Label, Panel

Width = Literal["sm", "md", "lg"]
SCRIM = {False: 0.32, True: 0.65}


class Scrim(QWidget):
    """Dims a window while a dialog is open over it."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        window.installEventFilter(self)
        self.setGeometry(window.rect())
        self.raise_()
        self.show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Cover the window at any size."""
        parent = self.parentWidget()
        if event.type() == QEvent.Type.Resize and parent is not None:
            self.setGeometry(parent.rect())
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the veil."""
        tokens, dark = look().tokens, look().theme.dark
        veil = QColor(tokens.dark.surface.window if dark else tokens.light.text.primary)
        veil.setAlphaF(SCRIM[dark])
        painter = QPainter(self)
        painter.fillRect(self.rect(), veil)
        painter.end()


class HeadIcon(Restyled, QWidget):
    """The tile beside a dialog's title: an icon on a tint, or white on the solid colour for a hold."""

    def __init__(self, icon: str, group: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon_name, self._group = icon, group
        side = look().px(40)
        self.setFixedSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the tile."""
        appearance = look()
        colours = appearance.theme.group(self._group)
        solid = self._group == "hold"
        painter = begin(self)
        box(painter, self.rect(), 8, colours.solid if solid else colours.bg)
        side = appearance.px(20)
        place = QRect(0, 0, side, side)
        place.moveCenter(self.rect().center())
        appearance.draw_icon(painter, place, self._icon_name, colours.on if solid else colours.text)
        painter.end()


class Dialog(QDialog):
    """A dialog with a head (icon, title, subtitle), a body that scrolls when it must, and a foot with note and buttons.

    Show it with `open()`: it dims the window, keeps the focus inside, and gives it back at the end. Esc cancels.
    """

    def __init__(
        self,
        parent: QWidget | None,
        title: str,
        subtitle: str = "",
        *,
        icon: str = "",
        group: str = "accent",
        width: Width = "md",
        window_title: str = "",
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"{window_title or title} – Signpost")
        self._scrim: Scrim | None = None
        self._came_from: QWidget | None = None
        self.setFixedWidth(look().px(look().tokens.size["dialog"][width]))
        outer = rows(self)
        self._inside = QWidget()
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._fit)
        self._inside.installEventFilter(self)
        self._whole = rows(self._inside, margins=(22, 20, 22, 18), gap=16)
        self._whole.addLayout(self._head(title, subtitle, icon, group))
        self.body: Box = rows(gap=12)
        self._whole.addLayout(self.body, 1)
        self._area = ScrollArea(self._inside)
        outer.addWidget(self._area, 1)
        outer.addWidget(Hairline())
        self._bar = Panel("sunken")
        self._foot: Box = columns(self._bar, margins=(22, 12, 22, 12), gap=8)
        self._note_mark = IconMark("info", "secondary", 16)
        self.note = Label("", "small", "secondary", wrap=True)
        self._foot.addWidget(self._note_mark, 0, Qt.AlignmentFlag.AlignTop)
        self._foot.addWidget(self.note, 1)
        self.set_note("")
        outer.addWidget(self._bar)
        self.ring = FocusRing(self)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._follow_focus)

    def _follow_focus(self, _: QWidget | None, now: QWidget | None) -> None:
        """Keep in sight what has the focus, also where it was not reached by Tab, with its label and message."""
        if now is not None and self._inside.isAncestorOf(now):
            QTimer.singleShot(0, now, lambda: self._area.ensureWidgetVisible(now, 0, look().px(36)))

    def _head(self, title: str, subtitle: str, icon: str, group: str) -> Box:
        line = columns(gap=12)
        self._tile: QWidget | None = None
        if icon:
            self._tile = HeadIcon(icon, group)
            line.addWidget(self._tile, 0, Qt.AlignmentFlag.AlignTop)
        column = rows(gap=1)
        self.title = Label(title, "title", wrap=True)
        self.subtitle = Label(subtitle, "body", "secondary", wrap=True)
        column.addWidget(self.title)
        column.addWidget(self.subtitle)
        if not subtitle:
            self.subtitle.hide()  # showing it here, without a parent yet, would open a window of its own
        line.addLayout(column, 1)
        return line

    def set_head(self, title: str, subtitle: str = "") -> None:
        """Change title and subtitle."""
        self.title.setText(title)
        self.subtitle.setText(subtitle)
        self.subtitle.setVisible(bool(subtitle))

    def set_note(self, text: str, icon: str = "") -> None:
        """Change the note at the left of the foot."""
        self.note.setText(text)
        self._note_mark.setVisible(bool(icon and text))
        if icon:
            self._note_mark.set_icon(icon, "secondary")

    def add_button(self, text: str, kind: Kind = "plain", *, icon: str = "", default: bool = False) -> AppButton:
        """Add a button at the right of the foot; `default` takes Enter. Connect its `clicked` yourself."""
        button = AppButton(text, kind, icon=icon, size="large")
        button.setDefault(default)
        self._foot.addWidget(button)
        return button

    def add_cancel(self, text: str = "Cancel") -> AppButton:
        """Add the button that closes without doing anything."""
        button = self.add_button(text)
        button.clicked.connect(self.reject)
        return button

    def open(self) -> None:
        """Show the dialog over its window."""
        parent = self.parentWidget()
        if parent is not None:
            window = parent.window()
            self._came_from = window.focusWidget()
            self._scrim = Scrim(window)
        self._fit()
        super().open()

    def open_soon(self) -> None:
        """Show it in the next round of events: one that also builds a large dialog is felt as a stop."""
        QTimer.singleShot(0, self, self.open)

    def hideEvent(self, event: QHideEvent) -> None:
        """Take the scrim away and give the focus back."""
        super().hideEvent(event)
        if self._scrim is not None:
            self._scrim.deleteLater()
            self._scrim.hide()
            self._scrim = None
        if self._came_from is not None and isValid(self._came_from):
            self._came_from.window().activateWindow()  # not every window system does that by itself
            self._came_from.setFocus(Qt.FocusReason.OtherFocusReason)
        self._came_from = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the content when it grows or shrinks, as with an error below a field."""
        if event.type() == QEvent.Type.LayoutRequest and self.isVisible():
            self._soon.start()  # one fit for all requests of a round: each costs a walk through every widget
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        """Take the height that the content needs at this width, within the screen."""
        for widget in self.findChildren(QWidget):
            widget.ensurePolished()  # fonts of the style sheet count for the height
        self._whole.invalidate()
        self._foot.invalidate()
        wanted = 1 + sum(
            layout.heightForWidth(self.width()) if layout.hasHeightForWidth() else layout.sizeHint().height()
            for layout in (self._whole, self._foot)
        )
        screen = self.screen() or QGuiApplication.primaryScreen()
        self.resize(self.width(), min(wanted, screen.availableGeometry().height() - look().px(60)))


class Popover(Restyled, QFrame):
    """A frame near a control. Esc and a click outside close it, the focus returns to the control.

    Put rows into `body`. It flips above the control when there is no room below and stays on the screen.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.body: Box = rows(self, margins=(16, 14, 16, 14), gap=12)
        self._anchor: QWidget | None = None
        self.ring = FocusRing(self)

    def open_at(self, anchor: QWidget) -> None:
        """Show it below the control, or above."""
        self._anchor = anchor
        self.adjustSize()
        room = anchor.screen().availableGeometry()
        corner = anchor.mapToGlobal(QPoint(0, anchor.height() + 4))
        if corner.y() + self.height() > room.bottom():
            corner.setY(anchor.mapToGlobal(QPoint(0, 0)).y() - self.height() - 4)
        corner.setX(max(room.left(), min(corner.x(), room.right() - self.width())))
        corner.setY(max(room.top(), corner.y()))
        self.move(corner)
        self.show()
        first = self.nextInFocusChain()
        if first is not None and self.isAncestorOf(first):
            first.setFocus(Qt.FocusReason.PopupFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close with Esc."""
        if event.key() == Qt.Key.Key_Escape:
            self.close()
            return
        super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Give the focus back."""
        super().hideEvent(event)
        if self._anchor is not None and isValid(self._anchor):
            self._anchor.setFocus(Qt.FocusReason.PopupFocusReason)
        self._anchor = None

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the frame."""
        theme = look().theme
        painter = begin(self)
        box(painter, self.rect(), 8, theme.surface.raised, theme.border.default)
        painter.end()
