"""The windows before the shell: first run, sign-in, the lock and the recovery sheet, for pictures of them."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop.commands.staffing import HELEN, JONAS, MIRA
from desktop.start.first_run import FirstRunPage
from desktop.start.locked import LockedPage
from desktop.start.page import Page
from desktop.start.recovery import RecoveryPage, SheetPage
from desktop.start.sign_in import SignInPage
from desktop.start.window import StartWindow
from editorial.errors import DeskError
from editorial.keys.workspace_secret import WorkspaceSecret
from editorial.store.peek import PeekedPerson
from tests.fakes.desks import HandClock

PEOPLE = (
    PeekedPerson("person_helen", "Helen Castellanos", "helen", ("privacy_officer",)),
    PeekedPerson("person_mira", "Mira Okafor", "mira", ("author",)),
    PeekedPerson("person_jonas", "Jonas Lindqvist", "jonas", ("administrator", "communications_lead")),
)


def _start(page: Page) -> StartWindow:
    window = StartWindow()
    window.show_page(page)
    window.show()
    window.fit()
    return window


def build_sign_in() -> QWidget:
    """Signing in, as in picture 18."""
    page = SignInPage("Alder Bay Hospital", "COMMS-04")
    page.set_people(PEOPLE)
    return _start(page)


def build_sign_in_held() -> QWidget:
    """Signing in while everything is on hold."""
    page = SignInPage("Alder Bay Hospital", "COMMS-04")
    page.set_people(PEOPLE)
    page.show_hold("Since Wed 10 Mar 2027, 10:44 EST by Mira Okafor: Incident in the hospital.")
    return _start(page)


def build_sign_in_demo() -> QWidget:
    """Signing in to a demo workspace."""
    page = SignInPage("Alder Bay Hospital", "COMMS-04", demo=True)
    page.set_people(PEOPLE, {each.sign_in: each.passphrase for each in (HELEN, MIRA, JONAS)})
    return _start(page)


def build_sign_in_keyring() -> QWidget:
    """Signing in where the keyring is locked."""
    page = SignInPage("Alder Bay Hospital", "COMMS-04")
    page.set_people(PEOPLE)
    page.show_keyring(
        DeskError(
            "The keyring is locked",
            "Drafting works. Signing, documents and publishing wait until then; nothing is lost.",
            "Open Passwords and Keys, or KDE Wallet, and unlock the keyring. Then try again.",
        )
    )
    return _start(page)


def build_locked() -> QWidget:
    """A locked session with a wrong passphrase, as in picture 18."""
    page = LockedPage("Mira Okafor", "person_mira", "since 12:04, after 10 minutes without use")
    page.show_error(
        DeskError("That passphrase does not fit", "3 tries left, then a pause of 5 minutes.", "Your draft is saved.")
    )
    return _start(page)


def build_recovery() -> QWidget:
    """Typing the words of the recovery sheet."""
    return _start(RecoveryPage())


def build_sheet() -> QWidget:
    """The recovery sheet of a new workspace."""
    return _start(SheetPage(WorkspaceSecret(bytes(range(32))).words(), "the words", "<p>the words</p>"))


def _first_run(step: int) -> QWidget:
    page = FirstRunPage(HandClock(), "America/New_York")
    page.organization.name.set_text("Alder Bay Hospital")
    page.person.name.set_text("Jonas Lindqvist")
    page.person.sign_in.set_text("jonas")
    page.person.passphrase.set_text(JONAS.passphrase)
    page.person.passphrase.show_button.click()
    page.person.show_strength(3, "Strong: 4 words")
    page.show_step(step)
    return _start(page)


def build_first_run_1() -> QWidget:
    """Your organization."""
    return _first_run(0)


def build_first_run_2() -> QWidget:
    """First administrator."""
    return _first_run(1)


def build_first_run_3() -> QWidget:
    """Practise first."""
    return _first_run(2)


def build_first_run_4() -> QWidget:
    """Networks."""
    return _first_run(3)
