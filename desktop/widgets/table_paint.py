"""How the rows of a `DataTable` look: ground, cells, heads, check boxes, and the button at the end."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionButton,
    QStyleOptionViewItem,
    QWidget,
)

from desktop.look import look
from desktop.widgets.buttons import colours
from desktop.widgets.painting import CENTER, box, text_width, words
from desktop.widgets.rows import Index
from desktop.widgets.spans import Line, paint_line
from desktop.widgets.table_model import ENTRY_ROLE, Action, TableRow, TableSection

CHECK_WIDTH = 40
SIDE = 14


def action_rect(row: TableRow, cell: QRect) -> QRect:
    """Return where the row's button is, in its last cell; without one an empty rectangle at the right end."""
    appearance = look()
    high, right = appearance.px(28), cell.right() + 1 - appearance.px(SIDE)
    wide = 0
    if row.action:
        wide = text_width(appearance.font("small", 600), row.action.label) + appearance.px(20)
    elif row.menu or row.icon_action:
        wide = appearance.px(28)
    return QRect(right - wide, cell.top() + (cell.height() - 1 - high) // 2, wide, high)


class CellDelegate(QStyledItemDelegate):
    """Paints the cells of a row; the ground and the button are painted by the table."""

    def __init__(
        self, parent: QWidget, *, row_height: int, checkable: bool, last_column: int, even: bool = False
    ) -> None:
        super().__init__(parent)
        self._even = even
        self._row_height, self._checkable, self._last_column = row_height, checkable, last_column

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the height of rows, heads and statements."""
        appearance = look()
        entry = index.data(ENTRY_ROLE)
        if isinstance(entry, TableSection) and not self._even:
            return QSize(0, appearance.px(27 if entry.group else 31))
        return QSize(0, appearance.px(self._row_height + (8 if appearance.roomy else 0)))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one cell."""
        entry = index.data(ENTRY_ROLE)
        if not isinstance(entry, TableRow) or index.column() >= len(entry.cells):
            return
        appearance = look()
        rect: QRect = option.rect
        left, right = appearance.px(SIDE if index.column() == 0 else 4), appearance.px(6)
        if index.column() == 0 and self._checkable:
            left = appearance.px(CHECK_WIDTH)
        if index.column() == self._last_column:
            button = action_rect(entry, rect).width()
            right = appearance.px(SIDE) + button + (appearance.px(6) if button else 0)
        area = rect.adjusted(left, 0, -right, -1)
        cell = entry.cells[index.column()]
        if entry.below:
            _paint_two(painter, area, cell, entry.below[index.column()])
        else:
            paint_line(painter, area, cell)


def _paint_two(painter: QPainter, area: QRect, first: Line, second: Line) -> None:
    """Two lines, together in the middle of the row; a mark that leads the first stands beside both."""
    if first.left and first.left[0].networks and not first.left[0].text:
        paint_line(painter, area, Line(first.left[:1]))
        area = area.adjusted(look().px(first.left[0].mark_size + 10), 0, 0, 0)
        first = Line(first.left[1:], first.right, first.height)
    high, low = first.line_height(), second.line_height()
    top = area.top() + (area.height() - high - low) // 2
    paint_line(painter, QRect(area.left(), top, area.width(), high), first)
    if second.left or second.right:
        paint_line(painter, QRect(area.left(), top + high, area.width(), low), second)


def paint_ground(painter: QPainter, rect: QRect, *, current: bool, hover: bool) -> None:
    """Paint a row's tint, selection bar and hairline."""
    theme = look().theme
    if current:
        painter.fillRect(rect, theme.surface.selected)
        painter.fillRect(QRect(0, rect.top(), 3, rect.height()), theme.accent.solid)
    elif hover:
        painter.fillRect(rect, theme.surface.hover)
    painter.fillRect(QRect(0, rect.bottom(), rect.width(), 1), theme.border.subtle)


def paint_head(painter: QPainter, rect: QRect, head: TableSection, *, folded: bool) -> None:
    """Paint a collapsible head, or a tinted statement."""
    appearance, theme = look(), look().theme
    tone = theme.tone(head.group or head.tone)
    painter.fillRect(rect, theme.group(head.group).bg if head.group else theme.surface.sunken)
    painter.fillRect(QRect(0, rect.bottom(), rect.width(), 1), theme.border.subtle)
    icon = head.icon if head.group else "chevron-right" if folded else "chevron-down"
    area = rect.adjusted(appearance.px(SIDE), 0, -appearance.px(SIDE), -1)
    place = QRect(area.left(), area.top(), appearance.px(14), area.height())
    appearance.draw_icon(painter, place, icon or "info", tone)
    area.setLeft(area.left() + appearance.px(22))
    taken = words(painter, area, head.title, appearance.font("small", 600), tone)
    area.setLeft(area.left() + taken + appearance.px(8))
    words(painter, area, head.note, appearance.font("small", figures=True), theme.text.tertiary)


def paint_action(painter: QPainter, place: QRect, row: TableRow, *, current: bool, pointer: QPoint | None) -> None:
    """Paint the row's button, or its icon."""
    if place.isEmpty():
        return
    appearance, theme = look(), look().theme
    hover = pointer is not None and place.contains(pointer)
    if row.action:
        _paint_labelled(painter, place, row.action, current=current, hover=hover)
        return
    if hover:
        box(painter, place, 6, theme.surface.hover)
    inner = QRect(0, 0, appearance.px(16), appearance.px(16))
    inner.moveCenter(place.center())
    appearance.draw_icon(painter, inner, row.icon_action[1] if row.icon_action else "ellipsis", "secondary")


def _paint_labelled(painter: QPainter, place: QRect, action: Action, *, current: bool, hover: bool) -> None:
    theme = look().theme
    paint = colours(action.kind, "hover" if hover else "rest")
    fill, edge = paint.fill, paint.edge
    if current and not hover and action.kind == "soft":
        # On the selected row the tint of a soft button would vanish: it gets an edge instead.
        fill, edge = theme.surface.panel, theme.accent.text
    box(painter, place, 6, fill, edge)
    font = look().font("small", 600 if action.kind == "soft" else 500)
    words(painter, place, action.label, font, paint.text, CENTER)


def paint_check(painter: QPainter, rect: QRect, widget: QWidget, state: Qt.CheckState) -> None:
    """Paint a check box at the left end of a row or of the header."""
    option = QStyleOptionButton()
    side = look().px(16)
    option.rect = QRect(look().px(SIDE), rect.top() + (rect.height() - side) // 2, side, side)
    flags = {
        Qt.CheckState.Checked: QStyle.StateFlag.State_On,
        Qt.CheckState.PartiallyChecked: QStyle.StateFlag.State_NoChange,
    }
    option.state = QStyle.StateFlag.State_Enabled | flags.get(state, QStyle.StateFlag.State_Off)
    widget.style().drawPrimitive(QStyle.PrimitiveElement.PE_IndicatorCheckBox, option, painter, widget)


class TableHeader(QHeaderView):
    """The heads of the columns, aligned with the cells below."""

    def __init__(self, *, checkable: bool, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._checkable = checkable
        self.setSectionsClickable(False)
        self.setHighlightSections(False)
        self.setStretchLastSection(False)

    def sizeHint(self) -> QSize:
        """Return 30 px at text size 100 %."""
        return QSize(super().sizeHint().width(), look().px(30))

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:  # noqa: N803 - Qt's name
        """Paint one head."""
        appearance, theme = look(), look().theme
        painter.save()
        painter.fillRect(rect, theme.surface.app)
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), theme.border.default)
        first, last = logicalIndex == 0, logicalIndex == self.count() - 1
        left = appearance.px((CHECK_WIDTH if self._checkable else SIDE) if first else 4)
        area = rect.adjusted(left, 0, -appearance.px(SIDE if last else 6), -1)
        model = self.model()
        align = model.headerData(logicalIndex, Qt.Orientation.Horizontal, Qt.ItemDataRole.TextAlignmentRole)
        title = str(model.headerData(logicalIndex, Qt.Orientation.Horizontal) or "")
        words(painter, area, title, appearance.font("caption", 600), theme.text.tertiary, Qt.AlignmentFlag(align))
        painter.restore()
