"""Any flipped bit, dropped, added or moved line is found, and the first bad entry is named in words (I6)."""

import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editorial.audit.export import write_jsonl
from editorial.audit.leaf import Leaf, commitment
from editorial.audit.merkle import EMPTY_ROOT, leaf_hash
from editorial.audit.tree import root_of
from editorial.audit.verify import Head, Problem, Row, Verdict, read_jsonl, verify_entries
from tests.editorial.audit.logs import SALT, body, leaf, log

SIZE = 12
ROWS = log(SIZE)
HEAD = Head(SIZE, root_of(leaf_hash(row.leaf) for row in ROWS))
places = st.integers(0, SIZE - 1)


def exported(rows: list[Row]) -> bytes:
    file = BytesIO()
    write_jsonl((row.leaf for row in rows), file)
    return file.getvalue()


FILE = exported(ROWS)
LINES = FILE.splitlines(keepends=True)


def verdict_on(data: bytes, head: Head | None = HEAD) -> Verdict:
    return verify_entries(read_jsonl(BytesIO(data)), head)


def problem_in(verdict: Verdict) -> Problem:
    assert verdict.problem is not None
    return verdict.problem


@pytest.mark.parametrize("size", [0, 1, 2, 7, SIZE])
def test_a_whole_log_is_verified(size: int) -> None:
    rows = ROWS[:size]
    root = root_of(leaf_hash(row.leaf) for row in rows)
    assert verify_entries(rows) == verify_entries(rows, Head(size, root)) == Verdict(size, root)
    assert verdict_on(exported(rows), Head(size, root)) == Verdict(size, root)


def test_what_is_not_stored_beside_the_leaf_is_not_asked_for() -> None:
    assert verify_entries([Row(row.seq, row.leaf) for row in ROWS], HEAD).problem is None


def test_an_erased_body_leaves_the_log_verified() -> None:
    assert verify_entries([replace(row, body=None) for row in ROWS], HEAD).problem is None


