"""Words on screen: labels in a role and tone of the type scale, frames, hairlines, section heads, key-value lists."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QWidget

from desktop.look import look
from desktop.widgets.painting import LEFT, begin, text_width, words


class Label(QLabel):
    """A label in a type role and tone; plain text unless `rich`. `wrap` lets it take several lines.

    `strong` and `medium` make the words heavier than their role, as labels of fields and states are.
    """

    def __init__(
        self,
        text: str = "",
        role: str = "body",
        tone: str = "primary",
        *,
        wrap: bool = False,
        rich: bool = False,
        strong: bool = False,
        medium: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.RichText if rich else Qt.TextFormat.PlainText)
        self.setProperty("role", role)
        self.setProperty("tone", tone)
        if strong or medium:
            self.setProperty("strong" if strong else "medium", True)
        self.setText(text)
        if wrap:
            self.setWordWrap(True)
            policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
            policy.setHeightForWidth(True)
            self.setSizePolicy(policy)

    def minimumSizeHint(self) -> QSize:
        """Return one line's height when wrapping: the height follows from the width, not from the narrowest one."""
        least = super().minimumSizeHint()
        return QSize(least.width(), self.fontMetrics().height()) if self.wordWrap() else least

    def set_tone(self, tone: str) -> None:
        """Change the tone."""
        if tone == self.property("tone"):
            return  # matching the style sheet's rules again is what a label costs most
        self.setProperty("tone", tone)
        self.style().unpolish(self)
        self.style().polish(self)


class Elided(QLabel):
    """One line that is cut with an ellipsis when the place is short; the whole text is then the tooltip."""

    def __init__(
        self, text: str = "", role: str = "bodyStrong", tone: str = "primary", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._role, self._tone = role, tone
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setText(text)

    def sizeHint(self) -> QSize:
        """Return the place that the whole text would take."""
        return QSize(text_width(look().font(self._role), self.text()), look().line(self._role))

    def minimumSizeHint(self) -> QSize:
        """Return a few letters' width."""
        return QSize(look().px(36), look().line(self._role))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the tooltip only when something is cut."""
        super().resizeEvent(event)
        cut = self.width() < self.sizeHint().width()
        self.setToolTip(self.text() if cut else "")

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the line."""
        appearance = look()
        painter = begin(self)
        tone = appearance.theme.tone(self._tone) if self.isEnabled() else appearance.theme.text.disabled
        words(painter, self.rect(), self.text(), appearance.font(self._role), tone, LEFT)
        painter.end()


class Hairline(QFrame):
    """A line of one pixel between regions, horizontal or vertical."""

    def __init__(self, *, vertical: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("hairline", True)
        if vertical:
            self.setFixedWidth(1)
        else:
            self.setFixedHeight(1)


class Panel(QFrame):
    """A frame with a surface: window, app, panel, sunken, raised, hover, selected, card, note or a colour group."""

    def __init__(self, surface: str = "panel", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", surface)

    def set_surface(self, surface: str) -> None:
        """Change the surface."""
        self.setProperty("surface", surface)
        self.style().unpolish(self)
        self.style().polish(self)


class SectionHeader(QWidget):
    """A heading at the left and something quiet at the right: `add(widget)` puts more there."""

    def __init__(self, title: str, note: str = "", *, role: str = "heading", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(8)
        self.title = Label(title, role)
        self.note = Label(note, "small", "secondary")
        self._row.addWidget(self.title)
        self._row.addStretch(1)
        self._row.addWidget(self.note)
        self.note.setVisible(bool(note))

    def set_note(self, note: str) -> None:
        """Change the quiet text at the right."""
        self.note.setText(note)
        self.note.setVisible(bool(note))

    def add(self, widget: QWidget) -> None:
        """Put a widget at the right end."""
        self._row.addWidget(widget)


class KeyValues(QWidget):
    """Pairs of a quiet word and its value, in two columns; values wrap and can be selected."""

    def __init__(self, pairs: Sequence[tuple[str, str | QWidget]] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(5)
        self._grid.setColumnStretch(1, 1)
        self.set_pairs(pairs)

    def set_pairs(self, pairs: Sequence[tuple[str, str | QWidget]]) -> None:
        """Show other pairs. A value may be a widget of its own."""
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for row, (key, value) in enumerate(pairs):
            name = Label(key, "small", "tertiary")
            shown = value if isinstance(value, QWidget) else self._value(value, key)
            name.setMinimumWidth(look().px(86))
            self._grid.addWidget(name, row, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(shown, row, 1)

    @staticmethod
    def _value(value: str, key: str) -> Label:
        label = Label(value, "small", wrap=True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        label.setAccessibleName(f"{key}: {value}")
        return label
