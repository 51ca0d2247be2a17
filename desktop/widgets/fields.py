"""Fields with a label above and help or an error below, and the editors that stand in them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDateEdit,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QStyledItemDelegate,
    QTimeEdit,
    QVBoxLayout,
    QWidget,
)

from desktop.look import look
from desktop.widgets.announce import announce
from desktop.widgets.buttons import IconButton
from desktop.widgets.marks import IconMark
from desktop.widgets.painting import Restyled, begin, box, text_width, words
from desktop.widgets.text import Label


class Message(QWidget):
    """The line under a field: help, a hint with an icon, or an error. It takes no place while empty."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        self._icon = IconMark("info", "secondary", 14)
        self._label = Label("", "small", "secondary", wrap=True)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._label, 1)
        self.hide()

    @property
    def text(self) -> str:
        """The words shown."""
        return self._label.text()

    def show_text(self, text: str, tone: str = "secondary", icon: str = "") -> None:
        """Show words in a tone; an empty text hides the line."""
        self._label.setText(text)
        self._label.set_tone(tone)
        self._icon.setVisible(bool(icon))
        if icon:
            self._icon.set_icon(icon, tone)
        self.setVisible(bool(text))


class FormField(QWidget):
    """A label, an editor and a message line. `editor` is a `QLineEdit` unless another widget is given.

    The label is the editor's accessible name and its help or error the accessible description.
    """

    def __init__(
        self,
        label: str,
        *,
        editor: QWidget | None = None,
        optional: str = "",
        help_text: str = "",
        placeholder: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.editor: QWidget = editor if editor is not None else QLineEdit()
        self._help = help_text
        self._error = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(5)
        head = QHBoxLayout()
        head.setSpacing(5)
        self.label = Label(label, "small", strong=True)
        self.label.setBuddy(self.editor)
        head.addWidget(self.label)
        if optional:
            head.addWidget(Label(optional, "small", "secondary"))
        head.addStretch(1)
        self.message = Message()
        if label:
            column.addLayout(head)
        column.addWidget(self.editor)
        column.addWidget(self.message)
        self.editor.setAccessibleName(label)
        self.setFocusProxy(self.editor)
        if placeholder and isinstance(self.editor, QLineEdit | QPlainTextEdit):
            self.editor.setPlaceholderText(placeholder)
        self._show_message()

    @property
    def line(self) -> QLineEdit:
        """The editor, where it is a line edit."""
        if not isinstance(self.editor, QLineEdit):
            raise TypeError("This field has another editor")
        return self.editor

    def text(self) -> str:
        """Return what is typed, as typed."""
        return self.line.text()

    def set_text(self, text: str) -> None:
        """Replace what is typed."""
        self.line.setText(text)

    @property
    def error(self) -> str:
        """The error shown, or an empty text."""
        return self._error

    def set_error(self, sentence: str) -> None:
        """Show what is wrong, in a sentence; an empty text clears it."""
        said = sentence and sentence != self._error
        self._error = sentence
        self.editor.setProperty("error", bool(sentence))
        self.editor.style().unpolish(self.editor)
        self.editor.style().polish(self.editor)
        self.editor.update()
        self._show_message()
        if said:
            announce(self.editor, sentence, assertive=True)

    def set_help(self, text: str) -> None:
        """Change the help below the field."""
        self._help = text
        self._show_message()

    def _show_message(self) -> None:
        if self._error:
            self.message.show_text(self._error, "danger", "octagon-x")
        else:
            self.message.show_text(self._help)
        self.editor.setAccessibleDescription(self._error or self._help)


class _PassphraseEdit(QLineEdit):
    """A line edit that hides what is typed and tells about Caps Lock as far as key presses show it."""

    caps_lock = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setInputMethodHints(
            Qt.InputMethodHint.ImhHiddenText
            | Qt.InputMethodHint.ImhSensitiveData
            | Qt.InputMethodHint.ImhNoPredictiveText
            | Qt.InputMethodHint.ImhNoAutoUppercase
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Compare the letter with the Shift key: a capital without Shift means Caps Lock, on every system alike."""
        letter = event.text()
        if event.key() == Qt.Key.Key_CapsLock:
            self.caps_lock.emit(False)
        elif len(letter) == 1 and letter.isalpha() and letter.lower() != letter.upper():
            shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.caps_lock.emit(letter.isupper() != shift)
        super().keyPressEvent(event)


class PassphraseField(FormField):
    """A passphrase: hidden, with a button that shows it, a Caps Lock hint, and paste and managers allowed."""

    def __init__(
        self, label: str = "Passphrase", *, help_text: str = "", optional: str = "", parent: QWidget | None = None
    ) -> None:
        editor = _PassphraseEdit()
        super().__init__(label, editor=editor, optional=optional, help_text=help_text, parent=parent)
        self._show = IconButton("eye", "Show passphrase", parent=editor)
        self._show.setCheckable(True)
        self._show.toggled.connect(self._show_typed)
        self._caps = Message()
        layout = self.layout()
        if isinstance(layout, QVBoxLayout):
            layout.insertWidget(layout.indexOf(self.message), self._caps)
        editor.caps_lock.connect(self._tell_caps_lock)
        editor.installEventFilter(self)
        QWidget.setTabOrder(editor, self._show)
        self._place()

    @property
    def shown(self) -> bool:
        """Whether the typed text can be read."""
        return self._show.isChecked()

    @property
    def caps_lock_seen(self) -> bool:
        """Whether the last letter typed showed that Caps Lock is on."""
        return bool(self._caps.text)

    @property
    def show_button(self) -> IconButton:
        """The button that shows and hides the text."""
        return self._show

    def clear(self) -> None:
        """Forget what is typed, also in the undo history, and hide the field again."""
        self.line.clear()
        self._show.setChecked(False)
        self._caps.show_text("")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the button at the right end."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.StyleChange):
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        side = look().px(28)
        edge = (self.editor.height() - side) // 2
        self._show.setGeometry(self.editor.width() - side - max(2, edge), edge, side, side)
        self.line.setTextMargins(0, 0, side, 0)

    def _show_typed(self, shown: bool) -> None:
        self.line.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)
        self._show.set_icon("eye-off" if shown else "eye")
        self._show.set_label("Hide passphrase" if shown else "Show passphrase")

    def _tell_caps_lock(self, on: bool) -> None:
        if on and not self._caps.text:
            announce(self.editor, "Caps Lock is on")
        self._caps.show_text("Caps Lock is on" if on else "", "warning", "arrow-big-up")


class Combo(Restyled, QComboBox):
    """A choice of one from a list, painted like a field. The wheel is ignored without focus; typing finds an entry."""

    def __init__(self, label: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(label)
        self._plain_list = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.setMaxVisibleItems(14)

    def sizeHint(self) -> QSize:
        """Return the size that the longest entry needs."""
        appearance = look()
        font = appearance.font("body")
        widest = max((text_width(font, self.itemText(index)) for index in range(self.count())), default=0)
        return QSize(widest + appearance.px(44), appearance.control())

    def minimumSizeHint(self) -> QSize:
        """Return a small size: long entries are elided, with a tooltip."""
        return QSize(look().px(72), look().control())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Let the page scroll unless the field has the focus."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def showPopup(self) -> None:
        """Give the list its painting when it is first shown: making the list is most of what a combo box costs."""
        if not self._plain_list:
            self._plain_list = True
            self.setItemDelegate(QStyledItemDelegate(self))
        super().showPopup()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint field, entry and chevron."""
        appearance = look()
        theme = appearance.theme
        painter = begin(self)
        enabled = self.isEnabled()
        focus, error = self.hasFocus(), bool(self.property("error"))
        edge = theme.border.control if enabled else theme.border.default
        if focus or error:
            edge = theme.group("danger").text if error else theme.border.focus
        fill = theme.surface.panel if enabled else theme.surface.sunken
        box(painter, self.rect(), 6, fill, edge, 2 if focus or error else 1)
        size = appearance.px(16)
        right = self.width() - appearance.px(9) - size
        appearance.draw_icon(
            painter,
            QRect(right, (self.height() - size) // 2, size, size),
            "chevron-down",
            theme.text.secondary if enabled else theme.text.disabled,
        )
        if not self.isEditable():
            area = self.rect().adjusted(appearance.px(10), 0, right - self.width() - appearance.px(4), 0)
            shown = self.currentText() or self.placeholderText()
            ink = theme.text.primary if self.currentText() else theme.text.tertiary
            words(painter, area, shown, appearance.font("body"), ink if enabled else theme.text.disabled)
        painter.end()


_PLACED = (QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.StyleChange, QEvent.Type.Polish)
"""What makes the style place the parts of a field anew."""


class TimeField(Restyled, QTimeEdit):
    """A time of day in the system's format: arrows change hour and minute. The wheel is ignored without focus."""

    def __init__(self, label: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(label)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setButtonSymbols(QTimeEdit.ButtonSymbols.NoButtons)

    def sizeHint(self) -> QSize:
        """Return the size of the time with its margins."""
        return QSize(super().sizeHint().width() + look().px(16), look().control())

    def event(self, event: QEvent) -> bool:
        """Give the words the whole field: without its two buttons the style leaves them one pixel."""
        done = super().event(event)
        if event.type() in _PLACED:
            edge = look().px(8)
            self.lineEdit().setGeometry(self.rect().adjusted(edge, 2, -edge, -2))
        return done

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Let the page scroll unless the field has the focus."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class DateField(Restyled, QDateEdit):
    """A day in the system's format: arrows change its parts. The wheel is ignored without focus."""

    def __init__(self, label: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(label)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setButtonSymbols(QDateEdit.ButtonSymbols.NoButtons)
        self.setDisplayFormat("d MMMM yyyy")

    def sizeHint(self) -> QSize:
        """Return the size of the day with its margins."""
        return QSize(super().sizeHint().width() + look().px(16), look().control())

    def event(self, event: QEvent) -> bool:
        """Give the words the whole field: without its two buttons the style leaves them one pixel."""
        done = super().event(event)
        if event.type() in _PLACED:
            edge = look().px(8)
            self.lineEdit().setGeometry(self.rect().adjusted(edge, 2, -edge, -2))
        return done

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Let the page scroll unless the field has the focus."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class TextArea(QPlainTextEdit):
    """Several lines of plain text; Tab moves on instead of typing a tab."""

    def __init__(
        self, label: str = "", *, lines: int = 3, placeholder: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._lines = lines
        self.setAccessibleName(label)
        self.setPlaceholderText(placeholder)
        self.setTabChangesFocus(True)

    def sizeHint(self) -> QSize:
        """Return the height of its lines."""
        return QSize(look().px(240), self._lines * look().line("body") + look().px(14))

    def minimumSizeHint(self) -> QSize:
        """Return the same height."""
        return QSize(look().px(120), self.sizeHint().height())
