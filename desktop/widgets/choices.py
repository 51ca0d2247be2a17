"""Choices: check box, radio, switch, option cards, segmented control, tabs."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QRadioButton,
    QSizePolicy,
    QTabBar,
    QWidget,
)

from desktop.look import look
from desktop.widgets.painting import CENTER, Restyled, begin, box, text_width, words


class Switch(Restyled, QCheckBox):
    """An on-off switch whose label is part of the target."""

    def sizeHint(self) -> QSize:
        """Return track and label."""
        appearance = look()
        label = text_width(appearance.font("body"), self.text()) + appearance.px(7) if self.text() else 0
        return QSize(appearance.px(34) + label, max(appearance.px(24), appearance.line("body")))

    def minimumSizeHint(self) -> QSize:
        """Return the same."""
        return self.sizeHint()

    def hitButton(self, pos: QPoint) -> bool:
        """Take the whole widget as the target."""
        return self.rect().contains(pos)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint track, knob and label."""
        appearance = look()
        theme = appearance.theme
        painter = begin(self)
        width, height = appearance.px(34), appearance.px(20)
        track = QRect(0, (self.height() - height) // 2, width, height)
        on, off = self.isChecked(), not self.isEnabled()
        knob = appearance.px(12)
        edge = (height - knob) / 2
        if on and not off:
            box(painter, track, height / 2, theme.accent.hover if self.underMouse() else theme.accent.solid)
        else:
            box(painter, track, height / 2, theme.surface.sunken, theme.border.default if off else theme.border.control)
        ink = theme.accent.on if on and not off else theme.text.disabled if off else theme.text.secondary
        left = track.right() + 1 - edge - knob if on else track.left() + edge
        box(painter, QRectF(left, track.top() + edge, knob, knob), knob / 2, ink)
        label = self.rect().adjusted(width + appearance.px(7), 0, 0, 0)
        words(painter, label, self.text(), appearance.font("body"), theme.text.disabled if off else theme.text.primary)
        painter.end()


class OptionCard(Restyled, QRadioButton):
    """A radio button as a card: a title, a sentence that wraps, and an optional icon before the title."""

    def __init__(self, title: str, sentence: str = "", *, icon: str = "", parent: QWidget | None = None) -> None:
        super().__init__(title, parent)
        self._sentence, self._icon_name = sentence, icon
        self.setAccessibleDescription(sentence)
        self.setProperty("focusRadius", 8)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def hasHeightForWidth(self) -> bool:
        """Say that the height follows from the width: the sentence wraps."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height that title and wrapped sentence need."""
        appearance = look()
        return appearance.px(12) * 2 + appearance.line("body") + self._sentence_height(width)

    def sizeHint(self) -> QSize:
        """Return a usual width and its height."""
        width = look().px(300)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        """Return the narrowest useful width."""
        width = look().px(160)
        return QSize(width, look().px(48))

    def hitButton(self, pos: QPoint) -> bool:
        """Take the whole card as the target."""
        return self.rect().contains(pos)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the card."""
        appearance = look()
        theme = appearance.theme
        painter = begin(self)
        chosen, hover, enabled = self.isChecked(), self.underMouse(), self.isEnabled()
        fill = theme.accent.bg if chosen else theme.surface.hover if hover and enabled else theme.surface.panel
        edge = theme.border.focus if chosen else theme.border.control if enabled else theme.border.default
        box(painter, self.rect(), 8, fill, edge, 2 if chosen else 1)
        side, pad = appearance.px(16), appearance.px(12)
        ring = QRectF(pad, pad + (appearance.line("body") - side) / 2, side, side)
        if chosen:
            box(painter, ring, side / 2, theme.accent.solid)
            inner = side * 5 / 16
            box(painter, ring.adjusted(inner, inner, -inner, -inner), side / 2, theme.accent.on)
        else:
            box(painter, ring, side / 2, theme.surface.panel, edge)
        title = QRect(self._left(), pad, self.width() - self._left() - pad, appearance.line("body"))
        ink = theme.text.primary if enabled else theme.text.disabled
        if self._icon_name:
            appearance.draw_icon(painter, QRect(title.left(), title.top(), side, title.height()), self._icon_name, ink)
            title.setLeft(title.left() + side + appearance.px(5))
        words(painter, title, self.text(), appearance.font("bodyStrong"), ink)
        painter.setFont(appearance.font("small"))
        painter.setPen(theme.text.secondary if enabled else theme.text.disabled)
        area = QRect(self._left(), title.bottom() + 1, self.width() - self._left() - pad, self.height())
        painter.drawText(area, Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop, self._sentence)
        painter.end()

    def _left(self) -> int:
        return look().px(12 + 16 + 11)

    def _sentence_height(self, width: int) -> int:
        if not self._sentence:
            return 0
        room = QRect(0, 0, max(40, width - self._left() - look().px(12)), 10_000)
        flags = Qt.TextFlag.TextWordWrap
        return QFontMetrics(look().font("small")).boundingRect(room, flags, self._sentence).height()


class _Segment(Restyled, QAbstractButton):
    """One part of a segmented control."""

    def __init__(self, text: str, count: str, parent: Segmented) -> None:
        super().__init__(parent)
        self.setText(text)
        self.count = count
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setAccessibleName(f"{text} {count}".strip())
        self.setProperty("focusRadius", 5)

    def sizeHint(self) -> QSize:
        """Return the size of the words, measured in the bold they get when chosen."""
        appearance = look()
        label = f"{self.text()} {self.count}".strip()
        return QSize(text_width(appearance.font("small", 600), label) + appearance.px(22), appearance.px(28))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the words; the tint comes from the frame around."""
        appearance = look()
        theme = appearance.theme
        painter = begin(self)
        chosen = self.isChecked()
        ink = theme.accent.text if chosen else theme.text.secondary
        if not self.isEnabled():
            ink = theme.text.disabled
        label = f"{self.text()} {self.count}".strip()
        words(painter, self.rect(), label, appearance.font("small", 600 if chosen else 500), ink, CENTER)
        painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move with the arrows and choose what is reached."""
        steps = {Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1}
        step = steps.get(Qt.Key(event.key()))
        frame = self.parentWidget()
        if step is None or not isinstance(frame, Segmented):
            super().keyPressEvent(event)
            return
        frame.move_from(self, step)


class Segmented(Restyled, QWidget):
    """Two to four choices side by side, one chosen. One Tab stop; arrows choose. `changed(key)` tells.

    With `current` None nothing is chosen at first, and `current` is an empty text until somebody chose.
    """

    changed = Signal(str)

    def __init__(
        self, parts: Sequence[tuple[str, str]], *, label: str, current: str | None = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(label)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(1, 1, 1, 1)
        row.setSpacing(0)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, _Segment] = {}
        for key, text in parts:
            button = _Segment(text, "", self)
            row.addWidget(button)
            self._group.addButton(button)
            self._buttons[key] = button
            button.clicked.connect(lambda _=False, key=key: self._chosen(key))
            button.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        if current is None:
            self._buttons[parts[0][0]].setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        else:
            self.set_current(current or parts[0][0])

    @property
    def current(self) -> str:
        """The key of what is chosen."""
        return next((key for key, button in self._buttons.items() if button.isChecked()), "")

    def set_current(self, key: str) -> None:
        """Choose without telling."""
        self._buttons[key].setChecked(True)
        for name, button in self._buttons.items():
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus if name == key else Qt.FocusPolicy.ClickFocus)
        self.update()

    def set_text(self, key: str, text: str, count: str = "") -> None:
        """Change a part's words and its count."""
        button = self._buttons[key]
        button.setText(text)
        button.count = count
        button.setAccessibleName(f"{text} {count}".strip())
        button.updateGeometry()

    def part(self, key: str) -> QAbstractButton:
        """Return the button of a part."""
        return self._buttons[key]

    def move_from(self, button: QAbstractButton, step: int) -> None:
        """Choose the neighbour of a part and give it the focus."""
        keys = list(self._buttons)
        place = next(index for index, key in enumerate(keys) if self._buttons[key] is button) + step
        if 0 <= place < len(keys):
            self._buttons[keys[place]].setFocus(Qt.FocusReason.TabFocusReason)
            self._chosen(keys[place])

    def _chosen(self, key: str) -> None:
        self.set_current(key)
        self.changed.emit(key)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint frame, tint of the chosen part and the lines between."""
        theme = look().theme
        painter = begin(self)
        box(painter, self.rect(), 6, theme.surface.panel, None)
        if self.current:
            painter.save()
            painter.setClipRect(self._buttons[self.current].geometry())
            box(painter, self.rect(), 6, theme.accent.bg)
            painter.restore()
        buttons = list(self._buttons.values())
        painter.setPen(theme.border.default)
        for button in buttons[1:]:
            painter.drawLine(button.x(), 1, button.x(), self.height() - 2)
        box(painter, self.rect(), 6, None, theme.border.control)
        painter.end()


class Tabs(Restyled, QTabBar):
    """Tabs with an underline; a count may follow the word. `changed(key)` tells; Alt+1..5 is up to the screen."""

    changed = Signal(str)

    def __init__(
        self, parts: Sequence[tuple[str, str]], *, label: str, current: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(label)
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setUsesScrollButtons(False)
        self.setMouseTracking(True)
        self.setProperty("focusRadius", 4)
        self._keys = [key for key, _ in parts]
        self._counts = dict.fromkeys(self._keys, "")
        for _, text in parts:
            self.addTab(text)
        if current:
            self.setCurrentIndex(self._keys.index(current))
        self.currentChanged.connect(lambda index: self.changed.emit(self._keys[index]))

    @property
    def current(self) -> str:
        """The key of the open tab."""
        return self._keys[self.currentIndex()]

    def set_current(self, key: str) -> None:
        """Open a tab; `changed` tells when it was another one."""
        self.setCurrentIndex(self._keys.index(key))

    def set_count(self, key: str, count: str) -> None:
        """Show a count behind a tab's word."""
        self._counts[key] = count
        index = self._keys.index(key)
        self.setAccessibleTabName(index, f"{self.tabText(index)} {count}".strip())
        self.setTabText(index, self.tabText(index))  # has the widths of the tabs computed anew
        self.updateGeometry()
        self.update()

    def tabSizeHint(self, index: int) -> QSize:
        """Return the size of word and count, measured in bold."""
        appearance = look()
        width = text_width(appearance.font("body", 600), self.tabText(index)) + appearance.px(18)
        count = self._counts[self._keys[index]]
        if count:
            width += text_width(appearance.font("caption", 500), count) + appearance.px(5)
        return QSize(width, appearance.px(34))

    def minimumTabSizeHint(self, index: int) -> QSize:
        """Return the same: words are not cut."""
        return self.tabSizeHint(index)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint words, counts and the underline."""
        appearance = look()
        theme = appearance.theme
        painter = begin(self)
        for index, key in enumerate(self._keys):
            rect = self.tabRect(index)
            chosen = index == self.currentIndex()
            ink = theme.accent.text if chosen else theme.text.secondary
            area = rect.adjusted(0, 0, -appearance.px(18), 0)
            taken = words(painter, area, self.tabText(index), appearance.font("body", 600 if chosen else 500), ink)
            if self._counts[key]:
                place = rect.adjusted(taken + appearance.px(5), 0, 0, 0)
                words(painter, place, self._counts[key], appearance.font("caption", 500), theme.text.tertiary)
            if chosen:
                line = QRect(rect.left(), rect.bottom() - 1, rect.width() - appearance.px(18), 2)
                box(painter, line, 1, theme.accent.solid)
        painter.end()


class CardGroup(QWidget):
    """Option cards of which one is chosen, stacked, or so many `across`. `changed(key)` tells."""

    changed = Signal(str)

    def __init__(
        self,
        cards: Sequence[tuple[str, OptionCard]],
        *,
        label: str,
        across: int = 1,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(label)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(8)
        self._cards = dict(cards)
        self._group = QButtonGroup(self)
        for place, (key, card) in enumerate(cards):
            if across > 1:  # those beside each other are of one height
                policy = card.sizePolicy()
                policy.setVerticalPolicy(QSizePolicy.Policy.MinimumExpanding)
                card.setSizePolicy(policy)
            grid.addWidget(card, place // across, place % across)
            self._group.addButton(card)
            card.toggled.connect(lambda on, key=key: self.changed.emit(key) if on else None)

    @property
    def current(self) -> str:
        """The key of the chosen card, or an empty text."""
        return next((key for key, card in self._cards.items() if card.isChecked()), "")

    def set_current(self, key: str) -> None:
        """Choose a card."""
        self._cards[key].setChecked(True)
