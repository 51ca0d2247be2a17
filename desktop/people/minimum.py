"""The weakest checks that a sign-off may rest on."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QWidget

from desktop.context import Context
from desktop.people.amend import AmendDialog
from desktop.widgets.choices import CardGroup, OptionCard
from editorial.changes import Changes
from editorial.charter.document import Charter
from editorial.people.amending import set_minimum_rules
from editorial.people.desk_people import Signer
from editorial.people.routes import Waiting

ANY, THESE, KEPT = "any", "these", "kept"


class MinimumDialog(AmendDialog):
    """Any checks, those of this program, or the ones that the charter names now."""

    def __init__(self, parent: QWidget, context: Context, charter: Charter, waiting: Sequence[Waiting]) -> None:
        self._rules, self._waiting = context.desk.rules, waiting
        self._digests = {ANY: None, THESE: self._rules.digest()}
        cards = [
            (ANY, OptionCard("Any checks", "Also those of an older Signpost on another computer.")),
            (THESE, OptionCard("The checks of this Signpost", f"{self._rules.named()}. Computers with others wait.")),
        ]
        if charter.minimum_rules not in self._digests.values():
            self._digests[KEPT] = charter.minimum_rules
            cards.append((KEPT, OptionCard("Other checks", "As the charter says now. This computer has others.")))
        self.choice = CardGroup(cards, label="Checks that a sign-off rests on")
        self.choice.set_current(next(key for key, digest in self._digests.items() if digest == charter.minimum_rules))
        head = ("Minimum checks", "What a post must have passed before its signatures count.")
        super().__init__(parent, context, charter, head, "list-checks", self.choice)

    @property
    def _digest(self) -> str | None:
        return self._digests[self.choice.current]

    def after(self) -> Charter:
        """With what is chosen."""
        return set_minimum_rules(self._digest)(self._charter)

    def sentences(self) -> tuple[str, ...]:
        """The difference, which checks these are, and the posts that have to be looked at again."""
        said = super().sentences()
        if not said or self._digest is None:
            return said
        posts = tuple(dict.fromkeys(each.name for each in self._waiting if each.rules != self._digest))
        again = f"Checked otherwise, and sent to review again: {', '.join(posts)}."
        return (*said, f"Those are the checks of this Signpost: {self._rules.named()}.", *((again,) if posts else ()))

    def command(self, signers: tuple[Signer, ...]) -> Callable[[], Changes]:
        """Signs it."""
        people, actor, digest = self._context.people, self._context.actor, self._digest
        return lambda: people.amend(actor, set_minimum_rules(digest), signers)
