"""Whether a log is whole: every entry readable, in its place, tied to the one before it, and as many as were recorded.

Checked are: the leaf against the one form that entries have, its number against its place, `prev` against the entry
before, the hash and the columns stored beside it, a readable body against the leaf's digest, and at the end the size
and root that were recorded elsewhere (`Head`). Without a head, entries cut off at the end cannot be noticed, nor a
change to the very last one. Even with it, whoever can rewrite log and head together is only caught by a copy elsewhere.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import BinaryIO

from editorial.audit.leaf import fits, values_in
from editorial.audit.merkle import EMPTY_ROOT, leaf_hash
from editorial.audit.tree import Frontier, fold, push

_ADVICE = "Do not delete anything; tell the compliance officer."
_LONGEST_LINE = 8192  # bytes; an entry has at most about 2,800


@dataclass(slots=True)  # not frozen: that would make each of a million three times as slow
class Row:
    """One stored entry. `seq` is its place; what is None is not stored beside it or not to be checked.

    `columns` holds any of the names of `Leaf.columns`. `body` is the salt and the bytes of what people read. `flaw` is
    what the reader of a file already found wrong.
    """

    seq: int
    leaf: bytes
    leaf_hash: bytes | None = None
    columns: Mapping[str, str] | None = None
    body: tuple[bytes, bytes] | None = None
    flaw: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """How many entries the log had and its root then, kept apart from the entries: in a table, a keyring, on paper."""

    size: int
    root: bytes


@dataclass(frozen=True, slots=True)
class Problem:
    """The first entry that cannot be vouched for, in words; `cause` tells IT what differs."""

    seq: int
    title: str
    what: str
    cause: str

    def __str__(self) -> str:
        return f"{self.title}. {self.what}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was shown: the first `size` entries are whole, in order and have this root. `problem` is what follows.

    The first `signed` of them are those that a signed checkpoint vouches for; the others rest on the database alone.
    `erased` of them have no readable part any more because an erasing took it; `lost`, and nothing says why.
    """

    size: int
    root: bytes
    problem: Problem | None = None
    signed: int = 0
    erased: int = 0
    lost: int = 0


def read_jsonl(file: BinaryIO) -> Iterator[Row]:
    """The entries of an exported log, one a line, each ended by a line feed. No line is read beyond 8 KiB."""
    for seq, line in enumerate(iter(lambda: file.readline(_LONGEST_LINE), b"")):
        yield Row(seq, line.removesuffix(b"\n"), flaw="" if line.endswith(b"\n") else "the line does not end")


def gone_words(verdict: Verdict) -> str:
    """What is said of readable parts that are gone; empty where all are there. The entries verify without them."""
    erased = f"{_counted(verdict.erased)} erased, as the log says." if verdict.erased else ""
    lost = f"{_counted(verdict.lost)} missing, and no entry says why. {_ADVICE}" if verdict.lost else ""
    return f"{erased} {lost}".strip()


def _counted(number: int) -> str:
    return "One readable part was" if number == 1 else f"{number:,} readable parts were"


def verify_entries(rows: Iterable[Row], head: Head | None = None, known: Mapping[int, bytes] | None = None) -> Verdict:
    """Checks a whole log from entry 0 on, in one pass and constant memory, and stops at the first problem.

    With `head`, entries missing at the end, added to it or other than those recorded are problems too; with `known`,
    roots by size, as checkpoints hold them, entries other than those that stood there then. Raises KeyError for a
    column that leaves do not have.
    """
    known = known or {}
    vouched = 0  # the size of the last known root that these entries have
    size, peaks, before = 0, list[bytes](), list[bytes]()  # the tree with the entry taken last, and without it
    prev, log = "", ""
    remaining = iter(rows)
    following = next(remaining, None)
    while (row := following) is not None:
        if head is not None and size == head.size:
            return _against(head, Frontier(size, tuple(peaks)), beyond=True)
        following = next(remaining, None)
        try:
            values, hashed = _read(row, size)
        except ValueError as error:
            return _broken(Frontier(size, tuple(peaks)), str(error))
        if values["prev"] != prev:
            earlier = _earlier_changed(hashed, following)
            good = Frontier(size - 1, tuple(before)) if earlier else Frontier(size, tuple(peaks))
            return _broken(good, f"entry {values['seq']} names another one before it")
        if values["log"] != (log or values["log"]):  # after the link: the changed one could be that before
            return _broken(Frontier(size, tuple(peaks)), "the entry belongs to another log")
        before = peaks.copy()
        push(peaks, size, hashed)
        size, prev, log = size + 1, hashed.hex(), values["log"]
        if (root := known.get(size)) is not None:
            if root != fold(peaks):
                return _rewritten(vouched, size)
            vouched = size
    signed = max(known, default=0)
    if signed > size and (head is None or head.size < signed):
        head = Head(signed, known[signed])
    whole = Frontier(size, tuple(peaks))
    verdict = Verdict(size, whole.root()) if head is None else _against(head, whole, beyond=False)
    return replace(verdict, signed=vouched)


