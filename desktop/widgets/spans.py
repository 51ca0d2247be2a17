"""The pieces that rows of lists and tables are made of: lines of spans at the left and right, painted by delegates.

A span is an avatar, an icon, network marks, a pill, risk bars, a meter or words, or several of them in this order. When
the place is short the first span at the left that has words gives way: marks cannot be cut.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect
from PySide6.QtGui import QFont, QPainter

from desktop.look import look
from desktop.widgets.marks import RISKS, paint_avatar, paint_pill, paint_risk, pill_width
from desktop.widgets.painting import box, text_width, words

GAP = 6
MARK = 16


@dataclass(frozen=True)
class Span:
    """One piece of a line. Sizes are those of the design; colours are tones (`Theme.tone`)."""

    text: str = ""
    role: str = "body"
    tone: str = "primary"
    weight: int = 0
    icon: str = ""
    networks: tuple[str, ...] = ()
    more: int = 0
    mark_size: int = MARK
    pill: tuple[str, str, str] | None = None
    risk: str = ""
    avatar: tuple[str, str] | None = None
    figures: bool = False
    share: float = -1.0

    def font(self) -> QFont:
        """Return the font of the words."""
        return look().font(self.role, self.weight, self.figures)

    @property
    def words(self) -> str:
        """The words shown: the text, or the risk's."""
        return RISKS[self.risk][2] if self.risk else self.text


@dataclass(frozen=True)
class Line:
    """Spans from the left, and spans that end at the right."""

    left: tuple[Span, ...] = ()
    right: tuple[Span, ...] = ()
    height: int = 0

    def line_height(self) -> int:
        """Return the height: its own, else that of its tallest role."""
        if self.height:
            return look().px(self.height)
        return max((look().line(span.role) for span in (*self.left, *self.right)), default=0)


def line(text: str, role: str = "body", tone: str = "primary", *right: Span, icon: str = "", weight: int = 0) -> Line:
    """Return a line of one text and what stands at the right."""
    return Line((Span(text, role, tone, weight, icon),), right)


def span_width(span: Span) -> int:
    """Return the width a span wants, in px."""
    appearance = look()
    parts: list[int] = []
    if span.avatar:
        parts.append(appearance.px(20))
    if span.icon:
        parts.append(_icon_size(span))
    if span.networks:
        side = appearance.px(span.mark_size)
        parts.append(len(span.networks) * side + (len(span.networks) - 1) * appearance.px(3))
    if span.more:
        parts.append(text_width(appearance.font("caption"), f"+{span.more}"))
    if span.pill:
        parts.append(pill_width(span.pill[1], span.pill[2]))
    if span.risk:
        parts.append(appearance.px(14))
    if span.share >= 0:
        parts.append(appearance.px(125))
    if span.words:
        parts.append(text_width(span.font(), span.words) + 1)
    return sum(parts) + appearance.px(_gap(span)) * max(0, len(parts) - 1)


def paint_line(painter: QPainter, rect: QRect, content: Line) -> None:
    """Paint a line into `rect`: the right spans first, then the left ones in what remains."""
    gap = look().px(GAP)
    area = QRect(rect)
    for span in reversed(content.right):
        wide = min(span_width(span), area.width())
        paint_span(painter, QRect(area.right() + 1 - wide, area.top(), wide, area.height()), span)
        area.setRight(area.right() - wide - gap)
    for span, wide in zip(content.left, left_widths(content.left, area.width()), strict=True):
        paint_span(painter, QRect(area.left(), area.top(), wide, area.height()), span)
        area.setLeft(area.left() + wide + gap)


def left_widths(spans: Sequence[Span], room: int) -> list[int]:
    """Return how wide each span from the left is painted in `room` px."""
    gap, found = look().px(GAP), [span_width(span) for span in spans]
    giving = next((place for place, span in enumerate(spans) if span.words), 0)
    for place, wide in enumerate(found):
        after = sum(each + gap for each in found[giving + 1 :]) if place == giving else 0
        found[place] = max(0, min(wide, room - after))
        room -= found[place] + gap
    return found


def paint_span(painter: QPainter, rect: QRect, span: Span) -> None:
    """Paint one span; its words are elided at the right."""
    appearance = look()
    area = QRect(rect)
    gap = appearance.px(_gap(span))

    def place(width: int, height: int) -> QRect:
        spot = QRect(area.left(), area.top() + (area.height() - height) // 2, width, height)
        area.setLeft(area.left() + width + gap)
        return spot

    if span.avatar:
        side = appearance.px(20)
        paint_avatar(painter, place(side, side), *span.avatar)
    if span.icon:
        side = _icon_size(span)
        appearance.draw_icon(painter, place(side, side), span.icon, span.tone)
    _paint_networks(painter, area, span)
    if span.pill:
        paint_pill(painter, place(pill_width(span.pill[1], span.pill[2]), appearance.px(20)), *span.pill)
    if span.risk:
        side = appearance.px(14)
        paint_risk(painter, place(side, side), span.risk)
    if span.share >= 0:
        paint_meter(painter, place(appearance.px(125), appearance.px(6)), span.share, "accent")
    if span.words:
        tone = RISKS[span.risk][1] if span.risk else span.tone
        words(painter, area, span.words, span.font(), appearance.theme.tone(tone))


def paint_meter(painter: QPainter, rect: QRect, share: float, group: str) -> None:
    """Draw a bar that is filled to `share` (0 to 1) in the solid colour of a group."""
    theme = look().theme
    radius = rect.height() / 2
    box(painter, rect, radius, theme.group("neutral").bg)
    filled = QRect(rect)
    filled.setWidth(max(rect.height(), round(rect.width() * min(1.0, share))) if share > 0 else 0)
    if filled.width():
        box(painter, filled, radius, theme.group(group).solid)


def _paint_networks(painter: QPainter, area: QRect, span: Span) -> None:
    appearance = look()
    side = appearance.px(span.mark_size)
    for network in span.networks:
        spot = QRect(area.left(), area.top() + (area.height() - side) // 2, side, side)
        appearance.draw_network(painter, spot, network)
        area.setLeft(area.left() + side + appearance.px(3))
    if span.networks:
        area.setLeft(area.left() + appearance.px(_gap(span) - 3))
    if span.more:
        font = appearance.font("caption")
        taken = words(painter, area, f"+{span.more}", font, appearance.theme.text.tertiary)
        area.setLeft(area.left() + taken + appearance.px(_gap(span)))


def _icon_size(span: Span) -> int:
    return look().px(16 if span.role == "heading" else 14)


def _gap(span: Span) -> int:
    if span.risk:
        return 3
    return 7 if span.avatar or (span.networks and span.words) else 6