def flipped(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def test_every_flipped_bit_of_an_export_is_found() -> None:
    short, head = b"".join(LINES[:3]), Head(3, root_of(leaf_hash(row.leaf) for row in ROWS[:3]))
    for bit in range(len(short) * 8):
        verdict = verdict_on(flipped(short, bit), head)
        place = short[: bit // 8].count(b"\n")
        problem = problem_in(verdict)
        # the changed entry is the one named; of the last, the root alone may tell, and it does not say which it was
        assert problem.seq in ({place} if place < 2 else {0, 1, 2}), bit
        assert verdict.size == problem.seq
        assert verdict.root == root_of(leaf_hash(row.leaf) for row in ROWS[: verdict.size])


@given(st.integers(0, len(FILE) * 8 - 1))
def test_a_flipped_bit_of_a_longer_export_is_found(bit: int) -> None:
    place = FILE[: bit // 8].count(b"\n")
    assert problem_in(verdict_on(flipped(FILE, bit))).seq == place or place == SIZE - 1


@given(st.integers(0, len(b"".join(LINES[:-1])) * 8 - 1))
def test_without_a_head_only_the_last_entry_can_be_changed_unseen(bit: int) -> None:
    assert problem_in(verdict_on(flipped(FILE, bit), None)).seq == FILE[: bit // 8].count(b"\n")


@given(places)
def test_a_dropped_line_is_found(place: int) -> None:
    data = b"".join(LINES[:place] + LINES[place + 1 :])
    problem = problem_in(verdict_on(data))
    assert problem.seq == place
    if place < SIZE - 1:
        assert problem_in(verdict_on(data, None)).seq == place


@given(st.integers(0, SIZE), places, st.booleans())
def test_an_added_line_is_found(place: int, copied: int, as_entry: bool) -> None:
    added = LINES[copied] if as_entry else b"\n"
    data = b"".join([*LINES[:place], added, *LINES[place:]])
    expected = place + 1 if as_entry and copied == place else place  # a double of the next line: the second is added
    assert problem_in(verdict_on(data)).seq == expected


@given(st.permutations(range(SIZE)))
def test_moved_lines_are_found(order: list[int]) -> None:
    verdict = verdict_on(b"".join(LINES[place] for place in order))
    first_moved = next((place for place, line in enumerate(order) if place != line), None)
    assert (verdict.problem.seq if verdict.problem else None) == first_moved


@given(st.integers(0, len(FILE) - 1))
def test_a_cut_file_is_found(length: int) -> None:
    problem = problem_in(verdict_on(FILE[:length]))
    assert problem.seq == FILE[:length].count(b"\n")


def test_a_log_that_was_rewritten_throughout_meets_its_recorded_root() -> None:
    rewritten, prev = [], ""
    for seq in range(SIZE):
        data = leaf(seq=seq, prev=prev, action="post.withdrawn").encode()
        prev = leaf_hash(data).hex()
        rewritten.append(Row(seq, data))
    assert verify_entries(rewritten).problem is None  # nothing inside such a log tells
    verdict = verify_entries(rewritten, HEAD)
    assert (verdict.size, verdict.root) == (0, EMPTY_ROOT)
    assert str(problem_in(verdict)) == (
        "The log does not match its recorded root. The entries fit each other, but they are not those that were "
        "recorded. No entry is verified. Do not delete anything; tell the compliance officer."
    )


def changed(place: int, **other: Any) -> list[Row]:
    return [replace(row, **other) if row.seq == place else row for row in ROWS]


def altered(row: Row, **other: Any) -> bytes:
    """The row's entry with other values, well formed."""
    entry = Leaf.decode(row.leaf)
    return replace(entry, **other).encode()


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("ts", "2026-11-20T20:44:02.124Z"),
        ("action", "post.withdrawn"),
        ("object_type", "draft"),
        ("object_id", "post_02"),
        ("object_rev", "4"),
        ("actor_id", "person_02"),
        ("actor_role", "administrator"),
        ("actor_key", ""),
        ("result", "refused"),
        ("reason", "x"),
        ("digest", ""),
    ],
)
def test_a_changed_column_is_found(column: str, value: str) -> None:
    columns = {**(ROWS[4].columns or {}), column: value}
    problem = problem_in(verify_entries(changed(4, columns=columns), HEAD))
    assert (problem.seq, problem.cause) == (4, f"the column {column} differs from the entry")


@pytest.mark.parametrize(
    ("other", "cause"),
    [
        ({"leaf_hash": bytes(32)}, "the hash stored beside the entry differs"),
        ({"leaf": altered(ROWS[4], action="post.withdrawn")}, "the hash stored beside the entry differs"),
        (
            {"leaf": altered(ROWS[4], log="audit.example.org/log-2"), "leaf_hash": None},
            "the entry belongs to another log",
        ),
        ({"leaf": ROWS[5].leaf}, "entry 5 stands at 4"),
        ({"seq": 40}, "entry 4 stands at 40"),
        ({"leaf": ROWS[4].leaf + b" "}, "not written as an entry is"),
        ({"leaf": ROWS[4].leaf.decode()}, "the entry is not stored as bytes"),
        ({"leaf": None}, "the entry is not stored as bytes"),
        ({"body": (SALT, b"other")}, "the readable part is not the one that was recorded"),
        ({"body": (bytes(32), body(4))}, "the readable part is not the one that was recorded"),
        ({"body": (SALT, "text")}, "the readable part is not the one that was recorded"),
        ({"body": (b"", body(4))}, "the readable part is not the one that was recorded"),
        ({"flaw": "the line does not end"}, "the line does not end"),
    ],
)
def test_what_is_changed_in_place_is_named(other: dict[str, Any], cause: str) -> None:
    verdict = verify_entries(changed(4, **other), HEAD)
    assert verdict == Verdict(4, root_of(leaf_hash(row.leaf) for row in ROWS[:4]), verdict.problem)
    assert (problem_in(verdict).seq, problem_in(verdict).cause) == (4, cause)


def forged(place: int) -> Row:
    """An entry changed together with everything that stands beside it."""
    data = altered(ROWS[place], action="post.withdrawn")
    return Row(place, data, leaf_hash(data), Leaf.decode(data).columns(), ROWS[place].body)


@given(places)
def test_an_entry_forged_with_all_that_stands_beside_it_is_named(place: int) -> None:
    rows = [forged(place) if row.seq == place else row for row in ROWS]
    problem = problem_in(verify_entries(rows, HEAD))
    assert problem.seq == (place if place < SIZE - 1 else 0)


def relinked(place: int, prev: str) -> Row:
    data = altered(ROWS[place], prev=prev)
    return Row(place, data, leaf_hash(data))


def test_an_entry_whose_link_alone_was_forged_is_named() -> None:
    rows = [relinked(5, "0" * 64) if row.seq == 5 else row for row in ROWS]
    assert problem_in(verify_entries(rows)).seq == 5


@pytest.mark.parametrize("after", [[], [Row(6, b"unreadable")], [Row(6, "text")]])  # type: ignore[arg-type]
def test_where_nothing_tells_which_end_of_a_link_changed_the_earlier_is_not_vouched_for(after: list[Row]) -> None:
    verdict = verify_entries([*ROWS[:5], relinked(5, "0" * 64), *after])
    assert (verdict.size, problem_in(verdict).seq) == (4, 4)


def test_missing_columns_are_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        verify_entries(changed(4, columns={"actor": "x"}))


@pytest.mark.parametrize(
    ("seq", "words"),
    [
        (0, "Entry 0 does not match the chain. No entry is verified."),
        (1, "Entry 1 does not match the chain. Entry 0 is verified."),
        (2, "Entry 2 does not match the chain. Entries up to 1 are verified."),
        (1_204, "Entry 1,204 does not match the chain. Entries up to 1,203 are verified."),
    ],
)
def test_the_words(seq: int, words: str) -> None:
    rows = log(seq + 1)
    rows[seq] = replace(rows[seq], leaf=b"{}")
    verdict = verify_entries(rows)
    assert str(problem_in(verdict)) == f"{words} Do not delete anything; tell the compliance officer."


@pytest.mark.parametrize(
    ("kept", "words"),
    [
        (SIZE - 1, "Entry 11 is missing. It stood"),
        (3, "Entries 3 to 11 are missing. They stood"),
        (0, "Entries 0 to 11 are missing. They stood"),
    ],
)
def test_the_words_for_a_cut_end(kept: int, words: str) -> None:
    assert str(problem_in(verify_entries(ROWS[:kept], HEAD))).startswith(words)


def test_the_words_for_an_added_end() -> None:
    head = Head(3, root_of(leaf_hash(row.leaf) for row in ROWS[:3]))
    verdict = verify_entries(ROWS[:5], head)
    assert (verdict.size, verdict.root) == (3, head.root)
    assert str(problem_in(verdict)) == (
        "Entry 3 was added behind the end of the log. Entries up to 2 are verified. "
        "Do not delete anything; tell the compliance officer."
    )


def test_the_end_is_not_trusted_before_the_root() -> None:
    assert problem_in(verify_entries(ROWS[:5], Head(3, bytes(32)))).seq == 0
    assert problem_in(verify_entries(ROWS[:1], Head(0, EMPTY_ROOT))).seq == 0


def test_a_line_without_end_does_not_fill_the_memory() -> None:
    class Endless(BytesIO):
        def readline(self, size: int | None = -1) -> bytes:
            assert size is not None
            assert size > 0
            return b"x" * size

    assert problem_in(verify_entries(read_jsonl(Endless()))).seq == 0


def test_a_long_log_is_checked_in_constant_memory() -> None:
    def rows(size: int) -> Iterator[Row]:
        prev = ""
        for seq in range(size):
            data = leaf(seq=seq, prev=prev, digest=commitment(SALT, b"")).encode()
            prev = leaf_hash(data).hex()
            yield Row(seq, data)

    def peak(size: int) -> int:
        tracemalloc.start()
        try:
            assert verify_entries(rows(size)).size == size
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(10)  # what is made once and kept
    assert peak(2_000) < peak(20) + 20_000


@pytest.mark.slow
def test_half_a_million_entries() -> None:
    size = 500_000
    rows, prev = [], ""
    for seq in range(size):
        data = leaf(seq=seq, prev=prev).encode()
        hashed = leaf_hash(data)
        prev = hashed.hex()
        rows.append(Row(seq, data, hashed))
    assert verify_entries(rows) == Verdict(size, root_of(row.leaf_hash or b"" for row in rows))


@pytest.mark.parametrize(("recorded", "signed"), [(10, 7), (7, 10)])
def test_of_head_and_checkpoint_the_longer_tells_what_is_missing(recorded: int, signed: int) -> None:
    rows = log(10)
    roots = {size: root_of([leaf_hash(row.leaf) for row in rows[:size]]) for size in (7, 10)}
    verdict = verify_entries(rows[:5], Head(recorded, roots[recorded]), {signed: roots[signed]})
    assert verdict.problem is not None
    assert verdict.problem.title == "Entries 5 to 9 are missing"
