"""The four steps of the first run. Each keeps what was typed; `problem()` names what is missing before going on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import QLocale, Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget

from desktop.start.zones import label, next_change
from desktop.widgets.banner import Banner
from desktop.widgets.buttons import AppButton
from desktop.widgets.choices import CardGroup, OptionCard
from desktop.widgets.fields import Combo, FormField, PassphraseField
from desktop.widgets.layout import Box, columns, rows
from desktop.widgets.marks import IconMark, NetworkMark
from desktop.widgets.progress import StrengthMeter
from desktop.widgets.text import Hairline, Label, Panel
from editorial.clock import Clock

STRENGTH_MS = 250
LATER = ("facebook", "instagram", "linkedin", "youtube", "x", "mastodon", "bluesky", "threads", "wordpress")


class Step(QWidget):
    """One step: a head, then fields. `fields` by the names that errors use."""

    def __init__(self, title: str, sentence: str) -> None:
        super().__init__()
        self.column: Box = rows(self, gap=12)
        head = rows(gap=2)
        head.addWidget(Label(title, "title"))
        head.addWidget(Label(sentence, "body", "secondary", wrap=True))
        self.column.addLayout(head)
        self.fields: dict[str, FormField] = {}

    def complete(self) -> bool:
        """Whether the next step may come; marks the first field that is missing."""
        for field in self.fields.values():
            field.set_error("")
        for field in self.fields.values():
            editor = field.editor
            if not isinstance(editor, Combo) and not field.text().strip():
                field.set_error(_missing(field.label.text()))
                editor.setFocus(Qt.FocusReason.OtherFocusReason)
                return False
        return True

    def first_focus(self) -> QWidget | None:
        """The first field."""
        return next(iter(self.fields.values())).editor if self.fields else None


class OrganizationStep(Step):
    """Whose workspace, and the clock that posts go by."""

    def __init__(self, clock: Clock, zone: str) -> None:
        super().__init__("Your organization", "Shown to reviewers and on every export.")
        self._clock = clock
        self.name = FormField("Name")
        self.zone = Combo("Time zone")
        self.zone.addItem(label(zone, clock.now()), zone)
        self.week = Combo("Week starts on")
        first = QLocale.system().firstDayOfWeek().value
        for day in (1, 7, 6):
            self.week.addItem(QLocale.c().dayName(day), day - 1)
        self.week.setCurrentIndex(max(0, self.week.findData(first - 1)))
        self.fields = {"name": self.name, "zone": FormField("Time zone", editor=self.zone)}
        self.column.addWidget(self.name)
        line = columns(gap=12)
        line.addWidget(self.fields["zone"], 2)
        line.addWidget(FormField("Week starts on", editor=self.week), 1)
        self.column.addLayout(line)
        self.note = Banner("note", "", icon="clock", inline=True)
        self.column.addWidget(self.note)
        self.column.addStretch(1)
        self.zone.currentIndexChanged.connect(self._tell)
        self._tell()

    def set_zones(self, zones: Sequence[tuple[str, str]]) -> None:
        """Offers these zones (name, label); the chosen one stays."""
        chosen, words_of_it = self.zone_name, self.zone.currentText()
        self.zone.blockSignals(True)
        self.zone.clear()
        if all(name != chosen for name, _ in zones):
            self.zone.addItem(words_of_it, chosen)  # the computer's own, such as Etc/UTC: never another in its place
        for name, words in zones:
            self.zone.addItem(words, name)
        self.zone.setCurrentIndex(max(0, self.zone.findData(chosen)))
        self.zone.blockSignals(False)
        self._tell()

    @property
    def zone_name(self) -> str:
        """The chosen zone."""
        return str(self.zone.currentData() or "UTC")

    @property
    def week_start(self) -> int:
        """The first day of the week, Monday being 0."""
        return int(self.week.currentData())

    def _tell(self) -> None:
        now = self._clock.now()
        self.note.set_text("", clock_words(self.zone_name, now))


def clock_words(zone: str, now: datetime) -> str:
    """What time it is there, and when clocks change."""
    from zoneinfo import ZoneInfo

    said = f"There it is now {now.astimezone(ZoneInfo(zone)):%H:%M}."
    change = next_change(zone, now)
    if change is None:
        return f"{said} Clocks do not change there."
    day, forward = change
    return f"{said} Clocks go {'forward' if forward else 'back'} on {day:%a} {day.day} {day:%B}."


class PersonStep(Step):
    """The first administrator. `typed(passphrase)` some moments after typing, for whoever computes its strength."""

    typed = Signal(str)

    def __init__(self) -> None:
        super().__init__(
            "First administrator", "Adds people and gives out roles. Needs a second person to change approval paths."
        )
        self.name = FormField("Your name")
        self.sign_in = FormField("Sign-in name")
        self.passphrase = PassphraseField()
        self.meter = StrengthMeter()
        self.fields = {"person": self.name, "sign_in": self.sign_in, "passphrase": self.passphrase}
        line = columns(gap=12)
        line.addWidget(self.name, 2)
        line.addWidget(self.sign_in, 1)
        self.column.addLayout(line)
        secret = rows(gap=8)
        secret.addWidget(self.passphrase)
        secret.addWidget(self.meter)
        self.column.addLayout(secret)
        self.column.addLayout(
            hint("life-buoy", "At the end you print a recovery sheet. Keep it in the safe: it is the only way back in.")
        )
        self.column.addStretch(1)
        self._suggested = ""
        self._soon = QTimer(self, singleShot=True, interval=STRENGTH_MS)
        self._soon.timeout.connect(lambda: self.typed.emit(self.passphrase.text()))
        self.passphrase.line.textChanged.connect(lambda _: self._soon.start())
        self.name.line.textEdited.connect(self._suggest)

    def show_strength(self, score: int, words: str) -> None:
        """Shows how strong the passphrase is."""
        self.meter.show_strength(score, words if score >= 3 else "")
        self.passphrase.set_help(words if score < 3 else "")

    def _suggest(self, name: str) -> None:
        """The first name as the sign-in name, until a person writes another."""
        if self.sign_in.text() == self._suggested:
            self._suggested = name.strip().partition(" ")[0].casefold()
            self.sign_in.set_text(self._suggested)


class PractiseStep(Step):
    """The practice network first, unless a person says otherwise."""

    def __init__(self) -> None:
        super().__init__(
            "Practise first", "The practice network looks and answers like a real one. Nothing can become public."
        )
        self.cards = CardGroup(
            [
                (
                    "practice",
                    OptionCard(
                        "Start with the practice network",
                        "Real networks are connected when people are ready.",
                        icon="flask-conical",
                    ),
                ),
                (
                    "real",
                    OptionCard(
                        "Start with real networks",
                        "They can be connected once a second administrator or a privacy officer is there."
                        " Every post still needs its sign-offs.",
                    ),
                ),
            ],
            label="How to start",
        )
        self.cards.set_current("practice")
        self.column.addWidget(self.cards)
        self.column.addLayout(hint("info", "The status bar always shows which one is on."))
        self.column.addStretch(1)

    def first_focus(self) -> QWidget | None:
        """The chosen card."""
        return next((card for card in self.cards.findChildren(OptionCard) if card.isChecked()), None)


class NetworksStep(Step):
    """What can be connected, and when; and where the keyring stands."""

    def __init__(self, try_again: Callable[[], object]) -> None:
        super().__init__("Networks", "They are connected in Accounts, any time. The work can begin without any.")
        card = Panel("card")
        column = rows(card, margins=(12, 4, 12, 4))
        column.addWidget(_network("practice", "Practice network", "ready to connect"))
        column.addWidget(Hairline())
        column.addWidget(_real())
        self.column.addWidget(card)
        self.keyring = Banner("warning", "", icon="key-round", inline=True)
        self.again = AppButton("Try again", size="compact")
        self.again.clicked.connect(lambda: try_again())
        self.keyring.add_action(self.again)
        self.keyring.hide()
        self.column.addWidget(self.keyring)
        self.column.addLayout(
            hint("key-round", "Sign-ins and the workspace's secret are kept in this computer's keyring, nowhere else.")
        )
        self.column.addStretch(1)


def hint(icon: str, text: str) -> Box:
    """A quiet sentence with an icon."""
    line = columns(gap=8)
    line.addWidget(IconMark(icon, "secondary", 16), 0, Qt.AlignmentFlag.AlignTop)
    line.addWidget(Label(text, "small", "secondary", wrap=True), 1)
    return line


def _network(network: str, name: str, state: str) -> QWidget:
    holder = QWidget()
    line = columns(holder, margins=(0, 7, 0, 7), gap=10)
    line.addWidget(NetworkMark(network, 20))
    line.addWidget(Label(name), 1)
    line.addWidget(IconMark("check", "success", 14))
    line.addWidget(Label(state, "small", "success"))
    return holder


def _real() -> QWidget:
    holder = QWidget()
    column = rows(holder, margins=(0, 7, 0, 7), gap=6)
    column.addWidget(Label("Real networks"))
    marks = columns(gap=6)
    for network in LATER:
        marks.addWidget(NetworkMark(network, 18))
    marks.addStretch(1)
    column.addLayout(marks)
    column.addWidget(Label("Once two people can sign the charter", "small", "secondary", wrap=True))
    return holder


def _missing(name: str) -> str:
    words = {
        "Name": "The name is empty. It is shown to reviewers and on every export.",
        "Your name": "Your name is empty. It is printed with every signature.",
        "Sign-in name": "The sign-in name is empty.",
        "Passphrase": "The passphrase is empty. Use four uncommon words.",
    }
    return words.get(name, f"{name} is empty.")
