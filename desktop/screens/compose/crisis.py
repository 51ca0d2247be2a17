"""Asking for the short route: why it cannot wait, who signs then, and what it costs afterwards."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from desktop.screens.compose.workbench import Workbench
from desktop.widgets.banner import Banner
from desktop.widgets.dialog import Dialog
from desktop.widgets.fields import FormField, TextArea
from desktop.widgets.text import KeyValues
from editorial.posts.path import Path

_ANY_REASON = "asked"  # what the route would be does not hang on the words


class CrisisDialog(Dialog):
    """`chosen(reason)` when a person takes the short route."""

    chosen = Signal(str)

    def __init__(self, bench: Workbench, parent: QWidget) -> None:
        super().__init__(
            parent,
            "Take the short route for a crisis?",
            "For what people must know now. Fewer people sign before it goes out.",
            icon="siren",
            group="danger",
            width="md",
            window_title="Short route for a crisis",
        )
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.area = TextArea("Why it cannot wait", lines=3, placeholder="What happened, and who must know now")
        self.field = FormField("Why it cannot wait", editor=self.area)
        self.body.addWidget(self.field)
        self.facts = KeyValues()
        self.body.addWidget(self.facts)
        self.problem = Banner("warning", "", inline=True)
        self.problem.hide()
        self.body.addWidget(self.problem)
        self.set_note("Your name and the reason stand in the audit log.", "info")
        self.add_cancel()
        self.take = self.add_button("Take the short route", "danger", icon="siren")
        self.take.clicked.connect(self._take)
        self.area.setFocus()
        self._ask(bench)

    def _ask(self, bench: Workbench) -> None:
        body = replace(bench.post.body, crisis=_ANY_REASON)
        read = partial(bench.listing.path, bench.context.actor, bench.post.id, body, bench.findings)
        bench.context.bridge.run(read, self._show, owner=self)

    def _show(self, path: Path) -> None:
        while_held = "It goes out all the same" if path.passes_hold else "It waits like every other post"
        self.facts.set_pairs(
            [
                ("Signs", signers(path)),
                (
                    "Afterwards",
                    "Somebody looks at it again within 24 hours of the approval. That stays on every screen.",
                ),
                ("During a hold", f"{while_held}."),
            ]
        )
        if path.crisis_kept_out:
            self.problem.set_text("The short route would not apply", kept_out(path))
        elif path.problem:
            self.problem.set_text(path.problem, "Ask an administrator to add somebody, or a deputy.")
        self.problem.setVisible(path.crisis_kept_out or bool(path.problem))

    def _take(self) -> None:
        reason = self.area.toPlainText().strip()
        if not reason:
            self.field.set_error("Say why it cannot wait. Reviewers and the audit log need the reason.")
            self.area.setFocus()
            return
        self.chosen.emit(reason)
        self.accept()


def signers(path: Path) -> str:
    """Who could sign each stage: `Jonas Lindqvist or Helen Castellanos`; one line for each stage."""
    lines = []
    for step in path.steps:
        names = [*step.signers]
        several = f"{step.count} of " if step.count > 1 else ""
        who = " or ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names) or "nobody is left"
        lines.append(f"{several}{who}" if len(path.steps) == 1 else f"{step.name}: {several}{who}")
    return "\n".join(lines) or "nobody: the charter has no such route"


def kept_out(path: Path) -> str:
    """Why a crisis does not shorten the way."""
    return f"It could be about a patient, so it takes the route “{path.name}”, also in a crisis."
