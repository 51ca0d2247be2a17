"""The values that are the hospital's own: one field for each kind, signed in by two officers."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from desktop.context import Context
from desktop.look import look
from desktop.people.amend import AmendDialog
from desktop.widgets.fields import FormField, TextArea
from editorial.allow_list import AllowList, AllowLists, Own, allow_list_of, list_changes
from editorial.changes import Changes
from editorial.charter.document import Charter
from editorial.people.amending import set_allow_list
from editorial.people.desk_people import Signer

_HELP = {
    Own.STAFF: "First and family name, as on the badge",
    Own.PHONE: "Also fax and public hotlines",
    Own.DOMAIN: "Such as alderbay.org",
    Own.HANDLE: "Such as @alderbay",
    Own.ADDRESS: "Street and town in one line",
    Own.PLACE: "Wings, event rooms, donor walls",
}


class AllowListDialog(AmendDialog):
    """The list in force, to be changed line by line."""

    def __init__(self, parent: QWidget, context: Context, charter: Charter, before: AllowList) -> None:
        self._before = before
        form = QWidget()
        grid = QGridLayout(form)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(look().px(14))
        grid.setVerticalSpacing(look().px(12))
        self.areas = {kind: TextArea(kind.label, lines=4) for kind in Own}
        self._fields = {
            str(kind): FormField(kind.label, editor=area, help_text=_HELP[kind]) for kind, area in self.areas.items()
        }
        for place, (kind, area) in enumerate(self.areas.items()):
            area.setPlainText("\n".join(before.values.get(kind, ())))
            grid.addWidget(self._fields[kind], place // 2, place % 2, Qt.AlignmentFlag.AlignTop)
            grid.setColumnStretch(place % 2, 1)
            grid.setColumnMinimumWidth(place % 2, look().px(250))
        head = ("The hospital’s own", "Values that point to no patient, one in each line.")
        super().__init__(parent, context, charter, head, "shield-check", form)

    @property
    def fields(self) -> Mapping[str, FormField]:
        """One for each kind."""
        return self._fields

    def typed(self) -> AllowList:
        """The list as it is filled in. Raises BadInputError for a line that cannot be one of its kind."""
        return allow_list_of({kind: area.toPlainText() for kind, area in self.areas.items()})

    def after(self) -> Charter:
        """With the digest of what is typed. Raises BadInputError for what cannot be kept."""
        return set_allow_list(self.typed().digest)(self._charter)

    def sentences(self) -> tuple[str, ...]:
        """The difference, and the values that come and go."""
        return (*super().sentences(), *list_changes(self._before, self.typed()))

    def command(self, signers: tuple[Signer, ...]) -> Callable[[], Changes]:
        """Keeps the list and signs it in."""
        lists, actor, found = AllowLists(self._context.desk), self._context.actor, self.typed()
        return lambda: lists.adopt(actor, found, signers)
