"""What the networks see as links and mentions."""

import pytest

from editorial.counting import count
from editorial.counting.links import mastodon_spans, x_spans

X_LINKS = {
    "see example.com": ["example.com"],
    "(see example.com).": ["example.com"],
    "www.example.com": ["www.example.com"],
    "foo.co.jp and t.co": ["foo.co.jp", "t.co"],
    "example.com/path?x=1&y=2, then": ["example.com/path?x=1&y=2"],
    "http://example.com:8080/a": ["http://example.com:8080/a"],
    "HTTPS://www.ExaMPLE.COM/index.html": ["HTTPS://www.ExaMPLE.COM/index.html"],
    "http://en.wikipedia.org/wiki/Foo_(bar)": ["http://en.wikipedia.org/wiki/Foo_(bar)"],
    "(http://en.wikipedia.org/wiki/Foo)": ["http://en.wikipedia.org/wiki/Foo"],
    "http://example.com/a(b": ["http://example.com/a"],
    "http://example.com?": ["http://example.com"],
    "http://example.com/?a=b!": ["http://example.com/?a=b"],
    "http://☃.net/": ["http://☃.net/"],
    "https://президент.рф": ["https://президент.рф"],
    "example.comを見る": ["example.com"],
    "https://example.com.unknownending": ["https://example.com"],
    "http://test_underscore.twitter.com": ["http://test_underscore.twitter.com"],
    "http://example.com/Русские_слова": ["http://example.com/Русские_слова"],
    "http://example.com/日本": ["http://example.com/"],
    "http://a.com http://b.org": ["http://a.com", "http://b.org"],
    "no link here": [],
    "end of sentence.Next": ["sentence.Next"],
    "3.5 mg of it": [],
    "helen@hospital.org": [],
    "#tag.com $cash.com @name.com": [],
    "http://localhost/x": [],
    "http://192.168.0.1/x": [],
    "ftp://x.notatld": [],
    "http://www.-domain4352.com/": [],
    "http://www.domain4352-.com/": [],
    "http://domain_name.com": [],
    "http://a..com": [],
    "xhttp://example.com": [],
    "http://example.com/" + "a" * 4090: [],
    "http://\ue000.com http://a.\ue000": [],  # a character that no domain name may hold
}


@pytest.mark.parametrize("text", X_LINKS)
def test_x_links(text: str) -> None:
    assert [text[start:end] for start, end, _ in x_spans(text)] == X_LINKS[text]


MASTODON = {
    "example.com": 11,
    "https://example.com": 23,
    "https://example.com/日本語 hier": 23 + 5,
    "See (https://example.com/a.b).": 5 + 23 + 2,
    "https://example.com/a?b=c&d=e!": 23 + 1,
    "@helen@mastodon.social hi": 9,
    "@helen hi": 9,
    "mail helen@example.org": 22,
    "https://mastodon.social/@a@b.c ok": 26,
    "@a@b.c @a@b.c": 5,
    "example.com https://b.org": 11 + 1 + 23,
    "https://a.com/?x&@b@c.de": 23,
    "/@a@b.c": 7,
}


@pytest.mark.parametrize("text", MASTODON)
def test_mastodon_lengths(text: str) -> None:
    assert count(text, "mastodon") == MASTODON[text]


def test_a_mention_inside_a_link_is_part_of_the_link() -> None:
    text = "x https://mastodon.social/@a@b.c @d@e.f"
    assert [text[start:end] for start, end, _ in mastodon_spans(text)] == ["https://mastodon.social/@a@b.c", "@d@e.f"]
