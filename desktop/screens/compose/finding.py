"""Going through what the checks found: to its place in the text or picture, and to its repair."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt

from desktop.look import look
from desktop.screens.compose.keeping import KeepDialog
from desktop.screens.compose.layout import Side
from desktop.screens.compose.media import MediaStrip
from desktop.screens.compose.pictures import Pictures
from desktop.screens.compose.post import SHARED
from desktop.screens.compose.workbench import Workbench
from desktop.screens.compose.writing import WritingFrame
from desktop.widgets.announce import announce
from editorial.checks import Finding

_RULES = {"length.too-long": "length", "alt.missing": "alt text", "alt.too-long": "length of alt text"}
"""What people call a rule; one without a name here is shown by its own."""


class Findings(QObject):
    """The current finding of the open post."""

    def __init__(
        self, bench: Workbench, side: Side, writing: WritingFrame, media: MediaStrip, pictures: Pictures
    ) -> None:
        super().__init__(bench)
        self._bench, self._side, self._writing, self._media, self._pictures = bench, side, writing, media, pictures
        self._current: Finding | None = None
        side.checks.fix.connect(self.fix)
        side.checks.opened.connect(self.go_to)
        side.checks.keep.connect(self.keep)
        side.checks.drop.connect(lambda finding: self._keep(finding, ""))
        bench.loaded.connect(self._start)

    def _start(self) -> None:
        self._current = None

    def passed(self) -> Sequence[str]:
        """The rules that looked at the post and found nothing; none while it goes nowhere."""
        if not self._bench.post.body.accounts:
            return ()
        broken = {finding.rule for finding in self._bench.findings}
        rules = [checker.rule for checker in self._bench.context.desk.rules.checkers]
        return [_RULES.get(rule, rule) for rule in rules if rule not in broken]

    def step(self, step: int) -> None:
        """To the next finding, or the one before; around the ends."""
        findings = self._bench.findings
        if not findings:
            announce(self._writing, "Nothing was found")
            return
        at = findings.index(self._current) + step if self._current in findings else 0 if step > 0 else -1
        self.go_to(findings[at % len(findings)])

    def go_to_first(self) -> None:
        """To the first finding that must be fixed."""
        found = self._bench.must_fix
        if found:
            self.go_to(found[0])

    def fix_current(self) -> None:
        """Takes the repair of the current finding, else of the one at the caret, else of the first."""
        findings = self._bench.findings
        if findings:
            self.fix(self._current if self._current in findings else self._at_caret() or findings[0])

    def _at_caret(self) -> Finding | None:
        caret, active = self._writing.editor.caret, self._bench.post.active
        here = (each for each in self._bench.findings if each.where == "text" and each.start <= caret <= each.end)
        return next((each for each in here if not active or active in each.accounts), None)

    def go_to(self, finding: Finding) -> None:
        """Shows a finding where it is and says it."""
        self._current = finding
        self._side.show_part("checks")
        self._side.checks.go_to(finding)
        word = look().theme.severity(str(finding.severity)).label
        announce(self._writing, f"{word}. {finding.title}. {finding.reason}", assertive=True)
        if finding.where == "text":
            self._go_to_text(finding)
        else:
            thumb = self._media.thumb(finding.where.removeprefix("media:"))
            if thumb is not None:
                thumb.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _go_to_text(self, finding: Finding) -> None:
        """To the words, in a text that the finding is about: the one that is edited, the shared one, or an own one."""
        post = self._bench.post
        sharing = [account for account in finding.accounts if not post.has_own(account)]
        length = finding.category == "length"
        if post.active not in finding.accounts and (post.active or not sharing or length):
            self._bench.activate(finding.accounts[0] if length or not sharing else SHARED)
        self._writing.editor.go_to(finding.start, finding.end)

    def fix(self, finding: Finding) -> None:
        """Opens what repairs a finding: the alternative text of its picture, or its words."""
        self._current = finding
        if finding.fix is not None and finding.fix.kind == "alt":
            self._pictures.describe(finding.fix.target)
        else:
            self.go_to(finding)

    def keep(self, finding: Finding) -> None:
        """Asks why a warning may stay."""
        self._current = finding
        dialog = KeepDialog(finding, self._bench.post.body.kept_because(finding), self._side.window())
        dialog.kept.connect(lambda reason: self._keep(finding, reason))
        dialog.open()

    def _keep(self, finding: Finding, reason: str) -> None:
        self._bench.change(self._bench.post.body.with_kept(finding, reason), "kept")
