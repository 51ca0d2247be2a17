"""The Accounts screen: connecting through a real sign-in, testing, disconnecting, and what people read meanwhile."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from connectors.practice.headless import approve, deny
from desktop.screens.accounts import AccountsScreen
from desktop.screens.accounts.connect import ConnectDialog
from desktop.screens.accounts.rows import account_row, standing
from desktop.widgets.buttons import AppButton
from desktop.widgets.dialog import Dialog
from editorial.accounts.register import token_name
from tests.fakes.accessible import check_names, check_reachable
from tests.fakes.desktop import Bench


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


def test_every_control_has_a_name_and_is_reachable(desk: Bench, screen: AccountsScreen) -> None:
    connect(desk, screen)
    check_names(screen)
    check_reachable(screen)
