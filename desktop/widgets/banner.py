"""Banners under the top bar or inside panels, and short messages at the bottom right."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QEvent, QObject, QRect, Qt, QTimer
from PySide6.QtGui import QPaintEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from desktop.look import look
from desktop.widgets.announce import announce
from desktop.widgets.buttons import AppButton, IconButton
from desktop.widgets.layout import columns, rows
from desktop.widgets.marks import IconMark
from desktop.widgets.painting import Restyled, begin, box
from desktop.widgets.text import Label

BannerKind = Literal["hold", "danger", "warning", "info", "success", "note"]
ICONS = {
    "hold": "octagon-pause",
    "danger": "octagon-x",
    "warning": "triangle-alert",
    "info": "info",
    "success": "shield-check",
    "note": "info",
}
TOAST_MS = 8000


class Banner(Restyled, QFrame):
    """A strip over the whole width, or with `inline` a rounded box in a panel: icon, title, sentence, buttons.

    It is announced once when shown: at once for hold and danger, politely else. On the plum hold strip use buttons of
    the kinds `onHold` and `onHoldSolid`.
    """

    def __init__(
        self,
        kind: BannerKind,
        title: str,
        sentence: str = "",
        *,
        icon: str = "",
        inline: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.kind, self._inline, self._said = kind, inline, False
        solid = kind == "hold"
        self.setProperty("onHold", solid)
        margins = (12, 10, 12, 10) if inline else (18, 9, 14, 9)
        line = columns(self, margins=margins, gap=12)
        tone = "on:hold" if solid else "secondary" if kind == "note" else kind
        size = 22 if solid else 18
        self._mark = IconMark(icon or ICONS[kind], tone, size)
        line.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignVCenter if solid else Qt.AlignmentFlag.AlignTop)
        column = rows(gap=1)
        self.title = Label(title, "bodyStrong", "on:hold" if solid else "primary", wrap=True)
        self.sentence = Label(sentence, "small", "on:hold" if solid else "primary", wrap=True)
        column.addWidget(self.title)
        column.addWidget(self.sentence)
        line.addLayout(column, 1)  # first: a label without a parent would be shown as a window of its own
        self.title.setVisible(bool(title))
        self.sentence.setVisible(bool(sentence))
        self._line = line
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    def set_text(self, title: str, sentence: str = "") -> None:
        """Change the words."""
        self._said = self._said and (title, sentence) == (self.title.text(), self.sentence.text())
        self.title.setText(title)
        self.sentence.setText(sentence)
        self.title.setVisible(bool(title))
        self.sentence.setVisible(bool(sentence))
        if self.isVisible():
            self._say()

    def add_action(self, button: QWidget) -> None:
        """Put a button at the right."""
        self._line.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)

    def showEvent(self, event: QShowEvent) -> None:
        """Announce it."""
        super().showEvent(event)
        self._say()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the strip or box."""
        theme = look().theme
        painter = begin(self)
        if self.kind == "note":
            fill = theme.surface.sunken
        else:
            group = theme.group(self.kind)
            fill = group.solid if self.kind == "hold" else group.bg
        box(painter, self.rect(), 8 if self._inline else 0, fill)
        painter.end()

    def _say(self) -> None:
        if not self._said:
            self._said = True
            words = " ".join(part for part in (self.title.text(), self.sentence.text()) if part)
            announce(self, words, assertive=self.kind in ("hold", "danger"))


class Toast(Restyled, QFrame):
    """One short message: icon, sentence, at most one action, close."""

    def __init__(self, stack: ToastStack, text: str, tone: str, icon: str) -> None:
        super().__init__(stack)
        self._stack = stack
        line = columns(self, margins=(12, 6, 6, 6), gap=9)
        line.addWidget(IconMark(icon, tone, 16))
        self.label = Label(text, "small", wrap=True)
        line.addWidget(self.label, 1)
        self._line = line
        self.action: AppButton | None = None
        self.close_button = IconButton("x", "Close message")
        self.close_button.clicked.connect(lambda: stack.close_toast(self))
        line.addWidget(self.close_button)
        self.timer = QTimer(self, singleShot=True, interval=TOAST_MS)
        self.timer.timeout.connect(self._time_out)
        self.setAccessibleName(text)

    def set_action(self, text: str, do: Callable[[], object]) -> None:
        """Add the action; it closes the message."""
        self.action = AppButton(text, "ghost", size="compact")
        self.action.clicked.connect(lambda: do())
        self.action.clicked.connect(lambda: self._stack.close_toast(self))
        self._line.insertWidget(2, self.action)

    def _time_out(self) -> None:
        """Leave, unless pointer or focus is here: then the time starts again."""
        focus = self.window().focusWidget()
        if self.underMouse() or (focus is not None and self.isAncestorOf(focus)):
            self.timer.start()
        else:
            self._stack.close_toast(self)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the card."""
        theme = look().theme
        painter = begin(self)
        box(painter, self.rect(), 8, theme.surface.raised, theme.border.default)
        painter.end()


ABOVE_FOOT = 92
"""Where messages end above the bottom: a screen's foot with its main button stays free, and so does the status bar."""


