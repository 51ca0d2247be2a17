"""The Compose screen: puts the parts together and passes on what a person does."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.concerns import About, ReportConcernDialog
from desktop.context import Context
from desktop.screens.base import Command, Screen
from desktop.screens.compose.clash import Clash
from desktop.screens.compose.compare import CompareDialog
from desktop.screens.compose.drafts import DraftsPanel
from desktop.screens.compose.finding import Findings
from desktop.screens.compose.layout import Layout
from desktop.screens.compose.pictures import Pictures
from desktop.screens.compose.post import SHARED
from desktop.screens.compose.route import RouteStrips
from desktop.screens.compose.sending import Sending, field_of
from desktop.screens.compose.showing import Showing
from desktop.screens.compose.strips import Strips
from desktop.screens.compose.timing import Timing
from desktop.screens.compose.words import title_of
from desktop.screens.compose.workbench import Workbench
from editorial.changes import Kind
from editorial.errors import DeskError
from editorial.people.permissions import May
from editorial.posts.listing import Shelf

NEW = "new"
"""The item that asks for a new post."""


class ComposeScreen(Screen):
    """Drafts at the left, the open post in the middle, checks and preview at the right."""

    key, title, icon = "compose", "Compose", "square-pen"
    kinds = frozenset({Kind.POSTS, Kind.ACCOUNTS, Kind.PEOPLE, Kind.AUTHORIZATIONS})

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        person = context.session.person_id
        self.bench = Workbench(context, self)
        self.drafts = DraftsPanel(person, context.moments)
        self.arrangement = Layout(self.content, person, self.drafts, context.desk.workspace.organization)
        self.middle, self.side = self.arrangement.work, self.arrangement.side
        self.clash = Clash(self.bench)
        self.pictures = Pictures(self.bench, self.middle.media, self._refused_picture)
        self.finding = Findings(self.bench, self.side, self.middle.writing, self.middle.media, self.pictures)
        self.showing = Showing(self.bench, self.arrangement, self.finding)
        self.strips = Strips(self.bench, self.clash, self.middle.head.strips)
        self.route = RouteStrips(self.bench, self.middle.head.strips)
        self.sending = Sending(self.bench, self.clash, self)
        self.timing = Timing(self.bench, self.middle.foot)
        self.middle.head.may_copy = context.may(May.WRITE)
        self._listed = False
        self._connect()
        self._make_keys()

    def _connect(self) -> None:
        work, bench = self.middle, self.bench
        self.drafts.opened.connect(self._open)
        bench.autosave.saved.connect(lambda _: self.run(bench.listing.shelf, self._show_shelf))
        self.sending.blocked.connect(self.finding.go_to_first)
        self.sending.refused.connect(self._on_refused)
        work.head.renamed.connect(bench.set_title)
        work.head.title.left.connect(self._focus_text)
        work.head.chosen.connect(self._on_menu)
        work.head.links.linked.connect(bench.link)
        work.chips.picked.connect(self._pick)
        work.chips.toggled.connect(bench.toggle)
        work.chips.shared_again.connect(self._use_shared)
        work.chips.asked_network.connect(self._go_to_accounts)
        work.connect_account.clicked.connect(self._go_to_accounts)
        work.new.clicked.connect(bench.open_new)
        work.writing.typed.connect(bench.set_text)
        work.writing.strip.connect(self._on_strip)
        work.writing.editor.pictures.connect(self.pictures.add_files)
        work.writing.editor.picture.connect(self.pictures.add_image)
        work.foot.asked_problem.connect(self.finding.go_to_first)
        work.foot.asked_send.connect(self.sending.send)
        self.side.preview.stepped.connect(self._step)

    def _make_keys(self) -> None:
        for keys, do in (
            ("F2", self._focus_title),
            ("F7", lambda: self.finding.step(1)),
            ("Shift+F7", lambda: self.finding.step(-1)),
            ("Ctrl+.", self.finding.fix_current),
            ("Ctrl+Tab", lambda: self._step(1)),
            ("Ctrl+Shift+Tab", lambda: self._step(-1)),
            ("Ctrl+Enter", self.sending.send),
        ):
            self.shortcut(keys, do)

    # ---- for the shell -----------------------------------------------------------------------------------------------

    def commands(self) -> Sequence[Command]:
        """What can be done here; without an open post most of it does nothing."""
        return (
            Command("New post", self.bench.open_new),
            Command("Send to review", self.sending.send, "Ctrl+Return"),
            Command("Choose a time…", self.timing.ask, "Ctrl+Shift+D"),
            Command("Copy to dates…", self.sending.ask_copy),
            Command("Add pictures…", self.pictures.ask, "Ctrl+Shift+M"),
            Command("Alt text…", self.pictures.describe, "Ctrl+Shift+A"),
            Command("Link an authorization…", self._open_links),
            Command("Show the preview", self._show_preview, "Ctrl+Shift+P"),
            Command("Short route for a crisis…", self.route.ask_crisis),
            Command("Report a concern…", self._report),
            Command("Discard post…", self.sending.ask_discard),
        )

    def regions(self) -> Sequence[QWidget]:
        """List, title, networks, text, foot, checks, preview."""
        first = self.arrangement.posts if self.arrangement.compact else self.drafts.list
        if not self.bench.post.id:
            return (first, self.middle.new)
        checks, preview = self.side.checks, self.side.preview
        items = checks.items[:1] if checks.isVisible() else []
        side: tuple[QWidget, ...] = (preview.after,) if preview.isVisible() else (self.side.tabs,)
        work = self.middle
        return (first, work.head.title, work.chips.focus_chip, work.writing.editor, work.foot.when, *items, *side)

    def refresh(self) -> None:
        """The list, and the open post."""
        self.load(self.bench.listing.shelf, self._show_shelf)
        self.bench.reread()

    def show_item(self, item: str) -> None:
        """Opens a post, or a new one."""
        if item == NEW:
            self.bench.open_new()
        elif item:
            self.bench.open(item)

    def settle(self) -> None:
        """Hands over what is typed."""
        self.timing.close()
        self.bench.autosave.flush()

    # ---- what a person does ------------------------------------------------------------------------------------------

    def _show_shelf(self, shelf: Shelf) -> None:
        self.timing.shelf = shelf
        self.drafts.show_shelf(shelf, self.bench.post.id)
        self.arrangement.posts.setText(f"Posts ({self.drafts.count:,})")
        if not self._listed and not self.bench.wanted and self.drafts.first:
            self.bench.open(self.drafts.first)
        self._listed = True

    def _open(self, post_id: str) -> None:
        if post_id != self.bench.post.id:
            self.bench.open(post_id)

    def _go_to_accounts(self) -> None:
        self.context.go("accounts")

    def _pick(self, account_id: str) -> None:
        self.bench.activate(account_id)
        self._focus_text()

    def _step(self, step: int) -> None:
        keys = [SHARED, *self.bench.post.places]
        self.bench.activate(keys[(keys.index(self.bench.post.active) + step) % len(keys)])

    def _focus_text(self) -> None:
        self.middle.writing.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def _focus_title(self) -> None:
        self.middle.head.title.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _show_preview(self) -> None:
        self.side.show_part("preview")
        self.side.preview.after.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _open_links(self) -> None:
        head = self.middle.head
        if not head.links.isHidden():
            head.links.open_menu(head.links if head.links.isVisible() else head.menu)

    def _on_menu(self, command: str) -> None:
        {
            "review": lambda: self.context.go("review", self.bench.post.id),
            "copy": self.sending.ask_copy,
            "crisis": self.route.ask_crisis,
            "ordinary": self.route.end_crisis,
            "report": self._report,
            "back": self.sending.take_back,
            "discard": self.sending.ask_discard,
        }[command]()

    def _report(self) -> None:
        opened = self.bench.post.opened
        if opened is not None:
            about = About(self.bench.post.id, opened.working.number, title_of(self.bench.post.body.title))
            ReportConcernDialog(self.context, self.window(), about).open()

    def _on_strip(self, command: str) -> None:
        if command == "compare":
            CompareDialog(self.window(), self.bench.post).open()
        elif command == "shared":
            self._use_shared(self.bench.post.active)
        else:
            self.bench.toggle(self.bench.post.active)

    def _use_shared(self, account_id: str) -> None:
        before, post_id = self.bench.post.body, self.bench.post.id
        label = self.bench.post.places[account_id].target.label

        def undo() -> None:
            if self.bench.post.id == post_id:
                self.bench.bring_back(before)

        self.bench.use_shared(account_id)
        self.context.say(f"{label} uses the shared text.", icon="layers", action=("Undo", undo))

    def _on_refused(self, error: DeskError) -> None:
        """What the service said stands at the head, and the focus goes to what it names."""
        self.strips.show_problem(error)
        field = field_of(error)
        if field == "title":
            self._focus_title()
        elif field == "accounts":
            self.middle.chips.focus_chip.setFocus(Qt.FocusReason.ShortcutFocusReason)
        elif field == "authorizations":
            self.middle.head.links.setFocus(Qt.FocusReason.ShortcutFocusReason)
        elif field in ("time", "fold", "zone"):
            self.timing.ask()

    def _refused_picture(self, name: str, error: DeskError) -> None:
        self.strips.show_problem(DeskError(f"{name}: {error.title}", error.what, error.advice, code=error.code))
