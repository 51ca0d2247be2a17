"""Opens the popover for the time, with what it needs to know."""

from __future__ import annotations

from collections import Counter
from datetime import date
from functools import partial

from PySide6.QtCore import QObject, Qt

from desktop.screens.compose.foot import Foot
from desktop.screens.compose.schedule import Facts, SchedulePopover
from desktop.screens.compose.workbench import Workbench
from editorial.charter.document import RouteKind
from editorial.posts.listing import Shelf


class Timing(QObject):
    """The popover of the open post; `popover` while it is open."""

    def __init__(self, bench: Workbench, foot: Foot) -> None:
        super().__init__(bench)
        self._bench, self._foot = bench, foot
        self.shelf = Shelf((), 0)
        self.popover: SchedulePopover | None = None
        foot.asked_when.connect(self.ask)

    def ask(self) -> None:
        """Opens it."""
        if not self._bench.editable or self.popover is not None:
            return
        popover = SchedulePopover(self._bench.post.body.when, self._facts(), self._foot.window())
        popover.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        popover.changed.connect(self._bench.set_when)
        popover.closed.connect(self._gone)
        self.popover = popover
        popover.open_at(self._foot.when)
        context, post = self._bench.context, self._bench.post
        read = partial(context.services.times.plan, post.body.accounts, post.id)
        context.bridge.run(read, popover.show_plan, owner=popover)

    def close(self) -> None:
        """Takes over what is typed there and closes it."""
        if self.popover is not None:
            self.popover.close()

    def _facts(self) -> Facts:
        moments = self._bench.context.moments
        others = [row for row in self.shelf.rows if row.post_id != self._bench.post.id]
        load: Counter[date] = Counter(moments.local(row.due).date() for row in others if row.due is not None)
        path = self._bench.path
        crisis = path is not None and path.kind is RouteKind.CRISIS
        return Facts(self._bench.context.desk.clock.now(), moments, load, self._bench.post.body.accounts, crisis)

    def _gone(self) -> None:
        self.popover = None
