"""The head of the editor: title, state, number and version, the way to approval, and what was asked for."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QMenu, QWidget

from desktop.counts import counted
from desktop.look import look
from desktop.screens.compose.links import LinksButton
from desktop.screens.compose.post import OpenPost
from desktop.screens.compose.words import STATE_WORDS, STATES
from desktop.widgets.banner import Banner
from desktop.widgets.buttons import AppButton, IconButton
from desktop.widgets.layout import FlowLayout, columns, rows
from desktop.widgets.marks import Avatar, IconMark, StatusPill
from desktop.widgets.painting import Restyled
from desktop.widgets.text import Label
from editorial.posts.listing import Opened
from editorial.posts.path import Path
from editorial.posts.states import PostState

BACK = "Back to the ordinary route"
"""Ends the choice of the short route."""


class TitleField(Restyled, QLineEdit):
    """The title, typed in its place. Enter and Down go on to the text."""

    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Title")
        self.setPlaceholderText("Title, for colleagues")
        self.setProperty("frameless", True)
        self.setToolTip("Title (F2)")
        self.setMaxLength(200)
        self.setTextMargins(-2, 0, 0, 0)  # the words begin where everything below them begins
        look().changed.connect(self._style)
        self._style()

    def _style(self) -> None:
        self.setFont(look().font("title"))
        self.setFixedHeight(look().px(30))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Select the title when it is reached by keyboard."""
        super().focusInEvent(event)
        if event.reason() != Qt.FocusReason.MouseFocusReason:
            self.selectAll()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show the beginning of a long title."""
        super().focusOutEvent(event)
        self.home(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go on to the text."""
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if plain and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down):
            self.left.emit()
            return
        super().keyPressEvent(event)


class Head(QWidget):
    """Title line, line of facts, strips. `renamed(title)`; `chosen(command)` from the menu.

    The commands are review, copy, crisis, ordinary, report, back and discard. `may_copy`: the person may write.
    """

    renamed = Signal(str)
    chosen = Signal(str)

    def __init__(self, person_id: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._person = person_id
        column = rows(self, gap=4)
        line = columns(gap=6)
        self.posts = AppButton("Posts", "plain", icon="panel-left-open")
        self.posts.hide()
        line.addWidget(self.posts)
        self.title = TitleField()
        self.title.textEdited.connect(self.renamed)
        self.pill = StatusPill("draft")
        self.author = Avatar("", "", 24)
        self.menu = IconButton("ellipsis", "More about this post")
        self.menu.clicked.connect(self._open_menu)
        line.addWidget(self.title, 1)
        for widget in (self.pill, self.author, self.menu):
            line.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
        column.addLayout(line)
        facts = QWidget()
        flow = FlowLayout(facts, gap=8, line_gap=2)
        self._number = Label("", "small", "secondary")
        self.route = Label("", "small", "secondary", rich=True)
        mark = IconMark("route", "secondary", 14)
        self.links = LinksButton()
        dot = Label("·", "small", "secondary")
        for part in (self._number, dot, mark, self.route, self.links):
            flow.addWidget(part)
        column.addWidget(facts)
        self._facts = facts
        column.addSpacing(2)
        self.strips = rows(gap=6)
        column.addLayout(self.strips)
        self._asked: list[Banner] = []
        self._opened: Opened | None = None
        self._may_write = self._crisis = self.may_copy = False

    def show_post(self, post: OpenPost, editable: bool) -> None:
        """Shows a post, or its new state."""
        opened = post.opened
        if opened is None:
            return
        self._opened, self._may_write = opened, editable
        self._crisis = bool(post.body.crisis)
        if self.title.text() != post.body.title:
            self.title.setText(post.body.title)
            self.title.home(False)
        self.title.setReadOnly(not editable)
        working = opened.working
        self.pill.set_state(STATES[working.state], STATE_WORDS.get(working.state, ""))
        version = f"version {working.revision}" if working.revision else "not sent to review yet"
        self._number.setText(f"P-{working.number}, {version}")
        mine = working.author_id == self._person
        self.author.setVisible(not mine)
        self.author.set_person(opened.author, working.author_id)
        self.links.show_post(opened.authorizations, post.body.authorizations, editable)
        self._show_asked(opened)

    def show_path(self, path: Path) -> None:
        """Shows which way to approval the post takes as it is typed, and who could sign each stage as a tooltip."""
        signs = counted(path.signatures, "signature") if path.steps else "none in the charter"
        ink = look().theme.group("danger").text if path.problem else look().theme.text.primary
        words = f"{escape(path.name)}, {signs}"
        self.route.setText(f"Approval path: <span style='color:{ink.name()}'>{words}</span>")
        able = [f"{step.name}: {', '.join(step.signers) or 'nobody is left'}" for step in path.steps]
        self.route.setToolTip("\n".join(able))
        self.route.setAccessibleName(f"Approval path: {path.name}, {signs}. {'. '.join(able)}")

    def set_compact(self, compact: bool) -> None:
        """Leaves out the line of facts where there is little room."""
        self._facts.setVisible(not compact)

    def _show_asked(self, opened: Opened) -> None:
        for banner in self._asked:
            banner.hide()
            banner.deleteLater()
        self._asked = []
        for asked in opened.asked:
            banner = Banner("warning", f"{asked.name} asks:", asked.text, icon="corner-up-left", inline=True)
            self.strips.addWidget(banner)
            self._asked.append(banner)

    def _open_menu(self) -> None:
        if self._opened is None:
            return
        working = self._opened.working
        menu = QMenu(self)
        if working.revision:
            self._action(menu, "review", "Show the version in Review")
        if self.may_copy:
            self._action(menu, "copy", "Copy to dates…")
        if self._may_write:
            key, words = ("ordinary", BACK) if self._crisis else ("crisis", "Short route for a crisis…")
            self._action(menu, key, words)
        if not self.links.isHidden():
            menu.addAction("Authorizations…").triggered.connect(lambda: self.links.open_menu(self.menu))
        if self._may_write and working.state in (PostState.IN_REVIEW, PostState.APPROVED, PostState.SCHEDULED):
            self._action(menu, "back", "Take back into the drafts")
        if self._may_write and working.state in (PostState.DRAFT, PostState.CHANGES_REQUESTED, PostState.APPROVED):
            self._action(menu, "discard", "Discard post…")
        self._action(menu, "report", "Report a concern…")
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.menu.mapToGlobal(QPoint(0, self.menu.height())))

    def _action(self, menu: QMenu, key: str, text: str) -> None:
        menu.addAction(text).triggered.connect(lambda: self.chosen.emit(key))
