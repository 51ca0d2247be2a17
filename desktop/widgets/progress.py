"""How far things are: `Meter`, `StrengthMeter` for a passphrase, `Stepper` for the first run; values in words too."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QSizePolicy, QWidget

from desktop.look import look
from desktop.widgets.painting import CENTER, RIGHT, Restyled, begin, box, text_width, words
from desktop.widgets.spans import paint_meter
from desktop.widgets.text import Label


class Meter(Restyled, QProgressBar):
    """A thin bar with a value from 0 to 1. The text beside it is up to the screen; `text` is the accessible value."""

    def __init__(self, label: str, group: str = "accent", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._group = group
        self.setRange(0, 1000)
        self.setTextVisible(False)
        self.setAccessibleName(label)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_share(0.0)

    def set_share(self, share: float, text: str = "", group: str = "") -> None:
        """Show a share of 0 to 1 with its words, in another colour group when given."""
        self._group = group or self._group
        share = min(1.0, max(0.0, share))
        self.setValue(round(share * 1000))
        self.setAccessibleDescription(text or f"{share:.0%}")
        self.update()

    def sizeHint(self) -> QSize:
        """Return a thin bar."""
        return QSize(look().px(120), look().px(6))

    def minimumSizeHint(self) -> QSize:
        """Return a short thin bar."""
        return QSize(look().px(40), look().px(6))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the bar."""
        painter = begin(self)
        paint_meter(painter, self.rect(), self.value() / 1000, self._group)
        painter.end()


class _Segments(Restyled, QProgressBar):
    """Four segments, so that strength is a count and not only a colour."""

    def __init__(self) -> None:
        super().__init__()
        self.setRange(0, 4)
        self.setTextVisible(False)
        self.setAccessibleName("Strength of the passphrase")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return a thin bar."""
        return QSize(look().px(160), look().px(5))

    def minimumSizeHint(self) -> QSize:
        """Return a short thin bar."""
        return QSize(look().px(60), look().px(5))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the segments."""
        theme = look().theme
        painter = begin(self)
        gap = look().px(6)
        wide = (self.width() - 3 * gap) // 4
        filled = theme.group("success" if self.value() >= 3 else "warning" if self.value() == 2 else "danger").solid
        for index in range(4):
            place = QRect(index * (wide + gap), 0, wide, self.height())
            box(painter, place, self.height() / 2, filled if index < self.value() else theme.group("neutral").line)
        painter.end()


class StrengthMeter(QWidget):
    """Four segments and a word for how strong a passphrase is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        self._bar = _Segments()
        self._word = Label("", "small", "secondary")
        row.addWidget(self._bar, 1)
        row.addWidget(self._word)

    @property
    def word(self) -> str:
        """The word shown."""
        return self._word.text()

    def show_strength(self, score: int, word: str) -> None:
        """Show a score of 0 to 4 with its word, such as "Strong: 4 words"."""
        self._bar.setValue(min(4, max(0, score)))
        self._bar.setAccessibleDescription(word)
        self._word.setText(word)
        self._word.set_tone("success" if score >= 3 else "warning" if score == 2 else "danger" if word else "secondary")
        self._bar.update()


class Stepper(Restyled, QLabel):
    """The steps of the first run: done ones ticked, the present one filled, with "Step 2 of 4" at the right."""

    def __init__(self, steps: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._steps, self._step = steps, 1
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_step(1)

    def set_step(self, step: int) -> None:
        """Go to a step, from 1."""
        self._step = step
        self.setText(f"Step {step} of {self._steps}")
        self.update()

    def sizeHint(self) -> QSize:
        """Return circles, lines and words."""
        appearance = look()
        circles = self._steps * appearance.px(20) + (self._steps - 1) * appearance.px(34)
        return QSize(circles + appearance.px(20) + text_width(appearance.font("small"), self.text()), appearance.px(22))

    def minimumSizeHint(self) -> QSize:
        """Return the same."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the steps."""
        appearance, theme = look(), look().theme
        painter = begin(self)
        side = appearance.px(20)
        left = 0
        for number in range(1, self._steps + 1):
            circle = QRect(left, (self.height() - side) // 2, side, side)
            if number < self._step:
                box(painter, circle, side / 2, theme.group("success").solid)
                inner = appearance.px(12)
                tick = QRect(0, 0, inner, inner)
                tick.moveCenter(circle.center())
                appearance.draw_icon(painter, tick, "check", theme.group("success").on)
            else:
                now = number == self._step
                box(
                    painter,
                    circle,
                    side / 2,
                    theme.accent.solid if now else None,
                    None if now else theme.border.control,
                )
                ink = theme.accent.on if now else theme.text.secondary
                words(painter, circle, str(number), appearance.font("caption", 600, figures=True), ink, CENTER)
            left += side
            if number < self._steps:
                line = QRect(left + appearance.px(6), self.height() // 2, appearance.px(22), 1)
                painter.fillRect(line, theme.border.control)
                left += appearance.px(34)
        words(painter, self.rect(), self.text(), appearance.font("small"), theme.text.secondary, RIGHT)
        painter.end()
