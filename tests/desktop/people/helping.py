"""Hands for the dialogs about people and rules."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from desktop.people.amend import AmendDialog
from editorial.charter.document import Charter
from editorial.people.amending import Change
from editorial.people.desk_people import Signer
from tests.fakes.desks import HELEN, JONAS, Staff
from tests.fakes.desktop import Bench

LEFT = Qt.MouseButton.LeftButton
SANA = "velvet orchard ninety canals"
W = TypeVar("W", bound=QWidget)


def shown(parent: QWidget, kind: type[W]) -> W:
    """The one visible dialog of that kind over a window or dialog; it opens in the round of events after a click."""
    QApplication.processEvents()
    found = [each for each in parent.findChildren(kind) if each.isVisible()]
    assert len(found) == 1, f"{len(found)} of {kind.__name__}"
    return found[0]


def press(desk: Bench, form: AmendDialog) -> None:
    """A click on the main button, and what follows from it."""
    desk.qtbot.mouseClick(form.button, LEFT)
    desk.settle()


def sign(desk: Bench, form: AmendDialog, *passphrases: str) -> None:
    """Types a passphrase into each agreement and confirms with the mouse."""
    assert len(form.agreements) == len(passphrases)
    for agreement, passphrase in zip(form.agreements, passphrases, strict=True):
        agreement.passphrase.clear()
        desk.qtbot.keyClicks(agreement.passphrase.line, passphrase)
    press(desk, form)


def words_of(form: AmendDialog) -> str:
    """What stands on the signing half."""
    return " ".join(label.text() for label in form.signing.findChildren(QLabel) if label.isVisible())


def charter_of(staff: Staff) -> Charter:
    """The charter in force."""
    with staff.desk.reading() as session:
        return staff.desk.charter(session).charter


def signers(staff: Staff) -> tuple[Signer, Signer]:
    """Both officers."""
    return Signer(staff.jonas.person_id, JONAS), Signer(staff.helen.person_id, HELEN)


def amend(staff: Staff, change: Change) -> None:
    """A version signed by both officers."""
    staff.people.amend(staff.jonas.actor, change, signers(staff))
