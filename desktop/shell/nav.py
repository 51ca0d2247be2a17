"""The navigation at the left: organization, New post, the places, Settings and Help, and who is here with the lock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QWidget

from desktop.look import look
from desktop.widgets.buttons import AppButton, IconButton
from desktop.widgets.layout import columns, rows
from desktop.widgets.marks import Avatar, IconMark, OrganizationMark, StatusPill
from desktop.widgets.nav import NavEntry, NavList
from desktop.widgets.text import Elided, Hairline, Panel


@dataclass(frozen=True)
class Place:
    """A screen in the navigation."""

    key: str
    icon: str
    label: str
    gap: bool = False


SETTINGS, HELP = "settings", "help"


class NavPanel(Panel):
    """Signals: `went(key)` to a screen, `new_post`, `settings`, `help`, `lock`."""

    went = Signal(str)
    new_post = Signal()
    settings = Signal()
    help = Signal()
    lock = Signal()

    def __init__(
        self, organization: str, places: Sequence[Place], *, demo: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__("window", parent)
        self._places = tuple(places)
        self._counts: dict[str, tuple[int, bool]] = {}
        self._column = rows(self, margins=(0, 14, 0, 10), gap=8)
        self._head(organization, demo)
        self.new = AppButton("New post", icon="plus", hint="Ctrl N")
        self.new.clicked.connect(self.new_post)
        self.new_icon = AppButton("", icon="plus")
        self.new_icon.setAccessibleName("New post")
        self.new_icon.setToolTip("New post (Ctrl+N)")
        self.new_icon.clicked.connect(self.new_post)
        self._inset(self.new, self.new_icon)
        self.list = NavList()
        self.list.went.connect(self.went)
        self._column.addWidget(self.list)
        self._column.addStretch(1)
        self.more = NavList("Settings and help")
        self.more.set_entries(
            [NavEntry(SETTINGS, "settings", "Settings"), NavEntry(HELP, "circle-question-mark", "Help", hint="F1")]
        )
        self.more.went.connect(self._more)
        self._column.addWidget(self.more)
        self._column.addWidget(Hairline())
        self._user()
        self.set_rail(False)
        self._show()

    def set_rail(self, rail: bool) -> None:
        """Icons only, or words too."""
        self._rail = rail
        for wide in (self._names, self.new, self._who, self.lock_button):
            wide.setVisible(not rail)
        self.demo.setVisible(self._is_demo and not rail)
        self.demo_mark.setVisible(self._is_demo and rail)
        self.new_icon.setVisible(rail)
        self.list.set_rail(rail)
        self.more.set_rail(rail)
        sizes = look().tokens.size["nav"]
        self.setFixedWidth(look().px(sizes["rail" if rail else "wide"]))
        self._avatar.setToolTip(self._user_words)

    def show_counts(self, counts: dict[str, tuple[int, bool]]) -> None:
        """Badges by key: a count, and whether it needs a person."""
        if counts != self._counts:
            self._counts = dict(counts)
            self._show()

    def show_user(self, name: str, person_id: str, role: str) -> None:
        """Who is signed in."""
        self._user_words = f"{name}, {role}"
        self._avatar.set_person(name, person_id)
        self._name.setText(name)
        self._role.setText(role)

    def _show(self) -> None:
        entries = []
        for place in self._places:
            count, urgent = self._counts.get(place.key, (0, False))
            entries.append(NavEntry(place.key, place.icon, place.label, count, urgent, place.gap))
        self.list.set_entries(entries)
        self.list.setFixedHeight(self.list.sizeHint().height())
        self.more.setFixedHeight(self.more.sizeHint().height())

    def _more(self, key: str) -> None:
        self.more.go("")
        if key == SETTINGS:
            self.settings.emit()
        else:
            self.help.emit()

    def _head(self, organization: str, demo: bool) -> None:
        line = columns(margins=(12, 0, 8, 2), gap=9)
        line.addWidget(OrganizationMark(28))
        self._names = QWidget()
        names = rows(self._names, gap=0)
        names.addWidget(Elided(organization, "bodyStrong"))
        names.addWidget(Elided("Communications", "caption", "secondary"))
        line.addWidget(self._names, 1)
        self._column.addLayout(line)
        self._is_demo = demo
        self.demo = StatusPill.of("warning", "flask-conical", "Demo workspace")
        self.demo_mark = IconMark("flask-conical", "warning", 18, "Demo workspace")
        self.demo_mark.setToolTip("Demo workspace")
        self._inset(self.demo, left=12)
        middle = columns()
        middle.addWidget(self.demo_mark, 0, Qt.AlignmentFlag.AlignHCenter)
        self._column.addLayout(middle)

    def _user(self) -> None:
        self._user_words = ""
        line = columns(margins=(12, 2, 6, 0), gap=8)
        self._avatar = Avatar("?", "", 28)
        line.addWidget(self._avatar)
        self._who = QWidget()
        names = rows(self._who, gap=0)
        self._name = Elided("", "bodyStrong")
        self._role = Elided("", "caption", "secondary")
        names.addWidget(self._name)
        names.addWidget(self._role)
        line.addWidget(self._who, 1)
        self.lock_button = IconButton("lock", "Lock", shortcut="Ctrl+L")
        self.lock_button.clicked.connect(self.lock)
        line.addWidget(self.lock_button)
        self._column.addLayout(line)

    def _inset(self, *widgets: QWidget, left: int = 8) -> None:
        line = columns(margins=(left, 0, 8, 0))
        for widget in widgets:
            line.addWidget(widget)
        if left != 8:
            line.addStretch(1)
        self._column.addLayout(line)

    def sizeHint(self) -> QSize:
        """As wide as the design says."""
        return QSize(look().px(look().tokens.size["nav"]["rail" if self._rail else "wide"]), 0)
