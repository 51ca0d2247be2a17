"""Small painted marks: state pills, avatars, network marks, risk bars, icons. Widgets, and `paint_*` for delegates.

Each carries its meaning as accessible text: colour never says anything alone.
"""

from __future__ import annotations

import zlib

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from desktop.look import look
from desktop.widgets.painting import CENTER, LEFT, Restyled, begin, box, text_width, words

RISKS = {"low": (1, "neutral", "Low risk"), "medium": (2, "warning", "Medium risk"), "high": (3, "danger", "High risk")}


def initials(name: str) -> str:
    """Return up to two capital letters for a name: first and last word."""
    parts = [part for part in name.replace(".", " ").split() if part.lower() not in ("dr", "prof", "mr", "ms", "mrs")]
    letters = [part[0] for part in (parts[:1] + parts[1:][-1:])]
    return "".join(letters).upper() or "?"


def pill_width(icon: str, text: str) -> int:
    """Return the width of a pill with these words."""
    appearance = look()
    return appearance.px(15) + (appearance.px(16) if icon else 0) + text_width(appearance.font("caption", 600), text)


def paint_pill(painter: QPainter, rect: QRect, group: str, icon: str, text: str) -> None:
    """Draw a pill (tint, icon, word) that fills `rect`."""
    appearance = look()
    colours = appearance.theme.group(group)
    box(painter, rect, rect.height() / 2, colours.bg)
    area = rect.adjusted(appearance.px(7), 0, -appearance.px(7), 0)
    if icon:
        size = appearance.px(12)
        place = QRect(area.left(), area.top() + (area.height() - size) // 2, size, size)
        appearance.draw_icon(painter, place, icon, colours.text)
        area.setLeft(area.left() + appearance.px(16))
    words(painter, area, text, appearance.font("caption", 600), colours.text, LEFT)


def paint_avatar(painter: QPainter, rect: QRect, name: str, person: str) -> None:
    """Draw a person's initials on a disc; the colour comes from the person's id, so it stays the same everywhere."""
    appearance = look()
    pairs = appearance.theme.avatars
    pair = pairs[zlib.crc32(person.encode()) % len(pairs)]
    box(painter, rect, rect.width() / 2, pair.tile)
    font = appearance.font("caption", 600)
    font.setPixelSize(max(8, round(rect.height() * 0.4)))
    words(painter, rect, initials(name), font, pair.glyph, CENTER)


def paint_risk(painter: QPainter, rect: QRect, level: str) -> None:
    """Draw one to three rising bars in a square."""
    count, group, _ = RISKS[level]
    theme = look().theme
    ink = theme.group(group).text
    unit = rect.width() / 14
    for index, height in enumerate((5, 8, 11)):
        colour: QColor = ink if index < count else theme.border.default
        bar = QRect(
            round(rect.left() + (1 + index * 4.5) * unit),
            round(rect.bottom() - (height + 0.5) * unit) + 1,
            max(2, round(3 * unit)),
            round(height * unit),
        )
        box(painter, bar, 1, colour)


class _Mark(Restyled, QLabel):
    """Base of the painted marks: a label, so that assistive technology reads it as text."""

    def __init__(self, text: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setText(text)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        """Return the size hint: marks are not cut."""
        return self.sizeHint()


class StatusPill(_Mark):
    """Icon and word on a tint. `StatusPill("held")` shows a state; `StatusPill.of(...)` any group, icon and word."""

    def __init__(self, state: str = "draft", label: str = "", parent: QWidget | None = None) -> None:
        known = look().theme.state(state)
        self._group, self._icon_name = known.group, known.icon
        super().__init__(label or known.label, parent)

    @classmethod
    def of(cls, group: str, icon: str, text: str, parent: QWidget | None = None) -> StatusPill:
        """Make a pill that is not one of the states."""
        pill = cls(parent=parent)
        pill.show_as(group, icon, text)
        return pill

    def set_state(self, state: str, label: str = "") -> None:
        """Show another state."""
        known = look().theme.state(state)
        self.show_as(known.group, known.icon, label or known.label)

    def show_as(self, group: str, icon: str, text: str) -> None:
        """Show a group, icon and word."""
        self._group, self._icon_name = group, icon
        self.setText(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return the pill's size."""
        return QSize(pill_width(self._icon_name, self.text()), look().px(20))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the pill."""
        painter = begin(self)
        paint_pill(painter, self.rect(), self._group, self._icon_name, self.text())
        painter.end()


class Avatar(_Mark):
    """A person's initials on a disc of `size` px; the name is its tooltip and accessible name."""

    def __init__(self, name: str, person: str, size: int = 24, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._person, self._side = person, size
        self.setToolTip(name)

    def set_person(self, name: str, person: str) -> None:
        """Show another person."""
        self._person = person
        self.setText(name)
        self.setToolTip(name)
        self.update()

    def sizeHint(self) -> QSize:
        """Return the disc's size."""
        side = look().px(self._side)
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the disc."""
        painter = begin(self)
        paint_avatar(painter, self.rect(), self.text(), self._person)
        painter.end()


class NetworkMark(_Mark):
    """The mark of a network, `size` px square; its name is tooltip and accessible name."""

    def __init__(self, network: str, size: int = 18, *, off: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(look().network_name(network), parent)
        self._network, self._side, self._off = network, size, off
        self.setToolTip(self.text())

    def set_network(self, network: str) -> None:
        """Show another network."""
        self._network = network
        self.setText(look().network_name(network))
        self.setToolTip(self.text())
        self.update()

    def sizeHint(self) -> QSize:
        """Return the mark's size."""
        side = look().px(self._side)
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the mark."""
        painter = begin(self)
        look().draw_network(painter, self.rect(), self._network, self._off)
        painter.end()


class RiskBars(_Mark):
    """Risk as one to three bars with its words: low, medium or high."""

    def __init__(self, level: str, parent: QWidget | None = None) -> None:
        super().__init__(RISKS[level][2], parent)
        self._level = level

    def sizeHint(self) -> QSize:
        """Return bars and words."""
        appearance = look()
        return QSize(appearance.px(17) + text_width(appearance.font("small", 600), self.text()), appearance.px(18))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint bars and words."""
        appearance = look()
        painter = begin(self)
        size = appearance.px(14)
        paint_risk(painter, QRect(0, (self.height() - size) // 2, size, size), self._level)
        group = RISKS[self._level][1]
        words(
            painter,
            self.rect().adjusted(appearance.px(17), 0, 0, 0),
            self.text(),
            appearance.font("small", 600),
            appearance.theme.tone(group),
        )
        painter.end()


class OrganizationMark(_Mark):
    """The organization's mark beside its name, `size` px square; decorative, as the name stands next to it."""

    def __init__(self, size: int = 28, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._side = size

    def sizeHint(self) -> QSize:
        """Return the mark's size."""
        side = look().px(self._side)
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the mark."""
        painter = begin(self)
        painter.drawPixmap(0, 0, look().mark("organization", self.width(), self.devicePixelRatioF()))
        painter.end()


class IconMark(_Mark):
    """A Lucide icon in a tone. Decorative unless `label` says what it means."""

    def __init__(
        self, icon: str, tone: str = "secondary", size: int = 16, label: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(label, parent)
        self._icon_name, self._tone, self._side = icon, tone, size

    def set_icon(self, icon: str, tone: str) -> None:
        """Show another icon and tone."""
        self._icon_name, self._tone = icon, tone
        self.update()

    def sizeHint(self) -> QSize:
        """Return the icon's size."""
        side = look().px(self._side)
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the icon."""
        painter = begin(self)
        tone = self._tone if self.isEnabled() else "disabled"
        look().draw_icon(painter, self.rect(), self._icon_name, tone)
        painter.end()
