"""The Accounts screen: connecting through a real sign-in, testing, disconnecting, and what people read meanwhile."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from connectors.base import Tokens
from connectors.practice.headless import approve, deny
from desktop.screens.accounts import AccountsScreen
from desktop.screens.accounts.connect import ConnectDialog
from desktop.screens.accounts.rows import account_row, standing
from desktop.widgets.buttons import AppButton
from desktop.widgets.dialog import Dialog
from editorial.accounts.register import token_name
from tests.connectors.mastodon.server import behaves, comes_back
from tests.fakes.accessible import check_names, check_reachable
from tests.fakes.desktop import Bench
from tests.fakes.wire import Wire, answer


class Browser:
    """Stands for the system's browser: remembers addresses and does with them what the test says."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.answer = "allow"

    def __call__(self, url: str) -> bool:
        self.seen.append(url)
        if self.answer == "allow":
            approve(url, "alderbay", "keyed")
        elif self.answer == "deny":
            deny(url)
        elif self.answer == "mastodon":
            return comes_back(url)
        return True


@pytest.fixture
def browser() -> Browser:
    return Browser()


@pytest.fixture
def screen(desk: Bench, browser: Browser) -> Iterator[AccountsScreen]:
    desk.sign_in(desk.staff.jonas)
    found = AccountsScreen(desk.context, open_browser=browser)
    desk.qtbot.addWidget(found)
    found.resize(1252, 826)
    found.show()
    desk.settle()
    yield found
    for dialog in found.findChildren(ConnectDialog):
        dialog.reject()
    desk.settle()


def buttons(widget: QWidget, text: str) -> list[AppButton]:
    return [each for each in widget.findChildren(AppButton) if each.text() == text and each.isVisible()]


def connect(desk: Bench, screen: AccountsScreen) -> None:
    QTest.mouseClick(screen.connect_button, Qt.MouseButton.LeftButton)
    desk.settle()


def test_an_empty_desk_says_what_to_do(screen: AccountsScreen) -> None:
    assert screen.empty.isVisible()
    assert not screen.table.isVisible()


def test_connecting_through_the_browser_and_testing(desk: Bench, screen: AccountsScreen) -> None:
    connect(desk, screen)
    (account,) = desk.context.accounts.all()
    assert (account.network, account.handle, account.state) == ("practice", "alderbay", "connected")
    assert account.settings["profile"] == "keyed"
    assert desk.shell.said == ["The practice network is connected."]
    assert screen.table.current_key == account.id
    QTest.mouseClick(screen.test_all, Qt.MouseButton.LeftButton)
    desk.settle()
    assert desk.shell.said[-1] == "Access works."


def test_saying_no_in_the_browser_is_told_and_can_be_repeated(
    desk: Bench, screen: AccountsScreen, browser: Browser
) -> None:
    browser.answer = "deny"
    connect(desk, screen)
    dialog = next(iter(screen.window().findChildren(ConnectDialog)))
    assert "was told not to allow access" in dialog.problem.title.text()
    assert not desk.context.accounts.all()
    browser.answer = "allow"
    dialog.again.click()
    desk.settle()
    assert len(desk.context.accounts.all()) == 1
    assert not dialog.isVisible()


def test_waiting_can_be_cancelled_and_the_link_copied(desk: Bench, screen: AccountsScreen, browser: Browser) -> None:
    browser.answer = "wait"
    QTest.mouseClick(screen.connect_button, Qt.MouseButton.LeftButton)
    desk.qtbot.waitUntil(lambda: bool(browser.seen), timeout=10_000)
    dialog = next(iter(screen.window().findChildren(ConnectDialog)))
    desk.qtbot.waitUntil(lambda: dialog.copy.isEnabled(), timeout=5_000)
    dialog.copy.click()
    assert QGuiApplication.clipboard().text() == browser.seen[0]
    assert "code_challenge_method=S256" in browser.seen[0]
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    desk.settle()
    assert not desk.context.accounts.all()


def test_disconnecting_asks_first_and_deletes_the_key(desk: Bench, screen: AccountsScreen) -> None:
    connect(desk, screen)
    (account,) = desk.context.accounts.all()
    kept = [key for key in desk.staff.keyring.entries if token_name(account.id) in key[0]]
    assert kept
    buttons(screen, "Disconnect…")[0].click()
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, Dialog)
    buttons(dialog, "Disconnect account")[0].click()
    desk.settle()
    assert desk.context.accounts.one(account.id).state == "disconnected"
    assert not [key for key in desk.staff.keyring.entries if token_name(account.id) in key[0]]
    assert buttons(screen, "Sign in…")


