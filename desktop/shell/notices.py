"""Comments that mention whoever is signed in: a count in the top bar, a message for a new one, and the list.

What is told outside the window, or in it before somebody asks, holds nothing of a patient's: “P-318 needs you”.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from desktop.context import Context
from desktop.counts import counted
from desktop.moments import Moments
from desktop.shell.places import sees
from desktop.widgets.buttons import AppButton
from desktop.widgets.dialog import Dialog
from desktop.widgets.rows import Row, RowListView
from desktop.widgets.spans import Line, Span
from desktop.widgets.text import Label
from editorial.posts.mentions import Notice
from scheduler.notices import notify

MOST = 6  # rows in sight


def needs_you(notice: Notice) -> str:
    """All that is told where others may look."""
    return f"P-{notice.number} needs you"


class Notices(QObject):
    """Shows what waits behind `bell`, and tells of what is new since it was shown last."""

    def __init__(self, context: Context, bell: AppButton, window: QWidget) -> None:
        super().__init__(window)
        self._context, self._bell, self._window = context, bell, window
        self._known: frozenset[str] | None = None
        self._notices: tuple[Notice, ...] = ()
        self.dialog: NoticesDialog | None = None
        bell.clicked.connect(self.open)

    def show_notices(self, notices: tuple[Notice, ...]) -> None:
        """Shows these; of those that were not there before, a message tells."""
        first, known = self._known is None, self._known or frozenset()
        new = [each for each in notices if each.comment_id not in known]
        self._notices, self._known = notices, known | {each.comment_id for each in notices}
        count = len(notices)
        self._bell.setVisible(bool(notices))
        self._bell.setText(f"{count:,}")
        words = f"{counted(count, 'comment mentions', 'comments mention')} you"
        self._bell.setAccessibleName(words)
        self._bell.setToolTip(words)
        if self.dialog is not None:
            self.dialog.show_notices(notices)
        if first and new:
            self._context.say(f"{words}.", tone="info", icon="at-sign", action=("Show them", self.open))
            return
        for each in reversed(new):
            self._tell(each)

    def _tell(self, notice: Notice) -> None:
        words = f"{needs_you(notice)}: {notice.by} mentioned you."
        open_it = partial(self.open_comment, notice)
        self._context.say(words, tone="info", icon="at-sign", action=("Open the comment", open_it))
        if not self._window.isActiveWindow():
            system = partial(notify, needs_you(notice), "Somebody mentioned you in a comment.")
            self._context.bridge.run_slow(system, owner=self)

    def open(self) -> None:
        """Opens the list."""
        self.dialog = NoticesDialog(self._context.moments, self._window, self.open_comment)
        self.dialog.show_notices(self._notices)
        self.dialog.finished.connect(self._closed)
        self.dialog.open()

    def _closed(self) -> None:
        self.dialog = None

    def open_comment(self, notice: Notice) -> None:
        """Opens the post at the comment; for those who have no Review, the comment alone."""
        if sees(self._context.session.roles, "review"):
            self._context.go("review", f"{notice.post_id}#{notice.comment_id}")
            return
        review, post_id = self._context.review, notice.post_id

        def read() -> str:
            said = review.subject(post_id).comments
            return next((each.text for each in said if each.id == notice.comment_id), "")

        self._context.bridge.run(read, partial(self._show_alone, notice), owner=self)

    def _show_alone(self, notice: Notice, text: str) -> None:
        dialog = Dialog(self._window, f"{notice.by} mentioned you", f"P-{notice.number}", icon="at-sign", width="sm")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.body.addWidget(Label(text, "body", wrap=True))
        dialog.add_button("Close", "primary", default=True).clicked.connect(dialog.accept)
        dialog.open()
        mentions, actor = self._context.services.mentions, self._context.actor
        self._context.bridge.run(lambda: mentions.read(actor, [notice.comment_id]), owner=self)


class NoticesDialog(Dialog):
    """The comments that wait, the newest first. Enter, a double click or the button opens one: that ends its notice."""

    def __init__(self, moments: Moments, parent: QWidget, open_comment: Callable[[Notice], object]) -> None:
        super().__init__(parent, "Comments that mention you", icon="at-sign", width="md")
        self._moments, self._open_comment = moments, open_comment
        self._notices: dict[str, Notice] = {}
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.list = RowListView("Comments that mention you", height=52, surface="raised", ruled=True)
        self.list.opened.connect(self._open)
        self.body.addWidget(self.list)
        self.nothing = Label("Nothing waits for you. What you read or somebody resolved is gone.", "body", "secondary")
        self.nothing.setWordWrap(True)
        self.body.addWidget(self.nothing)
        self.set_note("A notice ends when you read the comment, or when it is resolved.", "info")
        self.add_cancel("Close")
        self.open_button = self.add_button("Open the comment", "primary")
        self.open_button.clicked.connect(lambda: self._open(self.list.current_key))

    def show_notices(self, notices: Sequence[Notice]) -> None:
        """Shows these, and chooses the first where the one that was chosen is gone."""
        before = self.list.current_key
        self._notices = {each.comment_id: each for each in notices}
        self.list.set_rows([self._row(each) for each in notices])
        self.list.choose(before if before in self._notices else next(iter(self._notices), ""))
        self.list.setVisible(bool(notices))
        self.list.show_at_most(MOST)
        self.nothing.setVisible(not notices)
        self.open_button.setEnabled(bool(notices))
        if notices:
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _row(self, notice: Notice) -> Row:
        what = f"P-{notice.number}, {notice.title}" if notice.title else needs_you(notice)
        at = self._moments.short(notice.at)
        by = f"{notice.by} mentioned you"
        lines = (
            Line((Span(what, "bodyStrong"),), (Span(at, "small", "secondary"),)),
            Line((Span(by, "small", "secondary"),)),
        )
        return Row(notice.comment_id, lines, f"{what}. {by}, {at}.", ("icon", "at-sign", "secondary"))

    def _open(self, key: str) -> None:
        notice = self._notices.get(key)
        if notice is not None:
            self.accept()
            self._open_comment(notice)
