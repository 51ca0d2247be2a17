"""The strips about the way to approval: a crisis, nobody left to sign, and which post corrects which."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from desktop.screens.compose.crisis import CrisisDialog, kept_out, signers
from desktop.screens.compose.head import BACK
from desktop.screens.compose.words import STATE_WORDS, title_of
from desktop.screens.compose.workbench import Workbench
from desktop.widgets.banner import Banner, BannerKind
from desktop.widgets.buttons import AppButton
from desktop.widgets.layout import Box, rows
from editorial.posts.path import Path
from editorial.posts.related import Link


@dataclass(frozen=True)
class Told:
    """One strip: its words, and a button with what it opens (a post's id) or ends (empty)."""

    kind: BannerKind
    icon: str
    title: str
    sentence: str
    button: str = ""
    opens: str = ""


class RouteStrips(QObject):
    """Follows the workbench. The strips are built anew only when what they say has changed."""

    def __init__(self, bench: Workbench, place: Box) -> None:
        super().__init__(bench)
        self._bench = bench
        self.box = QWidget()
        self._column = rows(self.box, gap=6)
        place.insertWidget(0, self.box)
        self.box.hide()
        self._shown: tuple[Told, ...] = ()
        self.banners: list[Banner] = []
        self.dialog: CrisisDialog | None = None
        bench.loaded.connect(self._show)
        bench.renewed.connect(lambda _: self._show())
        bench.checked.connect(self._show)
        bench.changed.connect(self._on_changed)

    def ask_crisis(self) -> None:
        """Opens the dialog that asks why the post cannot wait."""
        if not self._bench.editable or self._bench.post.body.crisis:
            return
        dialog = CrisisDialog(self._bench, self.box.window())
        dialog.chosen.connect(partial(self._choose, self._bench.post.id))
        dialog.destroyed.connect(self._closed)
        self.dialog = dialog
        dialog.open()

    def end_crisis(self) -> None:
        """The post takes the ordinary route again; the reason can be brought back."""
        post_id, reason = self._bench.post.id, self._bench.post.body.crisis
        if not reason or not self._bench.editable:
            return
        self._bench.set_crisis("")
        undo = partial(self._choose, post_id, reason)
        self._bench.context.say("The post takes the ordinary route again.", icon="route", action=("Undo", undo))

    def _choose(self, post_id: str, reason: str) -> None:
        if self._bench.post.id == post_id:
            self._bench.set_crisis(reason)

    def _closed(self) -> None:
        self.dialog = None

    def _on_changed(self, part: str) -> None:
        if part == "crisis":
            self._show()
            self._bench.check()  # which way it takes now is told at once, not after a pause

    def _show(self) -> None:
        told = tuple(self._told())
        if told == self._shown:
            return
        self._shown = told
        for banner in self.banners:
            banner.hide()
            self._column.removeWidget(banner)
            banner.deleteLater()
        self.banners = [self._make(each) for each in told]
        for banner in self.banners:
            self._column.addWidget(banner)
        self.box.setVisible(bool(told))

    def _make(self, told: Told) -> Banner:
        banner = Banner(told.kind, told.title, told.sentence, icon=told.icon, inline=True)
        if told.button:
            button = AppButton(told.button, "plain", size="compact")
            do: Callable[[], object] = partial(self._bench.open, told.opens) if told.opens else self.end_crisis
            button.clicked.connect(lambda: do())
            banner.add_action(button)
        return banner

    def _told(self) -> list[Told]:
        opened, path, body = self._bench.post.opened, self._bench.path, self._bench.post.body
        if opened is None:
            return []
        found = []
        editable = self._bench.editable
        if body.crisis:
            found.append(_crisis(body.crisis, path, editable=editable))
        if editable and path is not None and path.problem:
            advice = "It could not be sent to review now. Ask an administrator to add somebody, or a deputy."
            found.append(Told("warning", "user-x", path.problem, advice))
        related = opened.related
        if related.corrects is not None:
            found.append(_link("Corrects", related.corrects))
        return found + [_link("Corrected by", each, with_state=True) for each in related.corrected_by]


def _crisis(reason: str, path: Path | None, *, editable: bool) -> Told:
    button = BACK if editable else ""
    if path is not None and path.crisis_kept_out:
        return Told("warning", "siren", "The short route does not apply", f"{kept_out(path)} Reason: {reason}", button)
    signs = f" Signs: {signers(path)}." if path is not None and len(path.steps) == 1 else ""
    sentence = f"{reason.rstrip('.')}.{signs} Looked at again within 24 hours."
    return Told("danger", "siren", "Short route for a crisis", sentence, button)


def _link(word: str, link: Link, *, with_state: bool = False) -> Told:
    state = STATE_WORDS.get(link.state, link.state.replace("_", " ").capitalize())
    sentence = f"“{title_of(link.title)}”" + (f", {state[0].lower()}{state[1:]}" if with_state else "")
    return Told("info", "file-pen-line", f"{word} P-{link.number}", sentence, f"Open P-{link.number}", link.post_id)
