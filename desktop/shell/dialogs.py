"""Small dialogs of the shell: an error in words, a bug's report, settings, help with all keys, the time."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QWidget

from desktop.context import Context
from desktop.look import Appearance
from desktop.preferences import SCALES, Preferences
from desktop.screens.states import report_of
from desktop.widgets.buttons import AppButton
from desktop.widgets.choices import Segmented, Switch
from desktop.widgets.dialog import Dialog
from desktop.widgets.fields import TextArea
from desktop.widgets.layout import columns, rows
from desktop.widgets.text import Hairline, KeyValues, Label
from editorial.delivery.clockword import confirm_clock
from editorial.errors import DeskError

Do = Callable[[], object]


class ErrorDialog(Dialog):
    """What happened, to what, what is safe, and what to do now; the code last and small."""

    def __init__(self, parent: QWidget | None, error: DeskError, retry: Do | None = None) -> None:
        super().__init__(parent, error.title, error.what, icon="octagon-x", group="danger", width="sm")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if error.advice:
            self.body.addWidget(Label(error.advice, wrap=True))
        foot = columns(gap=8)
        foot.addWidget(Label(error.code, "mono", "secondary"))
        copy = AppButton("Copy report for IT", "ghost", size="compact")
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(report_of(error)))
        foot.addWidget(copy)
        foot.addStretch(1)
        self.body.addLayout(foot)
        if retry is not None:
            self.add_cancel("Close")
            again = self.add_button("Try again", "primary", default=True)
            again.clicked.connect(self.accept)
            again.clicked.connect(lambda: retry())
        else:
            self.add_button("Close", "primary", default=True).clicked.connect(self.accept)


class ReportDialog(Dialog):
    """A bug of ours: a sentence for the person, a report without secrets for IT."""

    def __init__(self, parent: QWidget | None, report: str) -> None:
        super().__init__(
            parent,
            "Something is wrong in Signpost itself",
            "What you did last was not done. Everything else is safe, and scheduled posts are not affected.",
            icon="octagon-x",
            group="danger",
        )
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.body.addWidget(Label("Send this report to IT. It holds no passphrases and no keys.", wrap=True))
        self.report = TextArea("Report for IT", lines=8)
        self.report.setPlainText(report)
        self.report.setReadOnly(True)
        self.body.addWidget(self.report)
        copy = self.add_button("Copy report", icon="copy")
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(report))
        self.add_button("Close", "primary", default=True).clicked.connect(self.accept)


class SettingsDialog(Dialog):
    """How the window looks; every change shows at once.

    `changed(Preferences)`; `people()` for the staff, `policy()` to read the policy, `rules()` for officers, `times()`,
    `backups()`, `retention()`, `keys()` for the key sheet.
    """

    changed = Signal(object)
    people = Signal()
    policy = Signal()
    rules = Signal()
    times = Signal()
    backups = Signal()
    retention = Signal()
    keys = Signal()

    def __init__(self, parent: QWidget | None, appearance: Appearance) -> None:
        super().__init__(parent, "Settings", "For you, on this computer.", icon="settings")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        modes = (("system", "System"), ("light", "Light"), ("dark", "Dark"))
        self.mode = Segmented(modes, label="Theme", current=appearance.mode)
        self.mode.changed.connect(lambda _: self._tell())
        sizes = [(str(scale), f"{round(scale * 100)} %") for scale in SCALES]
        nearest = min(SCALES, key=lambda scale: abs(scale - appearance.text_scale))
        self.size_choice = Segmented(sizes, label="Text size", current=str(nearest))
        self.size_choice.changed.connect(lambda _: self._tell())
        self.roomy = Switch("Roomy rows and buttons")
        self.roomy.setChecked(appearance.roomy)
        self.roomy.toggled.connect(lambda _: self._tell())
        self.body.addWidget(_named("Theme", self.mode))
        self.body.addWidget(_named("Text size", self.size_choice))
        self.body.addWidget(self.roomy)
        self.body.addWidget(Hairline())
        self.people_button = self._door(
            "People", "Who works here, their roles and keys, as the charter says.", "People…", "user", self.people
        )
        self.policy_button = self._door(
            "Social media policy", "What everybody here keeps to.", "Read…", "book-open", self.policy
        )
        self.rules_button = self._door(
            "Policy and routes", "Who signs what. Two officers change it.", "Routes…", "list-checks", self.rules
        )
        self.times_button = self._door(
            "Times", "Blackouts, quiet hours, and when each account usually posts.", "Times…", "calendar-clock",
            self.times,
        )  # fmt: skip
        self.backups_button = self._door(
            "Backups", "Where they go, how many are kept, and one now.", "Backups…", "package-check", self.backups
        )
        self.retention_button = self._door(
            "Retention", "How long records are kept, and erasing.", "Retention…", "archive", self.retention
        )
        self.keys_button = self._door(
            "Key sheet", "What somebody outside needs to check the audit log.", "Show…", "key-round", self.keys
        )
        self.add_button("Close", "primary", default=True).clicked.connect(self.accept)

    def _door(self, title: str, sentence: str, button: str, icon: str, wanted: SignalInstance) -> AppButton:
        """A line with a button that opens a dialog of its own."""
        line = columns(gap=12)
        words = rows(gap=1)
        words.addWidget(Label(title, "bodyStrong"))
        words.addWidget(Label(sentence, "small", "secondary", wrap=True))
        line.addLayout(words, 1)
        door = AppButton(button, icon=icon)
        door.setAccessibleDescription(title)
        door.clicked.connect(lambda: wanted.emit())
        line.addWidget(door)
        self.body.addLayout(line)
        return door

    def _tell(self) -> None:
        mode = self.mode.current
        chosen: Preferences = Preferences(
            "dark" if mode == "dark" else "light" if mode == "light" else "system",
            float(self.size_choice.current),
            self.roomy.isChecked(),
        )
        self.changed.emit(chosen)


class HelpDialog(Dialog):
    """All keys, and where help is: the same place on every screen."""

    def __init__(self, parent: QWidget | None, groups: Sequence[tuple[str, Sequence[tuple[str, str]]]]) -> None:
        super().__init__(
            parent,
            "Help",
            "Keys that work now. Every command is also in the menu: press Alt.",
            icon="circle-question-mark",
        )
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for title, keys in groups:
            if keys:
                self.body.addWidget(Label(title, "bodyStrong"))
                self.body.addWidget(KeyValues([(key, words) for words, key in keys]))
        self.set_note("F1 shows the keys of any screen.", "info")
        self.add_button("Close", "primary", default=True).clicked.connect(self.accept)


def ask_clock(context: Context, window: QWidget) -> None:
    """Shows what this computer's clock says, where no network says the time. Once confirmed, publishing goes on."""
    desk, actor = context.desk, context.actor
    dialog = Dialog(
        window,
        f"Is it {context.moments.full(desk.clock.now())}?",
        "This is what this computer's clock shows. Compare it with a clock that you trust. Posts then go out by it, "
        "and what is past its time waits for your decision in the Outbox. Your name stands in the audit log.",
        icon="clock",
        width="sm",
        window_title="Confirm the time",
    )
    dialog.add_cancel("Not now")
    button = dialog.add_button("Confirm the time", "primary")
    button.clicked.connect(dialog.accept)

    def confirm() -> None:
        context.bridge.run(
            lambda: confirm_clock(desk, actor),
            lambda _: context.say("Publishing goes on by this computer's clock.", icon="clock"),
            context.tell,
            owner=window,
        )

    dialog.accepted.connect(confirm)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()


def _named(title: str, widget: QWidget) -> QWidget:
    holder = QWidget()
    column = rows(holder, gap=5)
    label: QLabel = Label(title, "small", strong=True)
    column.addWidget(label)
    line = columns()
    line.addWidget(widget)
    line.addStretch(1)
    column.addLayout(line)
    return holder
