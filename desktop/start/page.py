"""The frame of the pages before the shell: content that scrolls when it must, and a foot."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop.widgets.buttons import AppButton, Kind
from desktop.widgets.layout import Box, ScrollArea, columns, rows
from desktop.widgets.text import Hairline, Panel


class Page(QWidget):
    """One page: `body` is a column for its content, the foot has a left and a right side."""

    title = "Signpost"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        outer = rows(self)
        inside = Panel("panel")
        self.body: Box = rows(inside, margins=(25, 18, 25, 14), gap=12)
        self._area = ScrollArea(inside)
        outer.addWidget(self._area, 1)
        outer.addWidget(Hairline())
        self._foot_panel = Panel("sunken")
        self.foot: Box = columns(self._foot_panel, margins=(21, 11, 21, 11), gap=8)
        self.foot.addStretch(1)
        outer.addWidget(self._foot_panel)

    def add_left(self, widget: QWidget) -> None:
        """Puts something at the left of the foot."""
        self.foot.insertWidget(0, widget)

    def add_button(self, text: str, kind: Kind = "plain", *, icon: str = "") -> AppButton:
        """Adds a button at the right of the foot."""
        button = AppButton(text, kind, icon=icon, size="large")
        self.foot.addWidget(button)
        return button

    def wanted(self, width: int) -> int:
        """The height that everything needs at a width."""
        inside = self._area.content.layout()
        height = inside.heightForWidth(width) if inside and inside.hasHeightForWidth() else 0
        height = height if height > 0 else self._area.content.sizeHint().height()
        return height + self._foot_panel.sizeHint().height() + 1

    def first_focus(self) -> QWidget | None:
        """The widget that has the focus when the page is shown."""
        return None
