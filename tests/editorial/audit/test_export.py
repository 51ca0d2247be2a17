"""The exported files: exact bytes in one, no formula in the other."""

import csv
import sys
import unicodedata
from io import BytesIO, StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editorial.audit.export import CSV_COLUMNS, ReadableRow, guarded, write_csv, write_jsonl
from editorial.audit.verify import Row, read_jsonl
from tests.editorial.audit.logs import leaf, log

LEAF = leaf().encode()
ZONE = "America/New_York"
HEAD = [column.format(zone=ZONE) for column in CSV_COLUMNS]


def csv_of(*rows: ReadableRow) -> bytes:
    file = BytesIO()
    assert write_csv(rows, file, ZONE) == len(rows)
    return file.getvalue()


def cells(data: bytes) -> list[list[str]]:
    return list(csv.reader(StringIO(data.decode("utf-8-sig"), newline=""), strict=True))


def test_jsonl_holds_the_hashed_bytes_and_nothing_else() -> None:
    rows, file = log(5), BytesIO()
    assert write_jsonl((row.leaf for row in rows), file) == 5
    assert file.getvalue() == b"".join(row.leaf + b"\n" for row in rows)
    file.seek(0)
    assert [(row.seq, row.leaf) for row in read_jsonl(file)] == [(row.seq, row.leaf) for row in rows]


def test_an_export_of_nothing() -> None:
    file = BytesIO()
    assert write_jsonl([], file) == 0
    assert file.getvalue() == b""
    assert list(read_jsonl(file)) == []
    assert cells(csv_of()) == [HEAD]


def test_csv_exactly() -> None:
    data = csv_of(ReadableRow(LEAF, 'Sent "version 3" to review', "Mira Okafor", "P-312, Ahmed's first steps"))
    assert data == (
        b"\xef\xbb\xbf"
        b'"Entry","Time (UTC)","Time (America/New_York)","Action","Who","About",'
        b'"For reading only: the JSON Lines file is the evidence"\r\n'
        b'"0","2026-11-20T20:44:02.123Z","2026-11-20 15:44:02-05:00","Sent ""version 3"" to review","Mira Okafor",'
        b'"P-312, Ahmed\'s first steps",""\r\n'
    )


def test_csv_is_utf_8_and_survives_half_characters() -> None:
    data = csv_of(ReadableRow(LEAF, "a", "Zoë Müller \udcff", "x"))
    assert cells(data)[1][4] == "Zoë Müller ?"


def test_csv_refuses_bytes_that_are_no_entry() -> None:
    with pytest.raises(ValueError, match="written as an entry"):
        write_csv([ReadableRow(b"{}", "a")], BytesIO(), ZONE)


def test_reading_a_file_tells_a_line_that_does_not_end() -> None:
    assert list(read_jsonl(BytesIO(b"a\nb"))) == [Row(0, b"a"), Row(1, b"b", flaw="the line does not end")]


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("+49 170 000", "'+49 170 000"),
        ("-2", "'-2"),
        ("@here", "'@here"),
        ("＝1+1", "'＝1+1"),
        ("＠here", "'＠here"),
        ("−2", "'−2"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("\nx", "'\nx"),
        ("\t=x", "'\t'=x"),
        ("  =x", "'  =x"),
        ("\ufeff=x", "'\ufeff=x"),
        ("\u200b\u00a0+x", "'\u200b\u00a0+x"),
        ("first; =HYPERLINK(1)", "first;' =HYPERLINK(1)"),
        ("first\n-second", "first\n'-second"),
        ("Hand hygiene - part 2", "Hand hygiene - part 2"),
        ("a=b; c+d", "a=b; c+d"),
        ("mira@example.org", "mira@example.org"),
        ("", ""),
    ],
)
def test_formulas_become_text_and_text_stays(cell: str, shown: str) -> None:
    assert guarded(cell) == shown


def test_every_form_of_the_four_signs_is_guarded() -> None:
    forms = [chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000]
    folded = [form for form in forms if unicodedata.normalize("NFKC", form)[:1] in ("=", "+", "-", "@", "\u2212")]
    assert len(folded) > 12
    assert [form for form in folded if not guarded(form + "1").startswith("'")] == []


@given(st.lists(st.tuples(*[st.text(alphabet="=+-@＋\t\r\n;,\"' aß\u200b", max_size=8)] * 3), max_size=4))
def test_no_cell_begins_a_formula_in_any_reader(texts: list[tuple[str, str, str]]) -> None:
    data = csv_of(*(ReadableRow(LEAF, *text) for text in texts))
    read = cells(data)
    assert [len(record) for record in read] == [len(CSV_COLUMNS)] * (len(texts) + 1)
    for record, text in zip(read[1:], texts, strict=True):
        for cell, original in zip(record[3:6], text, strict=True):
            assert cell.replace("'", "") == original.replace("'", "")
            assert not cell.startswith(("=", "+", "-", "@", "＋", "\t", "\r", "\n"))
    for part in data.decode("utf-8-sig").replace("\r", "\n").replace("\n", ";").split(";"):  # as a careless one cuts it
        assert not part.lstrip(" \t\u200b").startswith(("=", "+", "-", "@", "＋"))
