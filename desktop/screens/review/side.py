"""The right of the Review screen: how far the approval is, and what people said."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QWidget

from desktop.context import Context
from desktop.counts import counted
from desktop.look import look
from desktop.screens.review.saying import SayingBox
from desktop.screens.review.talk import CommentItem, TalkPanel
from desktop.screens.review.words import came_back, covered, deputies_asked, listed, moment, stage_due
from desktop.widgets.items import StageItem
from desktop.widgets.layout import ScrollArea, columns, refill, rows
from desktop.widgets.marks import IconMark
from desktop.widgets.text import Hairline, Label, Panel, SectionHeader
from editorial.charter.document import Role
from editorial.posts.reading import Page
from editorial.posts.states import PostState
from editorial.signoff.approval import StageProgress, open_stages
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
    """Stages above, comments below, and the field for another one.

    `read(comment ids)`: comments that name the person are before them, in the window that they work in.
    """

    read = Signal(object)

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__("app", parent)
        self._moments, self._me = context.moments, context.session.person_id
        column = rows(self)
        inside = QWidget()
        whole = rows(inside)
        self._approval = rows(margins=(18, 14, 18, 14), gap=0)
        whole.addLayout(self._approval)
        whole.addWidget(Hairline())
        self.talk = TalkPanel(self._moments, self._me)
        whole.addWidget(self.talk)
        whole.addStretch(1)
        self._area = ScrollArea(inside)
        column.addWidget(self._area, 1)
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._look)
        self._area.verticalScrollBar().valueChanged.connect(lambda _: self._soon.start())
        for watched in (inside, self._area.viewport()):
            watched.installEventFilter(self)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusWindowChanged.connect(self._soon.start)
        self.saying = SayingBox()
        self.talk.reply.connect(self.saying.answer)
        column.addWidget(self.saying)
        self.setAccessibleName("Approval and comments")
        self.setMinimumWidth(280)

    def show_page(self, page: Page) -> None:
        """Shows where a post stands. What was typed for another post waits there."""
        self.saying.show_post(page.subject.post_id, page.people)
        refill(self._approval, self._stages(page))
        self.talk.show_page(page)

    def show_comment(self, comment_id: str) -> None:
        """Brings a comment into sight, with the keyboard at what can be done about it."""
        item = self.talk.item(comment_id)
        if item is not None:
            # once its place is known
            QTimer.singleShot(0, item, lambda: self._bring(item))

    def _bring(self, item: CommentItem) -> None:
        top = item.mapTo(self._area.content, QPoint(0, 0)).y()
        self._area.verticalScrollBar().setValue(max(0, top - look().px(14)))
        self.talk.focus(item.said.id)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look again at what is in sight when the place for it changes."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.LayoutRequest):
            self._soon.start()
        return super().eventFilter(watched, event)

    def _look(self) -> None:
        if not self.isVisible() or not self.isActiveWindow():
            return
        port = self._area.viewport()
        seen = [item.said.id for item in self.talk.unread if _in_sight(item, port)]
        if seen:
            self.talk.forget(seen)
            self.read.emit(seen)

    def _stages(self, page: Page) -> list[QWidget]:
        subject = page.subject
        parts: list[QWidget] = [SectionHeader("Approval", f"{subject.snapshot.route} route"), _space(10)]
        now = open_stages(subject.stages) if subject.state is PostState.IN_REVIEW else ()
        for place, progress in enumerate(subject.stages, 1):
            last = place == len(subject.stages)
            if progress.done:
                parts.append(self._done(progress, place, last))
            elif progress in now:
                parts.append(self._now(page, progress, place, last))
            else:
                pill = ("neutral", "hourglass", "Waiting")
                who, more = _or(page.holders[progress.stage.name]), self._more(page, progress)
                parts.append(StageItem("waiting", place, progress.stage.name, who, more=more, pill=pill, last=last))
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
        instead = ", as deputy" if statement.signer["deputy_for"] else ""
        return f"{statement.signer['name']}, {role}{instead}, {moment(statement.signed_at, self._moments)}"

    def _now(self, page: Page, progress: StageProgress, place: int, last: bool) -> StageItem:
        stage = progress.stage
        names = [self._signer(statement) for statement in progress.given]
        missing = stage.count - len(progress.given)
        if missing > 1 or names:
            names.append(f"{counted(missing, 'more signature', 'more signatures')} needed")
        names.append(_or(page.holders[stage.name]) or "Nobody can sign this now. Ask an administrator.")
        mine = page.seat is not None and page.seat.stage == stage
        pill = ("info", "user", "Your turn") if mine else ("neutral", "hourglass", "Waiting")
        return StageItem(
            "now",
            place,
            stage.name,
            "\n".join(names),
            note=page.why_not if stage == page.stage else "",
            note_tone="warning",
            more=self._more(page, progress),
            pill=pill,
            last=last,
        )

    def _more(self, page: Page, progress: StageProgress) -> list[tuple[str, str, str]]:
        """Why the stage waits again, that it may be signed beside the one before, when it is due, who is asked too."""
        stage, found = progress.stage, list[tuple[str, str, str]]()
        if stage.name in page.returned:
            found.append((came_back(page.returned[stage.name], self._me, self._moments), "warning", "triangle-alert"))
        if stage.beside:
            found.append(("Can be signed at the same time as the stage above.", "secondary", ""))
        asked = page.asked.get(stage.name)
        if asked is not None:
            found.append(stage_due(asked, self._moments))
            deputies = deputies_asked(asked, self._moments)
            if deputies:
                found.append((deputies, "secondary", "user-round-check"))
        return found


def _in_sight(item: CommentItem, port: QWidget) -> bool:
    """Whether the end of what was said is in sight: who reads gets there last."""
    return item.isVisible() and 0 < item.words.mapTo(port, item.words.rect().bottomLeft()).y() <= port.height()


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
