"""The register's dialogs: adding an authorization, revoking one, its event, a task that is done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.context import Context
from desktop.counts import counted
from desktop.days import DayField
from desktop.screens.library.form import AuthorizationForm
from desktop.telling import sentence, tell_banner, tell_field
from desktop.widgets.banner import Banner
from desktop.widgets.choices import Segmented
from desktop.widgets.dialog import Dialog
from desktop.widgets.fields import FormField, TextArea
from desktop.widgets.text import Label
from editorial.authorizations.catalogue import Row
from editorial.authorizations.elements import Elements, Problem
from editorial.authorizations.register import HOW_WORDS, How, IncompleteError
from editorial.changes import Changes
from editorial.content import MediaItem
from editorial.errors import BadInputError, DeskError
from editorial.media import Imported

PICTURES = "Pictures (*.jpg *.jpeg *.png *.gif *.webp);;All files (*)"
SCANS = "Scans (*.pdf *.png *.jpg *.jpeg);;All files (*)"


class AddDialog(Dialog):
    """Every element on one page. `recorded(id)`; whatever is refused, nothing typed is lost."""

    recorded = Signal(str)

    def __init__(self, parent: QWidget, context: Context, networks: Sequence[str]) -> None:
        super().__init__(
            parent,
            "Add authorization",
            "From a paper that was signed. What somebody said is no authorization.",
            icon="file-check",
            width="lg",
        )
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._context, self._scan = context, Path()
        self.form = AuthorizationForm(networks, context.moments)
        self.form.add_picture.clicked.connect(self._ask_pictures)
        self.form.clear_pictures.clicked.connect(lambda: self.form.set_pictures(()))
        self.form.choose_scan.clicked.connect(self._ask_scan)
        self.body.addWidget(self.form)
        self.problem = Banner("danger", "", inline=True)
        self.problem.hide()
        self.body.addWidget(self.problem)
        self.add_cancel()
        self.record = self.add_button("Record authorization", "primary", default=True)
        self.record.clicked.connect(self._record)

    # ---- files -------------------------------------------------------------------------------------------------------

    def _ask_pictures(self) -> None:
        self._ask("Add pictures", PICTURES, self.add_pictures)

    def _ask_scan(self) -> None:
        self._ask("Choose the scan", SCANS, lambda paths: self.set_scan(paths[0]))

    def _ask(self, title: str, kinds: str, then: Callable[[list[Path]], object]) -> None:
        dialog = QFileDialog(self, title, "", kinds)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(lambda names: then([Path(name) for name in names]))
        dialog.open()

    def set_scan(self, path: Path) -> None:
        """The scan to encrypt."""
        self._scan = path
        self.form.set_scan(path.name)
        self.form.fields["scan"].set_error("")

    def add_pictures(self, paths: Sequence[Path]) -> None:
        """Pictures that the paper names: kept as those of posts are, so that their digests are the same."""
        drafting, actor = self._context.drafting, self._context.actor
        for path in paths:

            def add(path: Path = path) -> tuple[Imported, MediaItem, Changes]:
                return drafting.add_picture(actor, _read(path), path.name)

            self._context.bridge.run_slow(add, self._added, self._not_added, owner=self)

    def _added(self, found: tuple[Imported, MediaItem, Changes]) -> None:
        imported, item, _ = found
        self.form.set_pictures((*self.form.media, (item.sha256, imported.name)))

    def _not_added(self, error: DeskError) -> None:
        self.form.fields["media"].set_error(str(error))

    # ---- recording ---------------------------------------------------------------------------------------------------

    def _record(self) -> None:
        if self.record.busy:
            return
        self.problem.hide()
        elements = self.form.elements()
        if isinstance(elements, Problem):
            self.form.show_problems([elements])
            return
        self.form.show_problems(())
        self.record.set_busy(True)
        command = partial(self._command, self.form.label_text(), elements, self._scan)
        self._context.bridge.run_slow(command, self._recorded, self._refused, owner=self)

    def _command(self, label: str, elements: Elements, scan: Path) -> tuple[str, Changes]:
        data = _read(scan) if scan.name else None
        return self._context.register.record(self._context.actor, label, elements, data)

    def _recorded(self, found: tuple[str, Changes]) -> None:
        self._context.say("The authorization was recorded.", icon="file-check")
        self.recorded.emit(found[0])
        self.accept()

    def _refused(self, error: DeskError) -> None:
        self.record.set_busy(False)
        if isinstance(error, IncompleteError):
            self.form.show_problems(error.problems)
            advice = f"{error.title}. The fields are marked. Nothing was recorded."
            self.set_note(advice, "octagon-x")
        elif not tell_field(error, self.form.fields):
            tell_banner(error, self.problem)
        self._fit()


class RevokeDialog(Dialog):
    """How and when a revocation came in, and what follows at once."""

    def __init__(self, parent: QWidget, context: Context, row: Row) -> None:
        super().__init__(
            parent,
            f"Revoke {row.name}, {row.label}?",
            "This cannot be undone. The paper and its record are kept.",
            icon="ban",
            group="danger",
            window_title="Revoke authorization",
        )
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._context, self._id, self._name = context, row.id, row.name
        self.body.addWidget(Banner("warning", "", _follows(row), inline=True))
        self.how = Segmented([(str(how), words) for how, words in HOW_WORDS.items()], label="How it came in")
        self.body.addWidget(Label("How it came in", "small", strong=True))
        self.body.addWidget(self.how, 0, Qt.AlignmentFlag.AlignLeft)
        self.received = DayField("Received on", context.moments)
        self.received.set_day(context.moments.now().date())
        self.remark = FormField("Note", editor=TextArea(lines=2), optional="if something has to be remembered")
        self.body.addWidget(self.received)
        self.body.addWidget(self.remark)
        self.problem = Banner("danger", "", inline=True)
        self.problem.hide()
        self.body.addWidget(self.problem)
        self.add_cancel("Keep it")
        self.button = self.add_button("Revoke authorization", "danger")
        self.button.clicked.connect(self._revoke)

    def _revoke(self) -> None:
        if self.button.busy:
            return
        self.problem.hide()
        try:
            received = self.received.day()
        except BadInputError as error:
            self.received.set_error(sentence(error))
            self.received.editor.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        editor = self.remark.editor
        note = editor.toPlainText() if isinstance(editor, TextArea) else ""
        self.button.set_busy(True)
        command = partial(
            self._context.register.revoke, self._context.actor, self._id, How(self.how.current), received, note
        )
        self._context.bridge.run(command, self._done, self._refused, owner=self)

    def _done(self, _: Changes) -> None:
        self._context.say(f"{self._name} is revoked.", tone="danger", icon="ban")
        self.accept()

    def _refused(self, error: DeskError) -> None:
        self.button.set_busy(False)
        if not tell_field(error, {"received_on": self.received}):
            tell_banner(error, self.problem)
        self._fit()


def _follows(row: Row) -> str:
    """What the service will do, told beforehand."""
    online = sum(each.online for use in row.uses for each in use.deliveries)
    waiting = sum(use.newest and not any(each.begun for each in use.deliveries) for use in row.uses)
    parts = []
    if waiting:
        parts.append(f"{counted(waiting, 'post goes', 'posts go')} back into the drafts.")
    if online:
        parts.append(f"{counted(online, 'post is', 'posts are')} online: each becomes a task to take down.")
    return " ".join(parts) or "No post rests on it now. From now on none can."


def _read(path: Path) -> bytes:
    """Raises BadInputError in words."""
    try:
        return path.read_bytes()
    except OSError:
        advice = "Copy it to a folder of your own and choose it again."
        raise BadInputError("This file cannot be read", "Nothing was recorded.", advice, field="scan") from None
