"""Connecting a network in the person's own browser. The dialog is modeless: work goes on while one waits."""

from __future__ import annotations

import webbrowser
from collections.abc import Callable

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from connectors.oauth import LIMIT
from connectors.registry import connector
from desktop.connecting import Connecting
from desktop.context import Context
from desktop.look import look
from desktop.telling import tell_banner
from desktop.widgets.banner import Banner
from desktop.widgets.dialog import Dialog
from desktop.widgets.fields import FormField
from desktop.widgets.items import StageItem, StageState
from desktop.widgets.layout import rows
from desktop.widgets.progress import Meter
from desktop.widgets.text import Label, Panel
from editorial.changes import Changes
from editorial.errors import DeskError
from editorial.gate import PRACTICE

Open = Callable[[str], bool]
_TITLE = "Go on in your browser"


def _states(now: int) -> tuple[StageState, ...]:
    """How far the three stages are while the one numbered `now` is going on."""
    return tuple("done" if place < now else "now" if place == now else "waiting" for place in range(3))


class ConnectDialog(Dialog):
    """Browser opened, waiting, tested. `connected(account id)` at the end.

    `server`: where the account lives that is signed in again. Without it, the practice network's own address is taken;
    a network of many servers asks for it first, in `address`.
    """

    connected = Signal(str)
    _opened = Signal(str)

    def __init__(
        self,
        context: Context,
        parent: QWidget,
        open_browser: Open = webbrowser.open,
        *,
        network: str = PRACTICE,
        server: str = "",
    ) -> None:
        practice = network == PRACTICE
        self._name = "the practice network" if practice else look().network_name(network)
        password = "password of the practice network" if practice else f"{self._name} password"
        self._promise = f"Signpost never sees your {password}."
        super().__init__(
            parent,
            _TITLE,
            self._promise,
            icon="flask-conical" if practice else "plug",
            group="warning" if practice else "accent",
            width="md",
            window_title=f"Connect {self._name}",
        )
        self.setModal(False)
        self._context, self._open_browser = context, open_browser
        self._network, self._server = network, server
        self.address = None if practice or server else self._ask_address()
        if self.address is not None:
            self.set_head(f"Connect {self._name}", "You sign in there in your browser.")
        self._flow: Connecting | None = None
        self._url = ""
        self._left = round(LIMIT.total_seconds())
        self._fill()
        self._tick = QTimer(self, interval=1000)
        self._tick.timeout.connect(self._count_down)
        self._opened.connect(self._browser_opened)
        self.rejected.connect(self._cancel)
        self._show_stage(0)

    def _fill(self) -> None:
        """Stages, time left, note, problem, and the foot."""
        self.stages = rows(gap=4)
        self.body.addLayout(self.stages)
        self.left = Label("", "small", "secondary")
        self.meter = Meter("Time left")
        self.body.addWidget(self.left)
        self.body.addWidget(self.meter)
        note = Panel("note")
        rows(note, margins=(12, 8, 12, 8)).addWidget(
            Label("The key is kept in the keyring of this computer, and nowhere else.", "small", "secondary", wrap=True)
        )
        self.body.addWidget(note)
        self.problem = Banner("danger", "", inline=True)
        self.problem.hide()
        self.body.addWidget(self.problem)
        self.copy = self.add_button("Copy link", icon="link")
        self.copy.clicked.connect(self._copy)
        self.add_cancel()
        self.again = self.add_button("Open browser", icon="external-link", default=True)
        self.again.clicked.connect(self._open_again)

    def _ask_address(self) -> FormField:
        asked = connector(self._network).spec.form[0]
        field = FormField(asked.label, help_text=asked.hint)
        self.body.addWidget(field)
        return field

    def start(self) -> None:
        """Opens the dialog and, where the server is known, the browser."""
        self.open()
        if self.address is None:
            self._begin()
        else:
            self.address.setFocus()

    def _begin(self) -> None:
        self.problem.hide()
        if self.address is not None:
            self._server = self.address.text().strip()
            self.address.set_error("" if self._server else "Type the address of the server")
            if not self._server:
                self.address.setFocus()
                return
            self.address.setEnabled(False)
            self.set_head(_TITLE, self._promise)
        self._left = round(LIMIT.total_seconds())
        self._show_stage(0)
        self.again.setText("Open browser again")
        self.again.setEnabled(False)
        context, actor, network, server = self._context, self._context.actor, self._network, self._server

        def connect() -> tuple[str, Changes]:
            self._flow = Connecting(context.desk, network, server or context.practice.url(), self._hand_over)
            return self._flow.run(actor)

        context.bridge.run_slow(connect, self._done, self._failed, owner=self)

    def _hand_over(self, url: str) -> bool:
        """Runs on the flow's thread: tells the window and opens the system's browser."""
        self._opened.emit(url)
        return self._open_browser(url)

    def _browser_opened(self, url: str) -> None:
        self._url = url
        self.again.setEnabled(True)
        self._show_stage(1)
        self._tick.start()

    def _count_down(self) -> None:
        self._left = max(0, self._left - 1)
        words = f"{self._left // 60}:{self._left % 60:02} left"
        self.meter.set_share(self._left / LIMIT.total_seconds(), words)
        self.left.setText(f"Waiting for {self._name} to answer. {words}.")

    def _show_stage(self, now: int) -> None:
        while (item := self.stages.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        names = ("Browser opened", "Sign in and choose “Allow”", "Choose the account and test it")
        for place, name in enumerate(names):
            self.stages.addWidget(StageItem(_states(now)[place], place + 1, name, "", last=place == len(names) - 1))
        self.left.setVisible(now == 1)
        self.meter.setVisible(now == 1)
        self.copy.setEnabled(now == 1)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._url)

    def _open_again(self) -> None:
        if self._tick.isActive():
            url, opener = self._url, self._open_browser
            self._context.bridge.run_slow(lambda: opener(url), owner=self)
        else:
            self._begin()

    def _done(self, found: tuple[str, Changes]) -> None:
        self._tick.stop()
        self._flow = None
        self.connected.emit(found[0])
        self.accept()
        self._context.say(f"{self._name[0].upper()}{self._name[1:]} is connected.")

    def _failed(self, error: DeskError) -> None:
        self._tick.stop()
        self._flow = None
        self._show_stage(0)
        tell_banner(error, self.problem)
        self.again.setText("Start again")
        self.again.setEnabled(True)
        if self.address is not None:
            self.address.setEnabled(True)
            self.address.setFocus()

    def _cancel(self) -> None:
        self._tick.stop()
        if self._flow is not None:
            self._flow.cancel()
