"""Which authorizations the post rests on, in the head of the editor, and the menu that links and unlinks them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from desktop.widgets.buttons import AppButton
from editorial.authorizations.catalogue import Linked


class LinksButton(AppButton):
    """Says `A-192`; opens the menu. `linked(id)` when a person links one or takes it away."""

    linked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", "ghost", icon="file-check", size="compact", parent=parent)
        self._choices: tuple[Linked, ...] = ()
        self._chosen: tuple[str, ...] = ()
        self._editable = False
        self.clicked.connect(lambda: self.open_menu(self))
        self.hide()

    def show_post(self, choices: Sequence[Linked], chosen: Sequence[str], editable: bool) -> None:
        """Shows what is linked. `choices`: what can be linked now, and what is."""
        self._choices, self._chosen, self._editable = tuple(choices), tuple(chosen), editable
        mine = self._mine()
        ended = [each for each in mine if each.problem]
        self.setText(", ".join(each.name for each in mine) or "Link authorization")
        self.set_icon("triangle-alert" if ended else "file-check")
        said = "; ".join(f"{each.name}, {each.label}: {each.problem or each.covers}" for each in mine)
        self.setAccessibleName(f"Authorizations: {said}" if mine else "Link authorization")
        self.setToolTip(said or "What a post about a patient rests on")
        self.setVisible(bool(mine) or editable)
        self.updateGeometry()

    def open_menu(self, place: QWidget) -> QMenu:
        """Opens the menu under a widget."""
        menu = QMenu(self)
        menu.setAccessibleName("Authorizations")
        for each in self._choices if self._editable else self._mine():
            action = menu.addAction(_words(each))
            action.setCheckable(True)
            action.setChecked(each.id in self._chosen)
            action.setEnabled(self._editable)
            self._connect(action, each.id)
        if menu.isEmpty():
            menu.addAction("The register has none that is valid").setEnabled(False)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(place.mapToGlobal(QPoint(0, place.height())))
        return menu

    def _connect(self, action: QAction, key: str) -> None:
        action.triggered.connect(lambda: self.linked.emit(key))

    def _mine(self) -> tuple[Linked, ...]:
        return tuple(sorted((each for each in self._choices if each.id in self._chosen), key=lambda each: each.number))


def _words(each: Linked) -> str:
    told = each.problem or f"covers {each.covers}"
    return f"{each.name}  {each.label}: {told}".replace("&", "&&")
