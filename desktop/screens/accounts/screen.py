"""The Accounts screen (picture 11)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu, QSplitter, QWidget

from connectors import registry
from desktop.connecting import end_access, try_access, typed_networks
from desktop.context import Context
from desktop.look import look
from desktop.screens.accounts.connect import ConnectDialog, Open
from desktop.screens.accounts.rows import account_row, standing, summary
from desktop.screens.accounts.typed import TypedDialog
from desktop.screens.base import Command, Screen
from desktop.shell.holding import Holding
from desktop.shell.standing import Subject, reason_words
from desktop.widgets.banner import Banner, EmptyState
from desktop.widgets.buttons import AppButton
from desktop.widgets.dialog import Dialog
from desktop.widgets.layout import FlowLayout, ScrollArea, columns, rows
from desktop.widgets.marks import IconMark, NetworkMark
from desktop.widgets.table import DataTable
from desktop.widgets.table_model import Column
from desktop.widgets.text import Hairline, Label, Panel
from editorial.actors import computer_name
from editorial.changes import Changes, Kind
from editorial.delivery.holds import Hold, Scope
from editorial.delivery.states import DeliveryState
from editorial.errors import DeskError
from editorial.gate import PRACTICE
from editorial.people.permissions import May
from editorial.store.models import Account

_WAITING = frozenset({DeliveryState.WAITING, DeliveryState.RETRYING, DeliveryState.SIGN_IN, DeliveryState.HELD})
_OTHERS = tuple(name for name in registry.names() if name != PRACTICE)
_MAY = ("Publish posts and pictures", "Read back its own posts")
_NOT_USED = ("What else an app password allows: not used",)
_MAY_NOT = ("Read messages: not asked for", "Change the profile: not asked for")


class AccountsScreen(Screen):
    """Which identities are connected, how they stand, and connecting more."""

    key, title, icon = "accounts", "Accounts", "plug"
    kinds = frozenset({Kind.ACCOUNTS, Kind.DELIVERIES, Kind.HOLDS})

    def __init__(self, context: Context, parent: QWidget | None = None, *, open_browser: Open | None = None) -> None:
        super().__init__(context, parent)
        self._open_browser = open_browser
        self._accounts: list[Account] = []
        self._holds: dict[str, Hold] = {}  # those on one account, by the account's id
        self._holding = Holding(context.services, context.bridge, lambda: context.actor, self)
        self._keyring = ""
        self._dialog: ConnectDialog | None = None
        self._typed = {spec.name: spec for spec in typed_networks()}
        split = QSplitter(Qt.Orientation.Horizontal)
        rows(self.content).addWidget(split)
        split.addWidget(self._list())
        self.details = Panel("app")
        self.details.setAccessibleName("Account details")
        self._side = QWidget()
        self._detail = rows(self._side, margins=(18, 16, 18, 18), gap=12)
        rows(self.details).addWidget(ScrollArea(self._side))
        self.details.setMinimumWidth(300)
        split.addWidget(self.details)
        split.setStretchFactor(0, 1)
        split.setSizes([890, 356])
        split.setChildrenCollapsible(False)

    def _list(self) -> QWidget:
        panel = Panel("panel")
        column = rows(panel)
        top = QWidget()
        line = columns(top, margins=(18, 9, 18, 9), gap=8)
        self._summary = columns(gap=8)
        line.addLayout(self._summary)
        line.addStretch(1)
        self.test_all = AppButton("Test all", icon="activity")
        self.test_all.clicked.connect(self._test_all)
        line.addWidget(self.test_all)
        self.connect_button = AppButton("Connect the practice network", "primary", icon="plus")
        self.connect_button.clicked.connect(lambda: self.connect_network())
        line.addWidget(self.connect_button)
        self.connect_button.setVisible(self.context.may(May.CONNECT))
        self.others = AppButton("Connect another network…", icon="plus")
        self.others.clicked.connect(self._choose_network)
        line.addWidget(self.others)
        self.others.setVisible(self.context.may(May.CONNECT))
        column.addWidget(top)
        self.table = DataTable(
            "Accounts",
            (
                Column("Account", 0),
                Column("Access", 210),
                Column("Publishing computer", 170),
                Column("Waiting", 90),
                Column("", 108, right=True),
            ),
            row_height=56,
        )
        self.table.chosen.connect(self._chosen)
        self.table.acted.connect(self._acted)
        column.addWidget(self.table, 1)
        column.addWidget(self._nothing_yet(), 1)
        return panel

    def _nothing_yet(self) -> QWidget:
        self.empty = EmptyState(
            "plug", "No account is connected", "Start with the practice network: it answers like a real one."
        )
        button = AppButton("Connect the practice network", "primary", icon="plus")
        button.clicked.connect(lambda: self.connect_network())
        self.empty.add_action(button)
        button.setVisible(self.context.may(May.CONNECT))
        return self.empty

    # ---- what the shell asks -----------------------------------------------------------------------------------------

    def regions(self) -> Sequence[QWidget]:
        """The commands, the table, the details."""
        return (self.connect_button, self.table, self.details)

    def commands(self) -> Sequence[Command]:
        """Connect and test."""
        found = [Command("Test all accounts", self._test_all)]
        if self.context.may(May.CONNECT):
            found.insert(0, Command("Connect the practice network…", self.connect_network))
            found += [
                Command(f"Connect {look().network_name(each)}…", partial(self.connect_network, each))
                for each in _OTHERS
            ]
        return found

    def show_item(self, item: str) -> None:
        """One account."""
        self.table.choose(item)

    def refresh(self) -> None:
        """Accounts and what waits for them."""
        self.load(self._read, self._show)
        if not self._keyring:
            self.run_slow(self.context.desk.vault.backend_name, self._name_keyring, lambda _: None)

    def _read(self) -> tuple[tuple[Account, ...], Counter[str], tuple[Hold, ...]]:
        waiting = Counter(row.account_id for row in self.context.outbox.rows() if row.state in _WAITING)
        return self.context.accounts.all(), waiting, self.context.holds.on()

    def _show(self, found: tuple[tuple[Account, ...], Counter[str], tuple[Hold, ...]]) -> None:
        accounts, waiting, holds = found
        self._accounts = list(accounts)
        self._holds = {hold.target: hold for hold in reversed(holds) if hold.scope is Scope.ACCOUNT}
        computer = computer_name()
        self.table.set_rows(
            [account_row(each, waiting[each.id], computer, held=each.id in self._holds) for each in accounts]
        )
        self.table.setVisible(bool(accounts))
        self.empty.setVisible(not accounts)
        while (item := self._summary.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        for icon, tone, words in summary(self._accounts) if accounts else ():
            self._summary.addWidget(IconMark(icon, tone, 16))
            self._summary.addWidget(Label(words, "body", tone, strong=True))
        if accounts and not self.table.current_key:
            self.table.choose(accounts[0].id)
        self._chosen(self.table.current_key)

    def _name_keyring(self, name: str) -> None:
        self._keyring = name
        self._chosen(self.table.current_key)

    # ---- one account -------------------------------------------------------------------------------------------------

    def _account(self, key: str) -> Account | None:
        return next((account for account in self._accounts if account.id == key), None)

    def _chosen(self, key: str) -> None:
        while (item := self._detail.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        account = self._account(key)
        if account is None:
            self._detail.addWidget(Label("Choose an account to see where its key is.", "body", "secondary", wrap=True))
            self._detail.addStretch(1)
            return
        self._detail.addWidget(self._head(account))
        access = standing(account)
        if account.state != "connected":
            self._detail.addWidget(
                Banner("danger", access.word, f"{access.below}. Posts wait until it is connected.", inline=True)
            )
        hold = self._holds.get(account.id)
        if hold is not None:
            since = (
                f"Since {self.context.moments.full(hold.since)}: {reason_words(hold.reason)}. Nothing goes out to it."
            )
            self._detail.addWidget(Banner("note", "This account is on hold", since, icon="octagon-pause", inline=True))
        self._detail.addWidget(self._buttons(account))
        self._detail.addWidget(Hairline())
        self._detail.addWidget(self._key(account))
        self._detail.addWidget(Hairline())
        self._detail.addWidget(_permissions(_NOT_USED if account.network in self._typed else _MAY_NOT))
        self._detail.addStretch(1)

    def _head(self, account: Account) -> QWidget:
        whole = QWidget()
        line = columns(whole, gap=12)
        line.addWidget(NetworkMark(account.network, 34), 0, Qt.AlignmentFlag.AlignTop)
        column = rows(gap=1)
        column.addWidget(Label(account.label, "heading", wrap=True))
        day = self.context.moments.day(account.connected_at, year=True)
        profile = account.settings.get("profile")
        words = f"@{account.handle}, connected {day}" + (f", profile {profile}" if profile else "")
        column.addWidget(Label(words, "small", "secondary", wrap=True))
        line.addLayout(column, 1)
        return whole

    def _buttons(self, account: Account) -> QWidget:
        whole = QWidget()
        line = FlowLayout(whole, gap=8, line_gap=8)
        hold = AppButton("Lift the hold…" if account.id in self._holds else "Hold…", icon="octagon-pause")
        hold.clicked.connect(lambda: self._hold(account))
        if account.state == "connected":
            test = AppButton("Test", icon="activity")
            test.clicked.connect(lambda: self._test((account.id,)))
            line.addWidget(test)
        if account.state != "disconnected" and self.context.may(May.CONNECT):
            end = AppButton("Disconnect…", "ghost")
            end.clicked.connect(lambda: self._disconnect(account))
            line.addWidget(end)
        if account.state != "connected" and self.context.may(May.CONNECT):
            again = AppButton("Sign in…", "primary")
            again.clicked.connect(lambda: self._sign_in(account))
            line.addWidget(again)
        on = self._holds.get(account.id)
        if on is not None and on.may_be_undone(self.context.actor, self.context.moments.now()):
            undo = AppButton("Undo the hold", icon="undo-2")
            undo.clicked.connect(lambda: self._holding.undo(on, self.context.tell, self._say_hold))
            line.addWidget(undo)
        line.addWidget(hold)
        return whole

    def _hold(self, account: Account) -> None:
        hold = self._holds.get(account.id)
        if hold is not None:
            self._holding.ask_lift(self.window(), self._say_hold, self.context.tell, hold.id)
        else:
            self._holding.ask(self.window(), self._say_hold, Subject(Scope.ACCOUNT, account.id, account.label))

    def _say_hold(self, words: str) -> None:
        self.context.say(words, tone="hold", icon="octagon-pause")

    def _key(self, account: Account) -> QWidget:
        whole = QWidget()
        column = rows(whole, gap=6)
        column.addWidget(Label("Where the key is kept", "bodyStrong"))
        line = columns(gap=10)
        line.addWidget(IconMark("key-round", "secondary", 18), 0, Qt.AlignmentFlag.AlignTop)
        place = self._keyring or "the keyring"
        words = f"In {place} of {computer_name()}, and nowhere else. Not in backups, not in the audit log."
        line.addWidget(Label(words, "body", wrap=True), 1)
        column.addLayout(line)
        return whole

    # ---- commands ----------------------------------------------------------------------------------------------------

    def _choose_network(self) -> None:
        menu = QMenu(self)
        menu.setAccessibleName("Networks")
        for each in _OTHERS:
            menu.addAction(look().network_name(each)).triggered.connect(lambda _, each=each: self.connect_network(each))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.others.mapToGlobal(QPoint(0, self.others.height())))

    def _sign_in(self, account: Account) -> None:
        self.connect_network(account.network, "" if account.network == PRACTICE else account.server)

    def connect_network(self, network: str = PRACTICE, server: str = "") -> None:
        """Opens the connect dialog and, where the server is known, the browser; or the network's own form."""
        if self._dialog is not None and self._dialog.isVisible():
            self._dialog.raise_()
            return
        if network in self._typed:
            form = TypedDialog(self.context, self.window(), self._typed[network])
            form.connected.connect(self.table.choose)
            form.open()
            return
        extra = {"open_browser": self._open_browser} if self._open_browser is not None else {}
        self._dialog = ConnectDialog(self.context, self.window(), network=network, server=server, **extra)
        self._dialog.connected.connect(self.table.choose)
        self._dialog.start()

    def _acted(self, account_id: str, action: str) -> None:
        if action == "test":
            self._test((account_id,))
        elif self.context.may(May.CONNECT) and (account := self._account(account_id)) is not None:
            self._sign_in(account)

    def _test_all(self) -> None:
        self._test(tuple(account.id for account in self._accounts if account.state == "connected"))

    def _test(self, ids: tuple[str, ...]) -> None:
        desk, actor, practice = self.context.desk, self.context.actor, self.context.practice

        def test() -> tuple[list[str], Changes]:
            practice.url()
            problems, changes = [], Changes()
            for account_id in ids:
                problem, changed = try_access(desk, actor, account_id)
                changes |= changed
                if problem:
                    problems.append(problem)
            return problems, changes

        def told(found: tuple[list[str], Changes]) -> None:
            self.test_all.set_busy(False)
            if found[0]:
                self.context.say(found[0][0], tone="danger", icon="octagon-x")
            else:
                self.context.say("Access works." if len(ids) == 1 else f"{len(ids)} accounts work.", icon="activity")

        def failed(error: DeskError) -> None:
            self.test_all.set_busy(False)
            self.context.tell(error)

        if ids:
            self.test_all.set_busy(True)
            self.run_slow(test, told, failed)

    def _disconnect(self, account: Account) -> None:
        dialog = Dialog(
            self.window(),
            "Disconnect this account?",
            f"{account.label}: its key is deleted from this computer. Waiting posts stop until it is connected again.",
            icon="unplug",
            group="danger",
            width="sm",
            window_title="Disconnect",
        )
        dialog.add_cancel("Keep it")
        button = dialog.add_button("Disconnect account", "danger")
        desk, actor = self.context.desk, self.context.actor

        def disconnect() -> None:
            dialog.accept()
            self.run_slow(
                lambda: end_access(desk, actor, account.id),
                lambda _: self.context.say(f"{account.label} is disconnected.", icon="unplug"),
            )

        button.clicked.connect(disconnect)
        dialog.open()


def _permissions(beyond: tuple[str, ...]) -> QWidget:
    whole = QWidget()
    column = rows(whole, gap=6)
    column.addWidget(Label("Signpost may", "bodyStrong"))
    for icon, tone, texts in (("check", "success", _MAY), ("minus", "secondary", beyond)):
        for text in texts:
            line = columns(gap=10)
            line.addWidget(IconMark(icon, tone, 14))
            line.addWidget(Label(text, "body", "primary" if icon == "check" else "secondary"), 1)
            column.addLayout(line)
    return whole
