"""Buttons: `AppButton` with its kinds, and `IconButton` for a tool whose word is in the tooltip."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QEnterEvent, QFont, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QPushButton, QSizePolicy, QToolButton, QWidget

from desktop.look import look
from desktop.widgets.painting import RIGHT, Restyled, begin, box, text_width, words

Kind = Literal[
    "primary", "plain", "soft", "ghost", "danger", "dangerOutline", "hold", "holdOutline", "onHold", "onHoldSolid"
]
Size = Literal["compact", "default", "large"]
GAP = 7
STRONG = ("primary", "soft", "danger", "hold", "holdOutline", "onHold", "onHoldSolid")
SOLID = {"primary": "accent", "danger": "danger", "hold": "hold"}
DARKEN = {"hover": 26, "pressed": 56}


@dataclass(frozen=True)
class Colours:
    """What one button is painted with; None draws nothing."""

    fill: QColor | None
    edge: QColor | None
    text: QColor


def _solid(kind: str, state: str) -> Colours:
    theme = look().theme
    group = theme.group(SOLID[kind])
    fill = QColor(group.solid)
    if kind == "primary":
        fill = {"hover": theme.accent.hover, "pressed": theme.accent.pressed}.get(state, fill)
    elif state in DARKEN:
        share = DARKEN[state]
        fill = QColor(*(value * (255 - share) // 255 for value in (fill.red(), fill.green(), fill.blue())))
    return Colours(fill, None, group.on)


def _quiet(kind: str, state: str) -> Colours:
    theme = look().theme
    active = state in ("hover", "pressed")
    tint = theme.border.subtle if state == "pressed" else theme.surface.hover
    if kind == "soft":
        fill = theme.surface.hover if state == "pressed" else theme.accent.bg
        return Colours(fill, theme.accent.text if active else None, theme.accent.text)
    if kind == "ghost":
        return Colours(tint if active else None, None, theme.text.secondary)
    if kind == "onHold":
        hold = theme.group("hold")
        return Colours(hold.on if active else None, hold.on, hold.solid if active else hold.on)
    if kind == "onHoldSolid":
        hold = theme.group("hold")
        return Colours(hold.bg if active else hold.on, None, hold.text if active else hold.solid)
    outline = {"dangerOutline": "danger", "holdOutline": "hold"}.get(kind)
    if outline:
        group = theme.group(outline)
        edge = group.solid if not theme.dark else group.text
        return Colours(group.bg if active else theme.surface.panel, edge, group.text)
    return Colours(tint if active else theme.surface.panel, theme.border.control, theme.text.primary)


def colours(kind: str, state: str) -> Colours:
    """Return the colours of a kind in a state: rest, hover, pressed or off."""
    theme = look().theme
    if state == "off":
        bare = kind == "ghost"
        return Colours(
            None if bare else theme.surface.sunken, None if bare else theme.border.default, theme.text.disabled
        )
    return _solid(kind, state) if kind in SOLID else _quiet(kind, state)


class AppButton(Restyled, QPushButton):
    """A push button painted as designed: icon, label, and at the right the key that does the same.

    `icon` is a Lucide name, `hint` a key for the eye only (set the shortcut yourself). A label ends in an ellipsis when
    a dialog follows. While busy it keeps its place and the focus, shows three dots and ignores presses.
    """

    def __init__(
        self,
        text: str,
        kind: Kind = "plain",
        *,
        icon: str = "",
        hint: str = "",
        size: Size = "default",
        trailing: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._kind: Kind = kind
        self._size: Size = size
        self._icon_name = icon
        self._trailing = trailing
        self._hint = hint
        self._busy = False
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setAutoDefault(False)

    @property
    def kind(self) -> Kind:
        """The kind it is painted as."""
        return self._kind

    def set_kind(self, kind: Kind) -> None:
        """Change the kind."""
        self._kind = kind
        self.update()

    def set_icon(self, name: str) -> None:
        """Change the icon; an empty name removes it."""
        self._icon_name = name
        self.updateGeometry()
        self.update()

    @property
    def busy(self) -> bool:
        """Whether it is at work and ignores presses."""
        return self._busy

    def set_busy(self, busy: bool) -> None:
        """Show that the button's work is going on. It stays focusable."""
        self._busy = busy
        self.setAccessibleDescription("Working" if busy else "")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return the size that the label needs: never a fixed width."""
        appearance = look()
        width = 2 * self._pad() + text_width(self._font(), self._label())
        width += (self._icon_size() + appearance.px(GAP)) * (bool(self._icon_name) + bool(self._trailing))
        if self._hint:
            width += appearance.px(12) + text_width(appearance.font("caption"), self._hint)
        return QSize(width, appearance.control(self._size))

    def minimumSizeHint(self) -> QSize:
        """Return the same: labels are not cut."""
        return self.sizeHint()

    def hitButton(self, pos: QPoint) -> bool:
        """Ignore presses while busy."""
        return not self._busy and super().hitButton(pos)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Press with Space and with Enter; swallow both while busy."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self._busy:
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the button."""
        painter = begin(self)
        paint = colours(self._kind, state_of(self) if not self._busy else "rest")
        if paint.fill is not None or paint.edge is not None:
            box(painter, self.rect(), 6, paint.fill, paint.edge)
        self._content(painter, paint.text)
        painter.end()

    def _content(self, painter: QPainter, ink: QColor) -> None:
        appearance = look()
        area = self.rect().adjusted(self._pad(), 0, -self._pad(), 0)
        spare = self.rect().width() - self.sizeHint().width()
        if not self._hint and not self._trailing:
            area.adjust(max(0, spare) // 2, 0, 0, 0)
        size, gap = self._icon_size(), appearance.px(GAP)
        if self._icon_name:
            place = QRect(area.left(), (self.height() - size) // 2, size, size)
            appearance.draw_icon(painter, place, self._icon_name, ink)
            area.setLeft(area.left() + size + gap)
        if self._trailing:
            place = QRect(area.right() - size + 1, (self.height() - size) // 2, size, size)
            appearance.draw_icon(painter, place, self._trailing, ink)
        if self._hint:
            quiet = self._kind in ("plain", "ghost") and self.isEnabled()
            faint = appearance.theme.text.tertiary if quiet else ink
            words(painter, area, self._hint, appearance.font("caption"), faint, RIGHT)
        words(painter, area, self._label(), self._font(), ink)

    def _label(self) -> str:
        label = self.text().replace("&&", "\0").replace("&", "").replace("\0", "&")
        return f"{label.rstrip('.…')} ···" if self._busy else label

    def _font(self) -> QFont:
        strong = self._size == "large" or (self._kind in STRONG and self.isEnabled())
        return look().font("small" if self._size == "compact" else "body", 600 if strong else 500)

    def _icon_size(self) -> int:
        return look().px(14 if self._size == "compact" else 16)

    def _pad(self) -> int:
        return look().px({"compact": 10, "default": 13, "large": 16}[self._size])


class IconButton(Restyled, QToolButton):
    """A 28-px square with an icon; `label` is its accessible name and, with the shortcut, its tooltip.

    When checkable, the checked state shows the selection tint.
    """

    def __init__(
        self, icon: str, label: str, *, shortcut: str = "", size: int = 28, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._icon_name = icon
        self._side = size
        self._shortcut = shortcut
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.set_label(label)

    def set_label(self, label: str) -> None:
        """Change the accessible name and the tooltip."""
        self.setAccessibleName(label)
        self.setToolTip(f"{label} ({self._shortcut})" if self._shortcut else label)

    def set_icon(self, name: str) -> None:
        """Change the icon."""
        self._icon_name = name
        self.update()

    def sizeHint(self) -> QSize:
        """Return a square at the text size."""
        side = look().px(self._side)
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:
        """Return the same."""
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Press with Enter too."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show the hover tint."""
        super().enterEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint tint and icon."""
        theme = look().theme
        painter = begin(self)
        state = state_of(self)
        ink = theme.text.disabled if state == "off" else theme.text.secondary
        if self.isChecked():
            box(painter, self.rect(), 6, theme.surface.selected)
            ink = theme.accent.text
        elif state in ("hover", "pressed"):
            box(painter, self.rect(), 6, theme.surface.hover if state == "hover" else theme.border.subtle)
            ink = theme.text.primary
        size = look().px(16)
        place = QRect(0, 0, size, size)
        place.moveCenter(self.rect().center())
        look().draw_icon(painter, place, self._icon_name, ink)
        painter.end()


def state_of(button: QAbstractButton) -> str:
    """Return how a button is painted: off, pressed, hover or rest."""
    if not button.isEnabled():
        return "off"
    if button.isDown():
        return "pressed"
    return "hover" if button.underMouse() else "rest"