def test_a_broken_access_is_told_in_words(desk: Bench, screen: AccountsScreen) -> None:
    connect(desk, screen)
    (account,) = desk.context.accounts.all()
    desk.context.accounts.mark_signed_out(desk.staff.desk.system(), account.id, "Ended by the network at 09:12")
    desk.settle()
    desk.qtbot.waitUntil(lambda: "Signed out" in account_row(desk.context.accounts.one(account.id), 0, "x").sentence)
    assert standing(desk.context.accounts.one(account.id)).tone == "danger"


def test_who_may_not_connect_sees_no_button(desk: Bench) -> None:
    found = AccountsScreen(desk.context)
    desk.qtbot.addWidget(found)
    found.show()
    desk.settle()
    assert not found.connect_button.isVisible()
    assert [command.text for command in found.commands()] == ["Test all accounts"]


def choose_mastodon(desk: Bench, screen: AccountsScreen) -> ConnectDialog:
    """Opens the dialog from the menu of networks, by keys."""
    QTest.mouseClick(screen.others, Qt.MouseButton.LeftButton)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert "Mastodon" in [action.text() for action in menu.actions()]
    menu.setActiveAction(next(action for action in menu.actions() if action.text() == "Mastodon"))
    QTest.keyClick(menu, Qt.Key.Key_Return)
    desk.settle()
    return next(each for each in screen.window().findChildren(ConnectDialog) if each.isVisible())


def type_address(desk: Bench, dialog: ConnectDialog, address: str) -> None:
    assert dialog.address is not None
    dialog.address.line.clear()
    QTest.keyClicks(dialog.address.line, address)
    QTest.keyClick(dialog.address.line, Qt.Key.Key_Return)
    desk.settle()


def test_a_mastodon_account_is_connected_by_its_servers_address(
    desk: Bench, screen: AccountsScreen, browser: Browser
) -> None:
    browser.answer = "mastodon"
    with Wire(behaves) as network:
        dialog = choose_mastodon(desk, screen)
        assert dialog.address is not None
        assert dialog.address.line.hasFocus()
        check_names(dialog)
        check_reachable(dialog)
        type_address(desk, dialog, f"{network.url}/@desk")
        (account,) = desk.context.accounts.all()
        assert (account.network, account.server, account.handle) == ("mastodon", network.url, "desk@social.example")
        assert account.limits["text"] == 1_000
        assert standing(account).below == "No end date"
        assert desk.shell.said == ["Mastodon is connected."]
        tokens = Tokens.loads(desk.context.accounts.token(account))
        assert tokens.client_secret is not None
        assert tokens.client_secret.reveal() == "client-secret-1"
        files = [each for each in desk.staff.desk.folder.rglob("*") if each.is_file()]
        assert [each for each in files if b"desk@social.example" in each.read_bytes()], "where the account is"
        assert not [each for each in files if b"client-secret-1" in each.read_bytes()]
        desk.context.accounts.mark_signed_out(desk.staff.desk.system(), account.id, "Ended at 09:12")
        screen.refresh()
        desk.settle()
        buttons(screen, "Sign in…")[0].click()  # its server is known: nothing is typed again
        desk.settle()
        assert desk.context.accounts.one(account.id).state == "connected"
    assert len(browser.seen) == 2


def test_an_address_without_a_mastodon_server_is_told_and_can_be_typed_again(
    desk: Bench, screen: AccountsScreen, browser: Browser
) -> None:
    browser.answer = "mastodon"
    with Wire(lambda request: answer(b"<html>A bakery</html>")) as bakery, Wire(behaves) as network:
        dialog = choose_mastodon(desk, screen)
        type_address(desk, dialog, " ")
        assert dialog.address is not None
        assert dialog.address.error == "Type the address of the server"
        type_address(desk, dialog, bakery.url)
        assert dialog.problem.title.text() == "No Mastodon server answers at this address."
        assert not browser.seen
        type_address(desk, dialog, network.url)
    assert len(desk.context.accounts.all()) == 1
    assert not dialog.isVisible()


def test_every_control_has_a_name_and_is_reachable(desk: Bench, screen: AccountsScreen) -> None:
    connect(desk, screen)
    check_names(screen)
    check_reachable(screen)
