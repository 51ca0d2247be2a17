"""Connecting Bluesky by its form, on a strict server of its kind: typing, refusals, and what stays of a password."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from connectors.base import Tokens
from desktop.connecting import ConnectError, connect_typed, end_access, try_access, typed_networks
from desktop.screens.accounts import AccountsScreen
from desktop.screens.accounts.typed import TypedDialog
from desktop.widgets.text import Label
from editorial.errors import NotAllowedError
from editorial.secret import Secret
from tests.fakes.accessible import check_names, check_reachable
from tests.fakes.desktop import Bench, modal
from tests.fakes.pds import DID, HANDLE, PASSWORD, Pds
from tests.fakes.wire import Wire


@pytest.fixture
def pds() -> Pds:
    return Pds()


@pytest.fixture
def server(pds: Pds) -> Iterator[Wire]:
    with Wire(pds.script) as found:
        yield found


@pytest.fixture
def screen(desk: Bench) -> AccountsScreen:
    desk.sign_in(desk.staff.jonas)
    found = AccountsScreen(desk.context)
    desk.qtbot.addWidget(found)
    found.resize(1252, 826)
    found.show()
    desk.settle()
    return found


def opened(screen: AccountsScreen) -> TypedDialog:
    next(each for each in screen.commands() if each.text == "Connect Bluesky…").do()
    return modal(TypedDialog)


def fill(dialog: TypedDialog, server: str, password: str = PASSWORD) -> None:
    dialog.fields["server"].line.clear()
    for name, text in {"handle": HANDLE, "password": password, "server": server}.items():
        QTest.keyClicks(dialog.fields[name].line, text)


def test_connecting_with_the_keyboard(desk: Bench, screen: AccountsScreen, pds: Pds, server: Wire) -> None:
    dialog = opened(screen)
    check_names(dialog)
    check_reachable(dialog)
    assert dialog.fields["server"].text() == "https://bsky.social"
    fill(dialog, server.url)
    password = dialog.fields["password"].line
    QTest.keyClick(password, Qt.Key.Key_Return)
    desk.settle()
    (account,) = desk.context.accounts.all()
    assert (account.network, account.server, account.handle) == ("bluesky", server.url, HANDLE)
    assert account.settings == {"remote_id": DID}
    assert account.limits["text_bytes"] == 3_000
    assert desk.shell.said == ["Bluesky is connected."]
    assert screen.table.current_key == account.id
    assert "What else an app password allows: not used" in {
        label.text() for label in screen.details.findChildren(Label)
    }
    assert not dialog.isVisible()
    assert password.text() == ""
    assert not password.isUndoAvailable()
    tokens = Tokens.loads(desk.context.accounts.token(account))
    assert tokens.access == Secret(pds.access)
    assert account.expires_at == tokens.expires_at
    assert all(PASSWORD not in value for value in desk.staff.keyring.entries.values())


def test_a_refusal_stays_in_the_dialog_and_can_be_put_right(desk: Bench, screen: AccountsScreen, server: Wire) -> None:
    dialog = opened(screen)
    dialog.button.click()
    assert dialog.fields["handle"].error == "Handle is missing."
    assert server.requests == []
    fill(dialog, server.url, "wrong-wron-wron-wron")
    dialog.button.click()
    desk.settle()
    assert "does not know this handle" in dialog.problem.title.text()
    assert dialog.fields["handle"].error == ""
    assert not desk.context.accounts.all()
    dialog.fields["password"].line.clear()
    QTest.keyClicks(dialog.fields["password"].line, PASSWORD)
    dialog.button.click()
    desk.settle()
    assert len(desk.context.accounts.all()) == 1


def test_leaving_forgets_the_password(screen: AccountsScreen, server: Wire) -> None:
    dialog = opened(screen)
    fill(dialog, server.url)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.fields["password"].text() == ""
    assert QApplication.activeModalWidget() is None


def test_a_signed_out_account_is_signed_in_by_its_own_form(desk: Bench, screen: AccountsScreen, server: Wire) -> None:
    typed = {"handle": HANDLE, "server": server.url}
    account, _ = connect_typed(desk.staff.desk, desk.staff.jonas.actor, "bluesky", typed, Secret(PASSWORD))
    desk.context.accounts.mark_signed_out(desk.staff.desk.system(), account, "The app password was deleted")
    desk.settle()
    screen.refresh()
    desk.settle()
    screen.table.acted.emit(account, "connect")
    dialog = modal(TypedDialog)
    fill(dialog, server.url)
    dialog.button.click()
    desk.settle()
    (row,) = desk.context.accounts.all()
    assert (row.id, row.state) == (account, "connected")


def test_testing_and_disconnecting(desk: Bench, pds: Pds, server: Wire) -> None:
    found, actor = desk.staff.desk, desk.staff.jonas.actor
    typed = {"handle": HANDLE, "server": server.url}
    account, _ = connect_typed(found, actor, "bluesky", typed, Secret(PASSWORD))
    assert try_access(found, actor, account)[0] == ""
    desk.staff.clock.forward(timedelta(hours=3))
    asked = len(server.requests)
    assert "renewed before the next post" in try_access(found, actor, account)[0]
    assert len(server.requests) == asked, "only the publisher renews"
    before = pds.access
    end_access(found, actor, account)
    assert pds.access != before, "the session was ended on the server"


def test_nothing_is_sent_for_whoever_may_not_connect(desk: Bench, server: Wire) -> None:
    typed = {"handle": HANDLE, "server": server.url}
    with pytest.raises(NotAllowedError):
        connect_typed(desk.staff.desk, desk.staff.helen.actor, "bluesky", typed, Secret(PASSWORD))
    with pytest.raises(ConnectError, match="no sign-in by a form"):
        connect_typed(desk.staff.desk, desk.staff.jonas.actor, "practice", typed, Secret(PASSWORD))
    assert server.requests == []
    assert "bluesky" in {spec.name for spec in typed_networks()}
