"""A person at the Library screen: showing it, finding its dialogs and words, choosing a row."""

from typing import TypeVar

from PySide6.QtWidgets import QLabel, QWidget

from desktop.screens.library import LibraryScreen
from desktop.widgets.buttons import AppButton
from desktop.widgets.table_model import TableRow
from editorial.people.session import SignedIn
from tests.fakes.desktop import Bench

D = TypeVar("D", bound=QWidget)


def shown(desk: Bench, person: SignedIn | None = None) -> LibraryScreen:
    desk.sign_in(person or desk.staff.helen)
    found = LibraryScreen(desk.context)
    desk.qtbot.addWidget(found)
    found.resize(1252, 826)
    found.show()
    desk.settle()
    return found


def dialog_of(screen: LibraryScreen, kind: type[D]) -> D:
    (found,) = [each for each in screen.window().findChildren(kind) if each.isVisible()]
    return found


def buttons(widget: QWidget, text: str) -> list[AppButton]:
    return [each for each in widget.findChildren(AppButton) if each.text() == text and each.isVisible()]


def words(widget: QWidget) -> str:
    return "\n".join(each.text() for each in widget.findChildren(QLabel) if each.isVisible())


def labels(screen: LibraryScreen) -> list[str]:
    rows = (each for each in screen.page.table.table.entries if isinstance(each, TableRow))
    return [row.cells[1].left[0].text for row in rows]


def choose(desk: Bench, screen: LibraryScreen, label: str) -> None:
    row = next(row for row in desk.context.register.rows() if row.label == label)
    screen.show_item(row.id)
    desk.settle()
    assert screen.page.table.current_key == row.id
