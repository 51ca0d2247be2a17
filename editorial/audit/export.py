"""The log as files: one that proves, and one that people open in a spreadsheet.

The JSON Lines file holds the very bytes that were hashed, and can be verified without Signpost. The CSV is for reading
only: its cells are guarded so that no spreadsheet takes a text for a formula, and it never feeds a verification.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from editorial.audit.leaf import Leaf
from editorial.audit.merkle import leaf_hash
from editorial.clock import unstamp
from editorial.when import zone_of

CSV_COLUMNS = (
    "Entry",
    "Time (UTC)",
    "Time ({zone})",
    "Action",
    "Who",
    "About",
    "For reading only: the JSON Lines file is the evidence",
)

# What begins a formula: = + - @, the minus sign and every form that programs fold into one of them (full width, small,
# raised, lowered, doubled). It may hide behind blanks and invisible characters. Spreadsheets that split cells
# at semicolons, as many European ones do, or at line breaks, take what follows one for a cell of its own.
_FORMULA = r"=+\-@−＝＋－＠﹦﹢﹣﹫⁼⁺⁻₌₊₋﬩⩵⩶"
_UNSEEN = r"(?:[^\S\t\r\n]|[\x00\ufeff\u200b-\u200f\u2060])*"
_BEGINS = re.compile(rf"(?:^|(?<=[;\t\r\n]))(?={_UNSEEN}[{_FORMULA}])")


@dataclass(frozen=True, slots=True)
class ReadableRow:
    """One entry for people: its bytes, what happened in words, who did it and what it was about."""

    leaf: bytes
    action: str
    who: str = ""
    about: str = ""


def write_jsonl(leaves: Iterable[bytes], file: BinaryIO) -> int:
    """Writes each entry's bytes and a line feed. Returns how many were written."""
    written = 0
    for leaf in leaves:
        file.write(leaf + b"\n")
        written += 1
    return written


def extracted(leaves: Iterable[bytes], keeps: Callable[[Leaf], bool]) -> Iterator[bytes]:
    """The entries that are kept as they are; of every other its hash, so that none is left out unseen.

    `leaves` are those of the whole log. Raises ValueError for bytes that are no entry.
    """
    for leaf in leaves:
        yield leaf if keeps(Leaf.decode(leaf)) else b'{"h":"%s"}' % leaf_hash(leaf).hex().encode()


def write_csv(rows: Iterable[ReadableRow], file: BinaryIO, zone: str) -> int:
    """Writes a header and one record for each entry, in UTF-8 with the mark that spreadsheets look for.

    Times stand there twice: in UTC as recorded, and as clocks in `zone` (an IANA name) showed them. Returns how many
    entries were written. Raises ValueError for bytes that are no entry, BadInputError for a zone that does not exist.
    """
    local = zone_of(zone)

    def cells(row: ReadableRow) -> tuple[str, ...]:
        leaf = Leaf.decode(row.leaf)
        shown = unstamp(leaf.ts).astimezone(local).isoformat(" ", "seconds")
        return str(leaf.seq), leaf.ts, shown, row.action, row.who, row.about, ""

    return write_table((column.format(zone=zone) for column in CSV_COLUMNS), map(cells, rows), file)


def write_table(head: Iterable[str], records: Iterable[Iterable[str]], file: BinaryIO) -> int:
    """Writes any table as CSV: every cell quoted and guarded, UTF-8 with its mark. Returns the number of records."""
    file.write(b"\xef\xbb\xbf" + _record(head))
    written = 0
    for record in records:
        file.write(_record(record))
        written += 1
    return written


def guarded(cell: str) -> str:
    """The cell with an apostrophe wherever a spreadsheet would begin to read a formula; then it shows it as text."""
    cell = _BEGINS.sub("'", cell)
    return "'" + cell if cell.startswith(("\t", "\r", "\n")) else cell


def _record(cells: Iterable[str]) -> bytes:
    quoted = ('"' + guarded(cell).replace('"', '""') + '"' for cell in cells)
    return (",".join(quoted) + "\r\n").encode("utf-8", "replace")  # a name from the system may hold half a character
