"""Leaving the staff: what hangs on the person, who takes it over, then the words and the signatures."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtWidgets import QWidget

from desktop.context import Context
from desktop.counts import counted
from desktop.people.amend import AmendDialog
from desktop.widgets.fields import Combo, FormField
from desktop.widgets.layout import rows
from desktop.widgets.text import Label, Panel
from editorial.changes import Changes
from editorial.charter.document import Charter, Member
from editorial.errors import BadInputError, DeskError
from editorial.people.amending import leave_staff
from editorial.people.desk_people import Signer
from editorial.people.differences import deputy_words
from editorial.people.leaving import Hanging, Leaving, Successors
from editorial.people.permissions import May, may


class LeaveForm(QWidget):
    """What hangs on somebody, and who takes it over. Filled once it was read."""

    def __init__(self, person: Member, charter: Charter) -> None:
        super().__init__()
        self._person, self._charter = person, charter
        self._column = rows(self, gap=12)
        self.reading = Label(f"Looking for what hangs on {person.name}…", "body", "secondary", wrap=True)
        self._column.addWidget(self.reading)
        self.author, self.place = Combo(), Combo()
        self.posts = FormField(
            "Their open posts go to", editor=self.author, help_text="The new author. Who wrote stays on record."
        )
        self.places = FormField(
            "In their place in stages and as a deputy", editor=self.place, help_text="Nobody: their name is taken off."
        )
        for field in (self.posts, self.places):
            self._column.addWidget(field)
            field.hide()

    def show_hanging(self, hanging: Hanging, words: tuple[str, ...]) -> None:
        """Lists what was found and offers who could take it over."""
        self.reading.hide()
        panel = Panel("note")
        column = rows(panel, margins=(14, 10, 14, 10), gap=4)
        column.addWidget(Label(f"What hangs on {self._person.name}", "bodyStrong"))
        for each in words or ("Nothing: no open posts, no stages, no accounts.",):
            column.addWidget(Label(each, wrap=True))
        self._column.insertWidget(0, panel)
        others = [each for each in self._charter.members if each.active and each.id != self._person.id]
        _fill(self.author, [each for each in others if may(each.roles, May.WRITE)], "Choose a person")
        _fill(self.place, others, "Nobody")
        self.posts.setVisible(bool(hanging.posts))
        self.places.setVisible(bool(hanging.named or hanging.deputyships))

    @property
    def successors(self) -> Successors:
        """Who is chosen."""
        return Successors(str(self.author.currentData() or ""), str(self.place.currentData() or ""))


class LeaveDialog(AmendDialog):
    """The walk-through. Nothing happens before the two signatures; then everything does, or nothing."""

    def __init__(self, parent: QWidget, context: Context, charter: Charter, person: Member) -> None:
        self._person = person
        self.form = LeaveForm(person, charter)
        self.hanging: Hanging | None = None
        head = (f"{person.name} leaves the staff", "They can no longer sign in or sign. What they did stays on record.")
        super().__init__(parent, context, charter, head, "user-x", self.form)
        self._leaving = Leaving(context.people, context.desk)
        self.button.setEnabled(False)
        context.bridge.run(lambda: self._leaving.hangs_on(person.id), self._show_hanging, self.show_error, owner=self)

    @property
    def fields(self) -> Mapping[str, FormField]:
        """Both choices."""
        return {"posts": self.form.posts, "successor": self.form.places}

    def _show_hanging(self, hanging: Hanging) -> None:
        self.hanging = hanging
        self.form.show_hanging(hanging, hanging_words(hanging, self._charter, self._context))
        self.button.setEnabled(True)
        self._fit()

    def missing(self) -> DeskError | None:
        """Somebody for the open posts."""
        if self.hanging is not None and self.hanging.posts and not self.form.successors.posts:
            return BadInputError("Choose who takes over", "An open post has an author.", field="posts")
        return None

    def after(self) -> Charter:
        """Without the person. Raises DeskError where a stage or the charter would be left without anybody."""
        return leave_staff(self._person.id, self.form.successors.places)(self._charter)

    def sentences(self) -> tuple[str, ...]:
        """The difference, and what becomes of their posts."""
        taker = self._charter.member(self.form.successors.posts)
        said = super().sentences()
        if taker is None or self.hanging is None:
            return said
        count = len(self.hanging.posts)
        return (*said, f"{taker.name} becomes the author of {counted(count, 'open post')}.")

    def may_mend(self) -> bool:
        """Never: nobody is taken off the staff without two officers."""
        return False

    def command(self, signers: tuple[Signer, ...]) -> Callable[[], Changes]:
        """Hands over and signs."""
        actor, to = self._context.actor, self.form.successors
        return lambda: self._leaving.leave(actor, self._person.id, to, signers)


def hanging_words(hanging: Hanging, charter: Charter, context: Context) -> tuple[str, ...]:
    """What hangs on somebody, a sentence each; first what stands in the way."""
    name = hanging.person.name
    said = [f"{name} is one of two officers: name another one first."] if hanging.last_officer else []
    said += [f"Only {name} can sign “{stage}” on the {route} route: give somebody else the role first."
             for route, stage in hanging.alone]  # fmt: skip
    if hanging.posts:
        said.append(f"Open posts: {', '.join(f'P-{each.number} {each.title}'.strip() for each in hanging.posts)}.")
    if hanging.signed:
        listed = ", ".join(f"P-{each.number}" for each in hanging.signed)
        said.append(f"Signed by {name}: {listed}. What needs that signature goes back to review.")
    said += [f"The stage “{stage}” on the {route} route names {name}." for route, stage in hanging.named]
    said += [f"{deputy_words(each, charter, context.moments.zone)}." for each in hanging.deputyships]
    if hanging.accounts:
        listed = ", ".join(hanging.accounts)
        said.append(f"Accounts connected by {name}: {listed}. They stay connected here.")
    if hanging.tasks:
        count = len(hanging.tasks)
        said.append(f"{counted(count, 'open task is', 'open tasks are')} about {name}’s posts.")
    return tuple(said)


def _fill(combo: Combo, people: list[Member], nobody: str) -> None:
    combo.addItem(nobody, "")
    for each in people:
        combo.addItem(each.name, each.id)
