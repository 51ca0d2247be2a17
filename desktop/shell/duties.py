"""What people have to do by a time: the most urgent of it on every screen, below the banner, until somebody did it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.context import Context
from desktop.counts import counted
from desktop.shell.banners import Actions, BannerPlace, Strip
from desktop.telling import tell_banner
from desktop.widgets.banner import Banner
from desktop.widgets.dialog import Dialog
from desktop.widgets.fields import FormField, TextArea
from editorial.errors import DeskError
from editorial.people.permissions import May
from editorial.tasks import Open, TaskKind

_WORDS = {
    TaskKind.CRISIS_REVIEW: ("Look again at {post}: it took the short route for a crisis", "siren"),
    TaskKind.TAKE_DOWN: ("Take {post} down: its authorization does not hold any more", "octagon-x"),
    TaskKind.CHANGES: ("Change {post}: a reviewer asked for it", "corner-up-left"),
    TaskKind.SHOWN_DIFFERENTLY: ("Look at {post}: the network shows something else than was signed", "scan-search"),
    TaskKind.COMING_OF_AGE: ("An authorization given for a minor has to be given again", "user"),
}
"""What is to be done, and its icon."""


class Duties(BannerPlace):
    """A place of its own: a task hides no banner, and no banner hides a task."""

    def __init__(self, context: Context) -> None:
        super().__init__(self._do)
        self._context = context
        self._first: Open | None = None
        self.dialog: DoneDialog | None = None

    def show_tasks(self, tasks: Sequence[Open]) -> None:
        """Shows the task that is due first, and how many follow."""
        self._first = tasks[0] if tasks else None
        self.show_strips(self._strip(tasks[0], len(tasks) - 1) if tasks else None)

    def _strip(self, task: Open, more: int) -> Strip:
        moments, now = self._context.moments, self._context.desk.clock.now()
        overdue = task.due_at <= now
        when = moments.when(task.due_at)
        if when.startswith(("Today", "Tomorrow", "Yesterday")):
            when = when[0].lower() + when[1:]
        due = f"{'It was due' if overdue else 'Until'} {when}"
        title = f"“{task.title}”. " if task.title else ""
        rest = f" {counted(more, 'more task')} after it." if more else ""
        actions: Actions = (("Done…", "plain", "task-done"),)
        if task.post_id:
            actions = (("Open the post", "plain", "task-open"), *actions)
        urgent = overdue or task.kind is TaskKind.TAKE_DOWN
        return Strip(
            "danger" if urgent else "warning", _title(task), f"{title}{due}.{rest}", _WORDS[task.kind][1], actions
        )

    def _do(self, name: str) -> None:
        if self._first is None:
            return
        if name == "task-done":
            self._ask(self._first)
        elif self._first.delivery_id or not self._context.may(May.WRITE):
            self._context.go("outbox", self._first.delivery_id or self._first.post_id)
        else:
            self._context.go("compose", self._first.post_id)

    def _ask(self, task: Open) -> None:
        self.dialog = DoneDialog(self._context, task, self.window())
        self.dialog.destroyed.connect(self._closed)
        self.dialog.open()

    def _closed(self) -> None:
        self.dialog = None


class DoneDialog(Dialog):
    """What somebody did about a task."""

    def __init__(self, context: Context, task: Open, parent: QWidget) -> None:
        about = f"“{task.title}”" if task.title else ""
        super().__init__(parent, "Finish this task?", about, icon="check", width="md", window_title="Finish a task")
        self._context, self._task = context, task
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.area = TextArea("What you found or did", lines=3)
        title = _title(task)
        self.body.addWidget(FormField("What you found or did", editor=self.area, optional="optional", help_text=title))
        self.problem = Banner("danger", "", inline=True)
        self.problem.hide()
        self.body.addWidget(self.problem)
        self.set_note("Your name and the note stand in the audit log.", "info")
        self.add_cancel()
        self.finish = self.add_button("Mark as done", "primary", icon="check", default=True)
        self.finish.clicked.connect(self._finish)
        self.area.setFocus()

    def _finish(self) -> None:
        self.finish.set_busy(True)
        self.problem.hide()
        tasks, actor, note = self._context.services.tasks, self._context.actor, self.area.toPlainText()
        self._context.bridge.run(
            partial(tasks.done, actor, self._task.id, note), self._done, self._failed, owner=self
        )  # fmt: skip

    def _done(self, _: object) -> None:
        self.accept()
        self._context.say("The task is done.")

    def _failed(self, error: DeskError) -> None:
        self.finish.set_busy(False)
        tell_banner(error, self.problem)


def _title(task: Open) -> str:
    return _WORDS[task.kind][0].format(post=f"P-{task.number}" if task.number else "the post")
