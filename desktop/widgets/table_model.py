"""What a `DataTable` shows: columns, rows of cells, and heads between them; and the Qt model over it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt

from desktop.widgets.rows import Index
from desktop.widgets.spans import Line

ENTRY_ROLE = Qt.ItemDataRole.UserRole + 1
_REACHED = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
ActionKind = Literal["plain", "soft"]


@dataclass(frozen=True)
class Column:
    """A column: head, width in px at text size 100 % (0 takes the rest), and whether its words end at the right."""

    title: str
    width: int = 0
    right: bool = False


@dataclass(frozen=True)
class Action:
    """The one button of a row: key, label, kind."""

    key: str
    label: str
    kind: ActionKind = "plain"


@dataclass(frozen=True)
class TableRow:
    """A row: a stable key, a line of spans per column, the sentence that a screen reader says, at most one button.

    `menu` draws the "more" button, which asks for the row's menu. `icon_action` is (key, icon, label). `below` is a
    second, quieter line for each column, where the row is high enough for two.
    """

    key: str
    cells: tuple[Line, ...]
    sentence: str
    action: Action | None = None
    menu: bool = False
    icon_action: tuple[str, str, str] | None = None
    below: tuple[Line, ...] = ()


@dataclass(frozen=True)
class TableSection:
    """A head over the whole width: collapsible with its rows, or with `group` a tinted statement between rows."""

    key: str
    title: str
    note: str = ""
    tone: str = "secondary"
    group: str = ""
    icon: str = ""


Entry = TableRow | TableSection


class TableModel(QAbstractTableModel):
    """Rows that are not folded away. The same keys in the same order change in place; everything else resets."""

    def __init__(self, columns: Sequence[Column], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self.folded: set[str] = set()
        self._all: list[Entry] = []
        self._shown: list[Entry] = []

    @property
    def entries(self) -> Sequence[Entry]:
        """Everything, folded or not."""
        return self._all

    @property
    def shown(self) -> Sequence[Entry]:
        """What is not folded away."""
        return self._shown

    def set_entries(self, entries: Sequence[Entry]) -> None:
        """Show other rows."""
        self._all = list(entries)
        shown = self._unfolded()
        if [_name(entry) for entry in shown] != [_name(entry) for entry in self._shown]:
            self.beginResetModel()
            self._shown = shown
            self.endResetModel()
            return
        changed = [row for row, entry in enumerate(shown) if entry != self._shown[row]]
        self._shown = shown
        for row in changed:
            self.dataChanged.emit(self.index(row, 0), self.index(row, len(self.columns) - 1))

    def append(self, entries: Sequence[Entry]) -> None:
        """Add rows at the end without moving what is shown."""
        self._all += entries
        shown = self._unfolded() if self.folded else [*self._shown, *entries]
        if len(shown) == len(self._shown):
            return
        self.beginInsertRows(QModelIndex(), len(self._shown), len(shown) - 1)
        self._shown = shown
        self.endInsertRows()

    def fold(self, key: str, folded: bool) -> None:
        """Fold a section's rows away, or show them."""
        if folded:
            self.folded.add(key)
        else:
            self.folded.discard(key)
        self.set_entries(self._all)

    def place(self, key: str) -> int:
        """Return the place of a row or section, or -1."""
        return next((row for row, entry in enumerate(self._shown) if entry.key == key), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's default
        """Return how many rows and heads are shown."""
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's default
        """Return how many columns there are."""
        return 0 if parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the heads of the columns."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the entry, the words of a cell, or the sentence of the row."""
        if not index.isValid():
            return None
        entry = self._shown[index.row()]
        if role == ENTRY_ROLE:
            return entry
        if role == Qt.ItemDataRole.AccessibleTextRole and index.column() == 0:
            return self._spoken(entry)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return _cell_words(entry, index.column())
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Let rows and collapsible heads be reached, statements not."""
        entry = self._shown[index.row()] if index.isValid() else None
        if entry is None or (isinstance(entry, TableSection) and entry.group):
            return Qt.ItemFlag.NoItemFlags
        return _REACHED

    def _spoken(self, entry: Entry) -> str:
        if isinstance(entry, TableRow):
            return entry.sentence
        words = f"{entry.title} {entry.note}".strip()
        return words if entry.group else f"{words}, {'folded' if entry.key in self.folded else 'unfolded'}"

    def _unfolded(self) -> list[Entry]:
        shown: list[Entry] = []
        hidden = False
        for entry in self._all:
            if isinstance(entry, TableSection):
                hidden = not entry.group and entry.key in self.folded
                shown.append(entry)
            elif not hidden:
                shown.append(entry)
        return shown


def _name(entry: Entry) -> tuple[str, str]:
    return type(entry).__name__, entry.key


def _cell_words(entry: Entry, column: int) -> str:
    if isinstance(entry, TableSection):
        return entry.title if column == 0 else ""
    if column >= len(entry.cells):
        return ""
    cell = entry.cells[column]
    return " ".join(span.words for span in (*cell.left, *cell.right) if span.words)
