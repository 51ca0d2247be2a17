"""Ctrl+K: one field that finds screens, commands and posts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QWidget

from desktop.context import Context
from desktop.look import look
from desktop.widgets.dialog import Scrim
from desktop.widgets.layout import rows
from desktop.widgets.rows import Item, Row, RowListView, Section
from desktop.widgets.spans import Span, line
from desktop.widgets.text import Label, Panel
from editorial.posts.listing import Listing, Shelf

_MOST = 9  # rows in sight
_MOVES = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


@dataclass(frozen=True)
class Entry:
    """Something that the palette finds. `group` is the section that it stands in."""

    group: str
    text: str
    do: Callable[[], object]
    icon: str = "arrow-right"
    keys: str = ""
    more: str = ""


def matches(entries: Iterable[Entry], typed: str) -> list[Entry]:
    """The entries whose words hold everything typed, best first: those that begin with it, then by their order."""
    wanted = typed.casefold().split()
    found = [
        (not entry.text.casefold().startswith(typed.casefold().strip()), place, entry)
        for place, entry in enumerate(entries)
        if all(word in f"{entry.text} {entry.more}".casefold() for word in wanted)
    ]
    return [entry for _, _, entry in sorted(found, key=lambda each: each[:2])]


class Palette(QDialog):
    """Typing narrows, arrows move, Enter does it, Esc closes."""

    def __init__(self, parent: QWidget, entries: Sequence[Entry]) -> None:
        super().__init__(parent, Qt.WindowType.FramelessWindowHint | Qt.WindowType.Dialog)
        self.setWindowTitle("Find or run a command – Signpost")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._behind = parent.window()
        self._entries = list(entries)
        self._found: list[Entry] = []
        self._scrim: Scrim | None = None
        column = rows(self)
        frame = Panel("raised")
        inside = rows(frame, margins=(12, 12, 12, 8), gap=8)
        self.field = QLineEdit()
        self.field.setAccessibleName("Find or run a command")
        self.field.setPlaceholderText("Posts, screens, commands")
        self.field.textChanged.connect(lambda _: self._narrow())
        self.field.installEventFilter(self)
        self.list = RowListView("Found", height=34, surface="raised", inset=2)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # arrows reach it from the field
        self.list.clicked.connect(lambda _: self._run())
        self.nothing = Label("Nothing is called that.", "small", "secondary")
        inside.addWidget(self.field)
        inside.addWidget(self.list)
        inside.addWidget(self.nothing)
        column.addWidget(frame)
        self.setFixedWidth(look().px(560))
        self._narrow()

    def add(self, entries: Iterable[Entry]) -> None:
        """Finds these too: they were read meanwhile."""
        self._entries.extend(entries)
        self._narrow()

    def read_posts(self, context: Context, go: Callable[[str, str], object]) -> None:
        """Reads the posts and finds them too, by title or number."""

        def add(shelf: Shelf) -> None:
            self.add(
                Entry(
                    "Posts",
                    row.title or "Untitled",
                    partial(go, "compose", row.post_id),
                    "square-pen",
                    "",
                    f"P-{row.number}",
                )
                for row in shelf.rows
            )

        context.bridge.run(Listing(context.desk).shelf, add, context.tell, owner=self)

    def open(self) -> None:
        """Shows it in the upper half of its window."""
        window = self._behind
        self._scrim = Scrim(window)
        corner = window.mapToGlobal(window.rect().topLeft())
        self.move(corner.x() + (window.width() - self.width()) // 2, corner.y() + look().px(56))
        super().open()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def done(self, result: int) -> None:
        """Takes the veil away."""
        if self._scrim is not None:
            self._scrim.hide()
            self._scrim.deleteLater()
            self._scrim = None
        super().done(result)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows typed into the field move in the list, Enter does what is chosen."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in _MOVES:
                QApplication.sendEvent(self.list, event)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._run()
                return True
        return False

    def _narrow(self) -> None:
        self._found = matches(self._entries, self.field.text())
        items: list[Item] = []
        group = ""
        for place, entry in enumerate(sorted(self._found, key=lambda each: self._rank(each.group))):
            if entry.group != group:
                group = entry.group
                items.append(Section(group))
            right_words = entry.keys or entry.more
            right = (Span(right_words, "caption", "secondary"),) if right_words else ()
            first = line(entry.text, "body", "primary", *right)
            sentence = f"{entry.group}: {entry.text}" + (f", {entry.keys}" if entry.keys else "")
            items.append(Row(self._key(entry), (first,), sentence, ("icon", entry.icon, "secondary")))
            if place == 0:
                first_key = self._key(entry)
        self.list.set_rows(items)
        self.list.setVisible(bool(items))
        self.nothing.setVisible(not items)
        if items:
            self.list.choose(first_key)
        self.list.setFixedHeight(look().px(34) * min(_MOST, max(1, len(items))))
        self.adjustSize()

    def _rank(self, group: str) -> int:
        order = ["Go to", "Commands", "Posts"]
        return order.index(group) if group in order else len(order)

    def _key(self, entry: Entry) -> str:
        return f"{entry.group}|{entry.text}|{entry.more}"

    def _run(self) -> None:
        key = self.list.current_key
        entry = next((each for each in self._found if self._key(each) == key), None)
        if entry is not None:
            self.accept()
            entry.do()
