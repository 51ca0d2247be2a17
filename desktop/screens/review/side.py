"""The right of the Review screen: how far the approval is, and what people said."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from desktop.context import Context
from desktop.moments import Moments
from desktop.screens.review.words import counted, covered, listed, moment
from desktop.widgets.buttons import IconButton
from desktop.widgets.fields import FormField
from desktop.widgets.items import StageItem
from desktop.widgets.layout import Box, FlowLayout, ScrollArea, columns, rows
from desktop.widgets.marks import Avatar, IconMark, StatusPill
from desktop.widgets.text import Hairline, Label, Panel, SectionHeader
from editorial.charter.document import Role
from editorial.posts.reading import Page
from editorial.posts.review import Said
from editorial.posts.states import PostState
from editorial.signoff.approval import StageProgress
from editorial.signoff.statement import Statement

_STATES = {
    PostState.CHANGES_REQUESTED: "Changes were asked for. The author has it.",
    PostState.APPROVED: "Signed. It waits for a time.",
    PostState.SCHEDULED: "Signed and scheduled.",
    PostState.PUBLISHED: "Published.",
    PostState.DRAFT: "It is back with the author.",
    PostState.DISCARDED: "Discarded.",
}


class SidePanel(Panel):
    """Stages and comments. `said(text)` when a person sends a comment; `sent()` and `refused(words)` answer it."""

    said = Signal(str)

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__("app", parent)
        self._moments, self._me = context.moments, context.session.person_id
        self._typed: dict[str, str] = {}
        self._post_id = ""
        column = rows(self)
        inside = QWidget()
        whole = rows(inside)
        self._approval = rows(margins=(18, 14, 18, 14), gap=0)
        whole.addLayout(self._approval)
        whole.addWidget(Hairline())
        self._talk = rows(margins=(18, 14, 18, 14), gap=14)
        whole.addLayout(self._talk)
        whole.addStretch(1)
        column.addWidget(ScrollArea(inside), 1)
        column.addWidget(self._writing())
        self.setAccessibleName("Approval and comments")
        self.setMinimumWidth(280)

    def _writing(self) -> QWidget:
        whole = QWidget()
        line = columns(whole, margins=(18, 8, 12, 12), gap=6)
        self.comment = FormField("", placeholder="Write a comment…")
        self.comment.editor.setAccessibleName("Comment")
        self.send = IconButton("send", "Send the comment", shortcut="Enter")
        self.send.setEnabled(False)
        self.comment.line.returnPressed.connect(self._send)
        self.comment.line.textChanged.connect(lambda text: self.send.setEnabled(bool(text.strip())))
        self.send.clicked.connect(self._send)
        line.addWidget(self.comment, 1, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self.send, 0, Qt.AlignmentFlag.AlignTop)
        return whole

    # ---- comments ----------------------------------------------------------------------------------------------------

    def _send(self) -> None:
        text = self.comment.text().strip()
        if text:
            self.comment.line.setReadOnly(True)
            self.said.emit(text)

    def sent(self, post_id: str) -> None:
        """The comment is kept: the field is free again."""
        self._typed.pop(post_id, None)
        self.comment.line.setReadOnly(False)
        if post_id == self._post_id:
            self.comment.set_text("")
            self.comment.set_error("")

    def refused(self, words: str) -> None:
        """The comment was not kept: what was typed stays."""
        self.comment.line.setReadOnly(False)
        self.comment.set_error(words)

    # ---- showing -----------------------------------------------------------------------------------------------------

    def show_page(self, page: Page) -> None:
        """Shows where a post stands. What was typed for another post waits there."""
        post_id = page.subject.post_id
        if post_id != self._post_id:
            self._typed[self._post_id] = self.comment.text()
            self._post_id = post_id
            self.comment.set_text(self._typed.pop(post_id, ""))
            self.comment.set_error("")
        _refill(self._approval, self._stages(page))
        _refill(self._talk, self._comments(page))

    def _stages(self, page: Page) -> list[QWidget]:
        subject = page.subject
        parts: list[QWidget] = [SectionHeader("Approval", f"{subject.snapshot.route} route"), _space(10)]
        waiting = page.stage
        for place, progress in enumerate(subject.stages, 1):
            last = place == len(subject.stages)
            if progress.done:
                parts.append(self._done(progress, place, last))
            elif progress.stage == waiting and subject.state is PostState.IN_REVIEW:
                parts.append(self._now(page, progress, place, last))
            else:
                pill = ("neutral", "hourglass", "Waiting")
                who = _or(page.holders[progress.stage.name])
                parts.append(StageItem("waiting", place, progress.stage.name, who, pill=pill, last=last))
        if subject.state in _STATES:
            parts += [_space(10), _note("circle-alert", _STATES[subject.state])]
        parts += [_space(10), _note("info", covered(subject.snapshot.window, self._moments))]
        return parts

    def _done(self, progress: StageProgress, place: int, last: bool) -> StageItem:
        names = [self._signer(statement) for statement in progress.given]
        number = max(statement.number for statement in progress.given)
        pill = ("success", "check-check", f"Signed v{number}")
        meaning = f"“{progress.given[0].meaning}”"
        return StageItem("done", place, progress.stage.name, "\n".join(names), note=meaning, pill=pill, last=last)

    def _signer(self, statement: Statement) -> str:
        role = Role(statement.signer["role"]).label.lower()
        return f"{statement.signer['name']}, {role}, {moment(statement.signed_at, self._moments)}"

    def _now(self, page: Page, progress: StageProgress, place: int, last: bool) -> StageItem:
        names = [self._signer(statement) for statement in progress.given]
        missing = progress.stage.count - len(progress.given)
        if missing > 1 or names:
            names.append(f"{counted(missing, 'more signature', 'more signatures')} needed")
        names.append(_or(page.holders[progress.stage.name]) or "Nobody can sign this now. Ask an administrator.")
        mine = page.signs_as is not None
        pill = ("info", "user", "Your turn") if mine else ("neutral", "hourglass", "Waiting")
        return StageItem(
            "now",
            place,
            progress.stage.name,
            "\n".join(names),
            note=page.why_not,
            note_tone="warning",
            pill=pill,
            last=last,
        )

    def _comments(self, page: Page) -> list[QWidget]:
        said = page.subject.comments
        parts: list[QWidget] = [SectionHeader("Comments", f"{len(said):,}" if said else "")]
        if not said:
            parts.append(Label("Nobody said anything yet.", "small", "secondary", wrap=True))
        newest = page.subject.snapshot.number
        return [*parts, *(self._comment(each, page.numbers.get(each.revision_id, newest), newest) for each in said)]

    def _comment(self, said: Said, number: int, newest: int) -> QWidget:
        return CommentItem(said, said.person_id == self._me, number if number != newest else 0, self._moments)


class CommentItem(QWidget):
    """What one person said: who, when, to which version if not the newest, and whether it asks for changes."""

    def __init__(self, said: Said, mine: bool, version: int, moments: Moments, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        line = columns(self, gap=10)
        line.addWidget(Avatar(said.name, said.person_id, 26), 0, Qt.AlignmentFlag.AlignTop)
        column = rows(gap=2)
        head = QWidget()
        flow = FlowLayout(head, gap=7, line_gap=2)
        name, at = "You" if mine else said.name, moment(said.at, moments)
        flow.addWidget(Label(name, "bodyStrong"))
        when = f"{at}, version {version}" if version else at
        flow.addWidget(Label(when, "small", "secondary"))
        asks = said.kind == "request"
        if asks:
            flow.addWidget(StatusPill.of("warning", "undo-2", "Changes requested"))
        column.addWidget(head)
        text = Label(said.text, "body", wrap=True)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column.addWidget(text)
        line.addLayout(column, 1)
        self.setAccessibleName(f"{name}, {when}{', asks for changes' if asks else ''}: {said.text}")


def _or(names: Sequence[str]) -> str:
    return listed(names, "or")


def _note(icon: str, words: str) -> QWidget:
    whole = QWidget()
    line = columns(whole, gap=7)
    line.addWidget(IconMark(icon, "secondary", 14), 0, Qt.AlignmentFlag.AlignTop)
    line.addWidget(Label(words, "small", "secondary", wrap=True), 1)
    return whole


def _space(high: int) -> QWidget:
    whole = QWidget()
    rows(whole, margins=(0, high, 0, 0))
    return whole


def _refill(box: Box, widgets: Sequence[QWidget]) -> None:
    while (item := box.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
    for widget in widgets:
        box.addWidget(widget)