def _read(row: Row, place: int) -> tuple[dict[str, str], bytes]:
    """The row's values and leaf hash after everything about it that needs no other entry.

    Raises ValueError saying what differs.
    """
    if row.flaw:
        raise ValueError(row.flaw)
    if type(row.leaf) is not bytes:  # SQLite stores any type in any column
        raise ValueError("the entry is not stored as bytes")
    values = values_in(row.leaf)
    if row.seq != place or values["seq"] != str(place):
        raise ValueError(f"entry {values['seq']} stands at {row.seq}")
    hashed = leaf_hash(row.leaf)
    if row.leaf_hash is not None and row.leaf_hash != hashed:
        raise ValueError("the hash stored beside the entry differs")
    for name, value in (row.columns or {}).items():
        if values[name] != value:
            raise ValueError(f"the column {name} differs from the entry")
    if row.body is not None:
        salt, body = row.body
        if not (type(salt) is type(body) is bytes and fits(values["digest"], salt, body)):
            raise ValueError("the readable part is not the one that was recorded")
    return values, hashed


def _earlier_changed(hashed: bytes, following: Row | None) -> bool:
    """Which of two entries is at fault for the broken link between them: the earlier, if the later's follower knows it.

    Where nothing tells, at the end of the log, the earlier is blamed, so that none is vouched for wrongly.
    """
    if following is None or type(following.leaf) is not bytes:
        return True
    try:
        return values_in(following.leaf)["prev"] == hashed.hex()
    except ValueError:
        return True


def _broken(good: Frontier, cause: str) -> Verdict:
    title = f"Entry {good.size:,} does not match the chain"
    return Verdict(good.size, good.root(), Problem(good.size, title, f"{_up_to(good.size)} {_ADVICE}", cause))


def _up_to(size: int) -> str:
    if size < 2:
        return "Entry 0 is verified." if size else "No entry is verified."
    return f"Entries up to {size - 1:,} are verified."


def _rewritten(vouched: int, size: int) -> Verdict:
    title = f"Entries before {size:,} were rewritten"
    said = f"A signed checkpoint of {size:,} entries does not fit them."
    what = f"{said} Up to entry {vouched - 1:,} an earlier checkpoint fits." if vouched else said
    return Verdict(0, EMPTY_ROOT, Problem(vouched, title, f"{what} {_ADVICE}", f"the root at {size} differs"))


def _against(head: Head, whole: Frontier, *, beyond: bool) -> Verdict:
    """The verdict on entries that fit each other, given what was recorded about them."""
    size, root = whole.size, whole.root()
    if size < head.size:
        one = head.size == size + 1
        title = f"Entry {size:,} is missing" if one else f"Entries {size:,} to {head.size - 1:,} are missing"
        what = f"{'It' if one else 'They'} stood at the end of the log. The entries before fit each other. {_ADVICE}"
        return Verdict(size, root, Problem(size, title, what, f"{head.size} entries were recorded"))
    if root != head.root:
        what = f"The entries fit each other, but they are not those that were recorded. No entry is verified. {_ADVICE}"
        return Verdict(0, EMPTY_ROOT, Problem(0, "The log does not match its recorded root", what, "the root differs"))
    if beyond:
        title = f"Entry {size:,} was added behind the end of the log"
        return Verdict(size, root, Problem(size, title, f"{_up_to(size)} {_ADVICE}", f"{size} entries were recorded"))
    return Verdict(size, root)
