"""Facets: what is found, and that every range lies on whole characters of any text."""

import re
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from connectors.richtext import check_ranges, facets_of, handles_in, parts_of

MIXED = st.lists(
    st.one_of(
        st.text(max_size=12),
        st.sampled_from(
            ["https://alderbay.example/flu", "alderbay.org/größe)", "@nurse.test", "(@a-b.bsky.social)", "#Grippe",
             "#🦋", "＃日本", " ", "\n", "\u200d", "\ufe0f", "👩\u200d⚕️", "é", "e\u0301", "\u0000", "\U0010ffff", "."]
        ),
    )
).map("".join)  # fmt: skip


class Anybody(dict[str, str]):
    """Knows every handle."""

    def __contains__(self, handle: object) -> bool:
        return True

    def __missing__(self, handle: str) -> str:
        return f"did:web:{handle}"


def seen(text: str) -> list[tuple[str, str, str]]:
    return [(text[part.start : part.end], part.kind, part.value) for part in parts_of(text)]


def link(shown: str, uri: str = "") -> tuple[str, str, str]:
    return shown, "link", uri or shown


def mention(shown: str) -> tuple[str, str, str]:
    return shown, "mention", shown[1:].lower()


def tag(shown: str) -> tuple[str, str, str]:
    return shown, "tag", shown[1:]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []), ("no mention", []), ("not@right", []), ("@handle", []), ("@website.jpg", []),
        ("start @handle.com end", [mention("@handle.com")]), ("(@Handle.com)", [mention("@Handle.com")]),
        ("@full123-chars.test", [mention("@full123-chars.test")]), ("@handle.com!", [mention("@handle.com")]),
        ("@handle.com.", [mention("@handle.com")]), ("@a.com\n@b.com", [mention("@a.com"), mention("@b.com")]),
        ("see https://middle.com/foo?baz=bux#hash end", [link("https://middle.com/foo?baz=bux#hash")]),
        ("start.com/foo middle", [link("start.com/foo", "https://start.com/foo")]),
        ("https://foo.com, https://bar.com/w; https://baz.com.",
         [link("https://foo.com"), link("https://bar.com/w"), link("https://baz.com")]),
        ("(https://foo.com)", [link("https://foo.com")]),
        ("https://foo.com/thing_(cool)", [link("https://foo.com/thing_(cool)")]),
        ("not.. a..url ..here e.g. e.g./foo website.com.jpg website.com.jpg/foo", []), ("https:// https://) x", []),
        ("bsky.app/profile#header", [link("bsky.app/profile#header", "https://bsky.app/profile#header")]),
        ("HTTPS://FOO.COM", [link("HTTPS://FOO.COM")]), ("xhttps://foo.com", []),
        ("#a #b", [tag("#a"), tag("#b")]), ("# #1 #-- text#no", []), ("#1st", [tag("#1st")]),
        ("#punctuation, #like. #this!", [tag("#punctuation"), tag("#like"), tag("#this")]),
        ("#butter🦋fly, #👍🏿", [tag("#butter🦋fly"), tag("#👍🏿")]), ("#\ufe0f⃣", []), ("#a\u200bb", [tag("#a")]),
        ("#" + "a" * 64, [tag("#" + "a" * 64)]), ("#" + "a" * 65, []), ("#" + ("e" + "\u0301" * 20) * 20, []),
        ("https://a.com/@b.com #c", [link("https://a.com/@b.com"), tag("#c")]),
    ],
)  # fmt: skip
def test_what_is_found(text: str, found: list[tuple[str, str, str]]) -> None:
    assert seen(text) == found


def test_a_facet_counts_bytes() -> None:
    text = "✨ größe.example @a.com ✨ alderbay.org"
    facets = facets_of(text, {"a.com": "did:plc:1"})
    assert [facet["index"] for facet in facets] == [
        {"byteStart": len("✨ größe.example ".encode()), "byteEnd": len("✨ größe.example @a.com".encode())},
        {"byteStart": len("✨ größe.example @a.com ✨ ".encode()), "byteEnd": len(text.encode())},
    ]


def test_each_handle_is_asked_once_and_an_unknown_one_stays_text() -> None:
    text = "@a.com @A.com @b.com"
    assert handles_in(text) == ("a.com", "b.com")
    assert [facet["index"]["byteStart"] for facet in facets_of(text, {"a.com": "did:plc:1"})] == [0, 7]


@given(MIXED)
@example("\ud800 @a.com #b")
def test_every_range_lies_on_whole_characters(text: str) -> None:
    data, end = text.encode("utf-8", "surrogatepass"), 0
    for facet in facets_of(text, Anybody()):
        start, after = facet["index"]["byteStart"], end
        end = facet["index"]["byteEnd"]
        assert after <= start < end <= len(data)
        shown = data[start:end].decode()  # fails where a character is cut
        (feature,) = facet["features"]
        assert any(shown in (value, f"#{value}", f"＃{value}", value[8:]) or shown.lower() == f"@{value[8:]}"
                   for name, value in feature.items() if name != "$type")  # fmt: skip


@given(MIXED)
def test_what_is_found_in_a_part_is_found_beside_another(text: str) -> None:
    before = "Größe 🙂 "
    assert seen(before + text) == seen(text) or not re.match(r"\S", text)


@pytest.mark.parametrize(
    ("text", "ranges"),
    [
        ("abc", [(0, 0)]), ("abc", [(2, 1)]), ("abc", [(-1, 2)]), ("abc", [(0, 4)]), ("ä", [(0, 1)]), ("ä", [(1, 2)]),
        ("abc", [(0, 2), (1, 3)]), ("abc", [(2, 3), (0, 1)]),
    ],
)  # fmt: skip
def test_a_range_that_does_not_fit_never_goes_out(text: str, ranges: list[tuple[int, int]]) -> None:
    with pytest.raises(ValueError, match="facet"):
        check_ranges(text, ranges)


def test_long_texts_of_all_kinds_are_read_quickly() -> None:
    begun = time.perf_counter()
    for text in (
        "a." * 5_000,
        "#" + "!" * 9_000 + "1",
        "@" + "a-" * 5_000,
        "a1." * 4_000 + " ",
        "(" * 9_000,
        " #" * 5_000,
    ):
        parts_of(text)
    assert time.perf_counter() - begun < 3.0
