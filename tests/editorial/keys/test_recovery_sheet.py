"""The printed sheet: all of the words, in order, in both forms, and nothing that runs."""

import re
from datetime import datetime, timedelta, timezone
from html.parser import HTMLParser

from editorial.keys.recovery_sheet import RecoverySheet, recovery_sheet
from editorial.keys.workspace_secret import WorkspaceSecret

SECRET = WorkspaceSecret(bytes(range(32)))
MADE = datetime(2026, 11, 20, 20, 44, tzinfo=timezone(timedelta(hours=-5)))


def sheet(organization: str = "Alder Bay Hospital") -> RecoverySheet:
    return recovery_sheet(organization, "ws_01", SECRET.words(), MADE)


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.cells: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag == "td":
            self.cells.append("")

    def handle_data(self, data: str) -> None:
        self.text += data
        if self.tags[-1:] == ["td"] and self.cells:
            self.cells[-1] += data.strip("\n")


def test_the_text_holds_the_words_numbered() -> None:
    found = re.findall(r"(\d+)\. ([a-z]+)", sheet().text)
    assert found == [(str(place), word) for place, word in enumerate(SECRET.words(), 1)]


def test_the_table_of_the_text_can_be_typed_back_as_it_stands() -> None:
    table = [line for line in sheet().text.splitlines() if re.match(r"\d+\. ", line)]
    assert len(table) == 6
    assert WorkspaceSecret.from_words("\n".join(table)) == SECRET


def test_the_text_says_whose_it_is_when_made_and_how_to_keep_it() -> None:
    text = sheet().text
    for said in ("Alder Bay Hospital", "ws_01", "2026-11-21 01:44 UTC", "How to use it", "in a safe"):
        assert said in text
    assert max(map(len, text.splitlines())) < 120


def test_the_page_holds_the_same_words() -> None:
    reader = Reader()
    reader.feed(sheet().html)
    assert reader.cells == [f"{place}. {word}" for place, word in enumerate(SECRET.words(), 1)]
    assert "2026-11-21 01:44 UTC" in reader.text


def test_the_page_runs_loads_and_links_nothing() -> None:
    name = '<script src="//x">alert(1)</script><img onerror="x"> & Söhne'
    page = sheet(name).html
    reader = Reader()
    reader.feed(page)
    assert name in reader.text
    assert set(reader.tags) <= {
        "html", "head", "meta", "title", "style", "body", "h1", "h2", "dl", "dt", "dd", "table", "tr", "td", "ul", "li",
    }  # fmt: skip
    assert not re.search(r"url\(|@import|https?:", page)
    assert '<meta charset="utf-8">' in page
    assert '<html lang="en">' in page


def test_a_sheet_does_not_show_its_words_by_accident() -> None:
    assert SECRET.words()[0] not in repr(sheet())
