"""The strips under the head: two texts to choose from, what an edit would mean, what went wrong with sending."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from desktop.screens.compose.clash import Clash
from desktop.screens.compose.workbench import Workbench
from desktop.widgets.banner import Banner, BannerKind
from desktop.widgets.buttons import AppButton
from desktop.widgets.layout import Box
from editorial.errors import DeskError
from editorial.posts.listing import Opened
from editorial.posts.states import PostState

_SENT = {
    PostState.IN_REVIEW: "In review as version {0}",
    PostState.APPROVED: "Version {0} is approved",
    PostState.SCHEDULED: "Version {0} is scheduled",
}


class Strips(QObject):
    """Shows at most one strip for each cause in `place`. `closed()` when the problem's strip was put away."""

    closed = Signal()

    def __init__(self, bench: Workbench, clash: Clash, place: Box) -> None:
        super().__init__(bench)
        self._bench, self._clash, self._place = bench, clash, place
        self.two_texts: Banner | None = None
        self.problem: Banner | None = None
        self.state: Banner | None = None
        self._said: tuple[BannerKind, str, str] = ("note", "", "")
        clash.changed.connect(self._show_clash)
        bench.loaded.connect(self._start)
        bench.renewed.connect(lambda _: self._show_state())
        bench.changed.connect(self._on_changed)

    def show_problem(self, error: DeskError) -> None:
        """Says what stood in the way of a command; it goes with the next change."""
        self.clear_problem()
        words = " ".join(part for part in (error.what, error.advice) if part)
        self.problem = self._add("danger", error.title, words)

    def clear_problem(self) -> None:
        """Puts the problem's strip away."""
        self._drop(self.problem)
        self.problem = None

    def _on_changed(self, part: str) -> None:
        self.clear_problem()
        if part == "authorizations":
            self._show_state()

    def _start(self) -> None:
        self.clear_problem()
        self._drop(self.state)
        self.state, self._said = None, ("note", "", "")
        self._show_clash()
        self._show_state()

    def _show_clash(self) -> None:
        self._drop(self.two_texts)
        self.two_texts = None
        theirs = self._clash.theirs
        if theirs is None:
            return
        at = self._bench.context.moments.time(theirs.saved.at)
        first = theirs.saved.name.split()[0]
        self.two_texts = self._add(
            "warning",
            f"{first} changed this text too",
            f"{first} saved at {at}. Both texts are kept; yours stands here.",
        )
        for text, kind, do in (
            (f"Keep {first}’s", "plain", self._clash.keep_theirs),
            ("Keep mine", "soft", self._clash.keep_mine),
        ):
            button = AppButton(text, "soft" if kind == "soft" else "plain", size="compact")
            button.clicked.connect(lambda _=False, do=do: do())
            self.two_texts.add_action(button)

    def _show_state(self) -> None:
        said = self._state_words()
        if said != self._said:
            self._said = said
            self._drop(self.state)
            self.state = None
            kind, title, sentence = said
            if title:
                self.state = self._add(kind, title, sentence)

    def _state_words(self) -> tuple[BannerKind, str, str]:
        opened = self._bench.post.opened
        if opened is None:
            return "note", "", ""
        state, number = opened.working.state, opened.working.revision
        if opened.final:
            return (
                "note",
                "This post is published",
                "It cannot be edited any more. “Correct…” in the Outbox begins a correction.",
            )
        if not self._bench.editable:
            return "note", "Reading only", "Your role does not write posts."
        linked = self._bench.post.body.authorizations
        ended = next((each.problem for each in opened.authorizations if each.problem and each.id in linked), "")
        if ended:
            return "warning", ended, "The post cannot rest on it any more. Link another one, or change the post."
        if state in _SENT:
            edits = f"What you change here becomes version {number + 1} once you send it; signatures for changed"
            return "info", _SENT[state].format(number), f"{edits} accounts end then."
        if opened.working.author_id != self._bench.context.session.person_id:
            return "note", f"{_first(opened)} wrote this post", "Whoever edits it cannot sign it."
        return "note", "", ""

    def _add(self, kind: BannerKind, title: str, sentence: str) -> Banner:
        banner = Banner(kind, title, sentence, inline=True)
        self._place.insertWidget(0, banner)
        return banner

    def _drop(self, banner: Banner | None) -> None:
        if banner is not None:
            banner.hide()
            self._place.removeWidget(banner)
            banner.deleteLater()


def _first(opened: Opened) -> str:
    return opened.author.split()[0]
