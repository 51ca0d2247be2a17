"""The form of an authorization: one field for each element, in the order of the law. Knows no rule."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QGridLayout, QRadioButton, QWidget

from desktop.days import DayField
from desktop.look import look
from desktop.moments import Moments
from desktop.telling import sentence
from desktop.widgets.buttons import AppButton
from desktop.widgets.fields import FormField, TextArea
from desktop.widgets.layout import Box, columns, rows
from desktop.widgets.text import Label
from editorial.authorizations.elements import Detail, Elements, Problem, SignedBy
from editorial.errors import BadInputError

_TOLD = {
    "tells_revocation": "It tells of the right to revoke in writing, and how",
    "tells_conditions": "It says whether treatment depends on signing",
    "tells_redisclosure": "It says that others may pass on what is published",
    "plain_language": "It is in plain language",
    "copy_given": "The person got a copy",
}


class Group(QWidget):
    """Several boxes that one label and one error belong to."""

    def __init__(self, boxes: Sequence[QWidget], across: int) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(look().px(7))
        grid.setHorizontalSpacing(look().px(14))
        for place, box in enumerate(boxes):
            grid.addWidget(box, place // across, place % across)
        for column in range(across):
            grid.setColumnStretch(column, 1)
        self.setFocusProxy(boxes[0])


class AuthorizationForm(QWidget):
    """Everything that 45 CFR 164.508(c) asks for. `fields` is keyed as problems are."""

    def __init__(self, networks: Sequence[str], moments: Moments, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        days = (("signed_on", "Signed on"), ("expires_on", "Last day"), ("majority_on", "Comes of age on"))
        self.days = {name: DayField(label, moments) for name, label in days}
        self.details = {each: QCheckBox(each.label) for each in Detail}
        self.networks = {each: QCheckBox(look().network_name(each)) for each in networks}
        self.signers = {
            SignedBy.PATIENT: QRadioButton("The patient"),
            SignedBy.REPRESENTATIVE: QRadioButton("Somebody who may act for the patient"),
        }
        self.minor = QCheckBox("The patient is a minor")
        self.told = {name: QCheckBox(words) for name, words in _TOLD.items()}
        self.media: tuple[tuple[str, str], ...] = ()  # digest and name of each picture
        self.add_picture = AppButton("Add picture…", size="compact", icon="image-plus")
        self.clear_pictures = AppButton("Name none", "ghost", size="compact")
        self.choose_scan = AppButton("Choose the scan…", size="compact", icon="file-lock")
        self._pictures = Label("", "small", "secondary", wrap=True)
        self._scan = Label("No scan chosen", "small", "secondary", wrap=True)
        self.fields: dict[str, FormField] = {}
        self._make_fields()
        self._arrange()
        self.minor.toggled.connect(self._show_parts)
        for signer in self.signers.values():
            signer.toggled.connect(self._show_parts)
        self.set_pictures(())
        self._show_parts()

    # ---- building ----------------------------------------------------------------------------------------------------

    def _make_fields(self) -> None:
        self._add("label", "Person", help_text="First name and initial, such as Marek S.")
        information = TextArea(lines=2, placeholder="What may be published, specifically")
        self._add("information", "Information", editor=information)
        self._add("details", "A post may state or show", editor=Group(list(self.details.values()), 4))
        self._add("discloser", "Who may disclose it")
        self._add("networks", "Networks that may receive it", editor=Group(list(self.networks.values()), 4))
        self._add("purposes", "Purposes", editor=TextArea(lines=2), help_text="One in each line")
        self._add("media", "Named pictures", editor=self._line(self.add_picture, self.clear_pictures, self._pictures))
        self.fields |= {name: self.days[name] for name in ("signed_on", "expires_on")}
        self._add("expires_with", "Or it ends with an event", optional="if it names one")
        self._add("signed_by", "Signed by", editor=Group(list(self.signers.values()), 2))
        self._add("signer_name", "Name of who signed")
        self._add("authority", "Why they may sign", help_text="Parent, guardian, power of attorney")
        self.fields["majority_on"] = self.days["majority_on"]
        for name, box in self.told.items():
            self._add(name, "", editor=box)
            box.setAccessibleName(box.text())
        self._add("scan", "Scan of the signed paper", editor=self._line(self.choose_scan, self._scan),
                  help_text="PDF, PNG or JPEG. It is encrypted; each opening is logged.")  # fmt: skip

    def _add(
        self, name: str, label: str, *, editor: QWidget | None = None, help_text: str = "", optional: str = ""
    ) -> None:
        self.fields[name] = FormField(label, editor=editor, help_text=help_text, optional=optional)

    @staticmethod
    def _line(*widgets: QWidget) -> QWidget:
        whole = QWidget()
        line = columns(whole, gap=8)
        for widget in widgets:
            line.addWidget(widget, 1 if isinstance(widget, Label) else 0)
        whole.setFocusProxy(widgets[0])
        return whole

    def _arrange(self) -> None:
        column = rows(self, gap=14)
        field = self.fields
        column.addWidget(field["label"])
        self._head(column, "What it covers")
        for name in ("information", "details", "discloser", "networks", "purposes", "media"):
            column.addWidget(field[name])
        self._head(column, "Signature and end")
        column.addLayout(_beside(field["signed_on"], field["expires_on"], field["expires_with"]))
        column.addWidget(field["signed_by"])
        column.addLayout(_beside(field["signer_name"], field["authority"]))
        column.addLayout(_beside(self.minor, field["majority_on"]))
        self._head(column, "What the document says")
        for name in self.told:
            column.addWidget(field[name])
        column.addWidget(field["scan"])

    @staticmethod
    def _head(column: Box, words: str) -> None:
        column.addSpacing(look().px(4))
        column.addWidget(Label(words, "heading"))

    def _show_parts(self) -> None:
        """Fields that belong to another answer only. What was typed in them stays, and is not recorded."""
        self.fields["authority"].setVisible(self.signers[SignedBy.REPRESENTATIVE].isChecked())
        self.fields["majority_on"].setVisible(self.minor.isChecked())

    # ---- what is typed -----------------------------------------------------------------------------------------------

    def label_text(self) -> str:
        """The person, as typed."""
        return self.fields["label"].text()

    def elements(self) -> Elements | Problem:
        """What is typed and ticked; the first day that is no day of the calendar as a problem."""
        days: dict[str, date | None] = {}
        for name, field in self.days.items():
            try:
                days[name] = field.day()
            except BadInputError as error:
                return Problem(name, sentence(error))
        represented, minor = self.signers[SignedBy.REPRESENTATIVE].isChecked(), self.minor.isChecked()
        return Elements(
            information=self._area("information"),
            details=frozenset(each for each, box in self.details.items() if box.isChecked()),
            discloser=self.fields["discloser"].text(),
            networks=tuple(each for each, box in self.networks.items() if box.isChecked()),
            purposes=tuple(self._area("purposes").splitlines()),
            expires_on=days["expires_on"],
            expires_with=self.fields["expires_with"].text(),
            signed_on=days["signed_on"],
            signed_by=next((each for each, box in self.signers.items() if box.isChecked()), None),
            signer_name=self.fields["signer_name"].text(),
            authority=self.fields["authority"].text() if represented else "",
            minor=minor,
            majority_on=days["majority_on"] if minor else None,
            media=tuple(digest for digest, _ in self.media),
            tells_revocation=self.told["tells_revocation"].isChecked(),
            tells_conditions=self.told["tells_conditions"].isChecked(),
            tells_redisclosure=self.told["tells_redisclosure"].isChecked(),
            plain_language=self.told["plain_language"].isChecked(),
            copy_given=self.told["copy_given"].isChecked(),
        )

    def _area(self, name: str) -> str:
        editor = self.fields[name].editor
        return editor.toPlainText() if isinstance(editor, TextArea) else ""

    def set_pictures(self, media: tuple[tuple[str, str], ...]) -> None:
        """The pictures that it names, as (digest, name)."""
        self.media = media
        words = ", ".join(name for _, name in media)
        self._pictures.setText(words or "None: any picture of the person, if photos are covered")
        self.clear_pictures.setVisible(bool(media))

    def set_scan(self, name: str) -> None:
        """The file that was chosen."""
        self._scan.setText(name)

    def show_problems(self, found: Iterable[Problem]) -> None:
        """Marks each field that lacks something, and goes to the first."""
        words = {problem.field: problem.words for problem in reversed(tuple(found))}
        for name, field in self.fields.items():
            field.set_error(words.get(name, ""))
        first = next((field for name, field in self.fields.items() if name in words), None)
        if first is not None:
            first.editor.setFocus(Qt.FocusReason.OtherFocusReason)


def _beside(*widgets: QWidget) -> Box:
    line = columns(gap=12)
    for widget in widgets:
        line.addWidget(widget, 1, Qt.AlignmentFlag.AlignTop)
    return line
