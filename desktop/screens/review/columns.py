"""The three columns of Review: queue, version, approval. Without room for all, queue and approval take turns."""

from __future__ import annotations

from PySide6.QtWidgets import QSplitter, QStackedWidget

from desktop.look import look
from desktop.screens.review.content import ContentPanel
from desktop.screens.review.queue import QueuePanel
from desktop.screens.review.side import SidePanel

NARROW, MIDDLE = 1050, 1160


class Columns:
    """Shares the width. `middle` shows the version first, and second that there is none."""

    def __init__(
        self, split: QSplitter, queue: QueuePanel, middle: QStackedWidget, version: ContentPanel, side: SidePanel
    ) -> None:
        self._split, self._queue, self._middle, self._version, self._side = split, queue, middle, version, side
        self._shape = ("", 1.0)
        self._queue_open = False

    def reshape(self, width: int) -> None:
        """Gives the columns other widths when the screen became much wider or narrower, or the text larger."""
        appearance = look()
        wide = width / appearance.text_scale
        shape = "narrow" if wide < NARROW else "middle" if wide < MIDDLE else "wide"
        if (shape, appearance.text_scale) != self._shape:
            self._shape = (shape, appearance.text_scale)
            self.arrange()
            queue, side = (312, 352) if shape == "wide" else (268, 324)
            px = appearance.px
            self._split.setSizes([px(queue), max(1, width - px(queue) - px(side)), px(side)])

    def arrange(self) -> None:
        """Shows what there is room for."""
        narrow = self._shape[0] == "narrow"
        page = self._middle.currentIndex() == 0
        self._version.posts.setVisible(narrow)
        self._version.posts.set_icon("panel-right" if self._queue_open else "list")
        self._version.posts.setText("Approval" if self._queue_open else f"Posts ({len(self._queue.keys):,})")
        self._queue.setVisible(not narrow or not page or self._queue_open)
        self._side.setVisible(page and (not narrow or not self._queue_open))

    def take_turns(self, queue: bool | None = None) -> None:
        """Shows the queue, or approval and comments, where the two take turns; None: the other one."""
        self._queue_open = not self._queue_open if queue is None else queue
        self.arrange()
