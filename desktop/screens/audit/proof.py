"""The proof of one entry: its place in the chain, the way up to the signed root, and what that shows and does not."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.moments import Moments
from desktop.widgets.buttons import AppButton
from desktop.widgets.layout import columns, rows
from desktop.widgets.marks import IconMark
from desktop.widgets.text import Label, Panel, SectionHeader
from editorial.audit.browsing import Around
from editorial.audit.entries import Entry
from editorial.audit.proving import Proof, Step

_SHORT = 32  # digits of a digest that are shown, in groups of four; the whole one is its accessible name
_PROVES = (
    "It proves that this entry, with its time, its actor and what it is about, stood in the log when the checkpoint "
    "was signed, and was not changed, moved or removed since."
)
_NOT = (
    "It does not prove that the time was right: it is what this computer's clock said. It does not prove that nothing "
    "was left out before it was written. And whoever controls this computer, its keys and every mark kept elsewhere "
    "could cut off the end of the log; a checkpoint or an export that somebody else holds would show it."
)


def grouped(digest: str) -> str:
    """A digest in groups of four, shortened."""
    plain = digest.removeprefix("sha256:")
    if len(plain) != 64:
        return digest
    return " ".join(plain[place : place + 4] for place in range(0, _SHORT, 4))


class ProofChain(QWidget):
    """The entry between its neighbours, and below it the steps to the root, each with what it is made of."""

    def __init__(
        self, entry: Entry, proof: Proof, around: Around, moments: Moments, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        holds = proof.holds and proof.leaf.hex() == entry.leaf_hash and entry.prev == around.previous
        column = rows(self, gap=6)
        head = SectionHeader("Proof", role="bodyStrong")
        head.add(IconMark("check" if holds else "x", "success" if holds else "danger", 14))
        words = "recomputed here, matches" if holds else "recomputed here, does not match"
        self.result = Label(words, "small", "success" if holds else "danger")
        head.add(self.result)
        column.addWidget(head)
        column.addWidget(_link("previous", around.previous or "none: this is the first entry"))
        column.addWidget(_arrow(), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(_link("this entry", proof.leaf.hex(), group="success" if holds else "danger"))
        column.addWidget(_arrow(), 0, Qt.AlignmentFlag.AlignHCenter)
        next_name = f"next, {entry.seq + 1:,}" if around.following else "next"
        column.addWidget(_link(next_name, around.following or "none yet"))
        column.addWidget(Label(_leads_to(proof, moments), "small", "secondary", wrap=True))
        self.show_steps = AppButton(_show(len(proof.steps)), "ghost", icon="chevron-right", size="compact")
        self.show_steps.setCheckable(True)
        column.addWidget(self.show_steps, 0, Qt.AlignmentFlag.AlignLeft)
        self.steps = _steps(proof)
        self.steps.hide()
        self.show_steps.toggled.connect(self.steps.setVisible)
        column.addWidget(self.steps)


def _leads_to(proof: Proof, moments: Moments) -> str:
    if proof.signed_at is None:
        return (
            f"No checkpoint has signed this entry yet. The steps lead to the root of the {proof.size:,} entries so far."
        )
    return (
        f"The steps lead to the checkpoint of {proof.size:,} entries, signed on this computer on "
        f"{moments.full(proof.signed_at)}."
    )


def _show(count: int) -> str:
    return "Show the step" if count == 1 else f"Show the {count} steps"


def _steps(proof: Proof) -> QWidget:
    whole = QWidget()
    column = rows(whole, gap=4)
    for step in proof.steps:
        column.addWidget(_link(_beside(step), step.beside.hex()))
        column.addWidget(_link("together", step.both.hex()))
    last = proof.steps[-1].both if proof.steps else proof.leaf
    column.addWidget(_link("the root", proof.root.hex(), group="success" if last == proof.root else "danger"))
    how = "Each step is SHA-256 over the byte 01, the older hash and the newer one (RFC 6962)."
    column.addWidget(Label(how, "small", "secondary", wrap=True))
    return whole


def _beside(step: Step) -> str:
    which = f"entry {step.first:,}" if step.first == step.last else f"entries {step.first:,} to {step.last:,}"
    return f"{'before it' if step.older else 'after it'}, {which}"


def limits() -> QWidget:
    """What the proof shows and what it cannot."""
    whole = QWidget()
    column = rows(whole, gap=6)
    column.addWidget(SectionHeader("What this proves and what it does not", role="bodyStrong"))
    for icon, words in (("check", _PROVES), ("info", _NOT)):
        line = columns(gap=8)
        line.addWidget(IconMark(icon, "secondary", 14), 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(Label(words, "small", "secondary", wrap=True), 1)
        column.addLayout(line)
    return whole


def _arrow() -> QWidget:
    return IconMark("arrow-down", "secondary", 14)


def _link(name: str, digest: str, group: str = "note") -> QWidget:
    panel = Panel(group)
    column = rows(panel, margins=(10, 7, 10, 7), gap=1)
    column.addWidget(Label(name, "mono", "secondary"))
    text = Label(grouped(digest), "mono", "primary", wrap=True)
    text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    text.setAccessibleName(f"{name}: {digest}")
    column.addWidget(text)
    return panel