class ToastStack(QWidget):
    """The messages of a window, newest at the bottom. Others leave after 8 seconds, errors stay until closed.

    Time stands still while pointer or focus is on a message.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._column = rows(self, gap=8)
        self._toasts: list[Toast] = []
        window.installEventFilter(self)
        self.hide()

    @property
    def toasts(self) -> tuple[Toast, ...]:
        """The messages shown, oldest first."""
        return tuple(self._toasts)

    def say(
        self,
        text: str,
        *,
        tone: str = "success",
        icon: str = "check",
        action: tuple[str, Callable[[], object]] | None = None,
    ) -> Toast:
        """Show a message; tone `danger` is an error, stays and is announced at once."""
        toast = Toast(self, text, tone, icon)
        if action is not None:
            toast.set_action(*action)
        self._column.addWidget(toast)
        self._toasts.append(toast)
        if tone != "danger":
            toast.timer.start()
        self._place()  # before it is shown: a message that appears under the pointer would wait for it to leave
        self.show()
        self._place()
        announce(toast, text, assertive=tone == "danger")
        return toast

    def focus_newest(self) -> bool:
        """Move the focus to the newest message; False when there is none."""
        if not self._toasts:
            return False
        newest = self._toasts[-1]
        (newest.action or newest.close_button).setFocus(Qt.FocusReason.ShortcutFocusReason)
        return True

    def close_toast(self, toast: Toast) -> None:
        """Remove a message."""
        if toast not in self._toasts:
            return
        self._toasts.remove(toast)
        self._column.removeWidget(toast)
        toast.hide()
        toast.deleteLater()
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay at the corner when the window changes its size."""
        if event.type() is QEvent.Type.Resize:
            self._place()
        return False

    def event(self, event: QEvent) -> bool:
        """Take the height that the messages need when one of them changes."""
        done = super().event(event)
        if event.type() is QEvent.Type.LayoutRequest:
            self._place()
        return done

    def _place(self) -> None:
        parent = self.parentWidget()
        if parent is None or not self._toasts:
            self.hide()
            return
        width = min(look().px(420), parent.width() - 32)
        height = (
            self._column.heightForWidth(width) if self._column.hasHeightForWidth() else self._column.sizeHint().height()
        )
        bottom = look().px(ABOVE_FOOT)
        self.setGeometry(QRect(parent.width() - width - 16, parent.height() - height - bottom, width, height))
        self.raise_()


class EmptyState(QWidget):
    """Nothing to show yet, or nothing found: icon, title, sentence, and the first thing to do."""

    def __init__(self, icon: str, title: str, sentence: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        middle = Qt.AlignmentFlag.AlignHCenter
        column = rows(self, margins=(24, 24, 24, 24), gap=0)
        column.addStretch(1)
        column.addWidget(IconMark(icon, "tertiary", 32), 0, middle)
        column.addSpacing(11)
        self.title = Label(title, "heading", wrap=True)
        self.title.setAlignment(middle)
        column.addWidget(self.title)
        column.addSpacing(6)
        self.sentence = Label(sentence, "body", "secondary", wrap=True)
        self.sentence.setAlignment(middle)
        column.addWidget(self.sentence)
        column.addSpacing(12)
        self._buttons = columns(gap=8)
        self._buttons.addStretch(1)
        self._buttons.addStretch(1)
        column.addLayout(self._buttons)
        column.addStretch(1)

    def set_text(self, title: str, sentence: str = "") -> None:
        """Change the words."""
        self.title.setText(title)
        self.sentence.setText(sentence)

    def add_action(self, button: AppButton) -> None:
        """Add a button under the sentence."""
        self._buttons.insertWidget(self._buttons.count() - 1, button)
