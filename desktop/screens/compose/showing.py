"""Shows the open post in all parts of the screen, and follows what is changed, found and saved."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from PySide6.QtCore import QObject, Qt, QTimer

from desktop.look import look
from desktop.screens.compose.finding import Findings
from desktop.screens.compose.layout import Layout
from desktop.screens.compose.words import when_words, zone_words
from desktop.screens.compose.workbench import Workbench
from editorial.checks import Finding
from editorial.errors import DeskError
from editorial.posts.listing import due_of

PREVIEW_PICTURE = 360
PREVIEW_MS = 120
"""From a keystroke to the preview: laying it out for each one would be felt."""

LONG = 1500
"""From so many characters on, the lengths for all networks are counted with the preview, not with each keystroke."""


class Showing(QObject):
    """Follows the workbench; changes nothing."""

    def __init__(self, bench: Workbench, layout: Layout, finding: Findings) -> None:
        super().__init__(bench)
        self._bench, self._layout, self._finding = bench, layout, finding
        self._work, self._side = layout.work, layout.side
        self._later = QTimer(self, singleShot=True, interval=PREVIEW_MS)
        self._later.timeout.connect(self._show_preview)
        bench.loaded.connect(self._on_loaded)
        bench.renewed.connect(lambda _: self.show_post())
        bench.activated.connect(self._on_activated)
        bench.changed.connect(self._on_changed)
        bench.checked.connect(self._show_findings)
        bench.autosave.saved.connect(self._on_saved)
        bench.autosave.failed.connect(self._on_not_saved)
        self._side.preview.wants_picture.connect(self._read_picture)

    def show_post(self) -> None:
        """Everything, as it is now."""
        post, editable = self._bench.post, self._bench.editable
        if post.opened is None:
            return
        self._work.head.show_post(post, editable)
        self._show_path()
        self._work.chips.show_post(post, editable)
        self._work.unconnected.setVisible(not post.places)
        self._work.writing.show_post(post, editable)
        self._work.foot.show_editable(editable, bool(post.opened.working.revision))
        self._show_when()
        self._show_findings()

    def _on_loaded(self) -> None:
        post = self._bench.post
        self._work.writing.start()
        self._work.show_open(bool(post.id))
        self._side.setVisible(bool(post.id))
        self._layout.drafts.choose(post.id)
        self.show_post()
        if post.opened is not None:
            self._say_saved(post.opened.saved_at)
        if post.opened is not None and not post.body.title and post.opened.working.saves == 1:
            self._work.head.title.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_activated(self) -> None:
        self.show_post()
        finding = self._about_active()
        if finding is not None:
            self._side.checks.go_to(finding)

    def _about_active(self) -> Finding | None:
        """The first finding about the text that is edited: it is the one that is open."""
        active = self._bench.post.active
        here = (each for each in self._bench.findings if each.where == "text" and active in each.accounts)
        return next(here, None)

    def _on_changed(self, part: str) -> None:
        post, editable = self._bench.post, self._bench.editable
        self._bench.context.shell.show_saved("Saving…", saving=True)
        if part in ("text", "accounts"):
            self._work.writing.show_post(post, editable)
            if part == "accounts" or len(post.text_of(post.active)) < LONG:
                self._work.chips.show_post(post, editable)
        if part in ("media", "accounts"):
            self._show_media()
        if part in ("authorizations", "crisis"):
            self._work.head.show_post(post, editable)
        elif part == "when":
            self._show_when()
        elif part not in ("title", "kept"):
            self._later.start()

    def _show_media(self) -> None:
        post = self._bench.post
        found = {each.where.removeprefix("media:") for each in self._bench.findings if each.rule == "alt.missing"}
        described = {item.sha256 for item in post.body.media if item.alt or item.decorative}
        missing = {item.sha256 for item in post.body.media} - (described - found)
        chosen = [place for key, place in post.places.items() if key in post.body.accounts]
        strictest = min(chosen, key=lambda place: place.limits.media, default=None)
        limit = (strictest.limits.media, strictest.target.label) if strictest else (0, "")
        self._work.media.show_media(post.body.media, frozenset(missing), limit, self._bench.editable)

    def _show_when(self) -> None:
        when = self._bench.post.body.when
        due = due_of(when)
        self._work.foot.show_when(when_words(when, due, self._bench.context.moments), zone_words(when, due))
        self._show_preview()

    def _show_preview(self) -> None:
        when = self._bench.post.body.when
        words = when_words(when, due_of(when), self._bench.context.moments)
        self._side.preview.show_post(self._bench.post, words)
        self._work.chips.show_post(self._bench.post, self._bench.editable)

    def _show_path(self) -> None:
        if self._bench.path is not None:
            self._work.head.show_path(self._bench.path)

    def _show_findings(self) -> None:
        findings = self._bench.findings
        self._show_path()
        self._work.writing.show_findings(findings)
        self._side.checks.show_findings(
            findings,
            self._finding.passed(),
            looked=bool(self._bench.post.body.accounts),
            first=self._about_active(),
            kept=[self._bench.post.body.kept_because(finding) for finding in findings],
            editable=self._bench.editable,
        )
        self._side.tabs.set_count("checks", f"{len(findings):,}" if findings else "")
        self._work.foot.show_problems(len(self._bench.must_fix))
        if self._bench.post.opened is not None:
            self._show_media()

    def _on_saved(self, post_id: str) -> None:
        if not self._bench.autosave.busy(post_id):
            self._say_saved(self._bench.context.desk.clock.now())

    def _say_saved(self, at: datetime) -> None:
        moments = self._bench.context.moments
        self._bench.context.shell.show_saved(f"All changes saved {moments.short(at)}")

    def _on_not_saved(self, error: DeskError) -> None:
        self._bench.context.shell.show_saved(f"Not saved yet: {error.title}", problem=True)

    def _read_picture(self, sha256: str) -> None:
        side = round(look().px(PREVIEW_PICTURE) * self._work.devicePixelRatioF())
        context = self._bench.context
        context.bridge.work(
            partial(context.desk.media.thumbnail, cover=False),
            sha256,
            side,
            side,
            then=partial(self._side.preview.show_picture, sha256),
            failed=lambda _: None,  # the place stays empty; sending reads the picture again and says what is wrong
            owner=self,
        )
