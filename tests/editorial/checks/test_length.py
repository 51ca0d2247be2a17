"""Too long for an account: one finding for each text."""

import itertools
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from editorial.checks import CheckContext, Finding, Fix, Severity, default_rules
from editorial.content import AccountContent
from editorial.counting import Limits, count

LIMITS = {
    "x": Limits(280, "x"), "bluesky": Limits(300, "graphemes"), "mastodon": Limits(500, "mastodon"),
    "youtube": Limits(5000, "bytes"), "second-x": Limits(280, "x"), "tiny": Limits(100, "bytes"),
}  # fmt: skip
LABELS = {
    "x": "X", "bluesky": "Bluesky", "mastodon": "Mastodon", "youtube": "YouTube", "second-x": "X of the clinic",
    "tiny": "Pager",
}  # fmt: skip
CONTEXT = CheckContext(LABELS, LIMITS)


def contents(texts: dict[str, str]) -> list[AccountContent]:
    return [AccountContent("post_1", account, account, text) for account, text in texts.items()]


def found(texts: dict[str, str]) -> tuple[Finding, ...]:
    return tuple(replace(each, cause="") for each in default_rules().check(contents(texts), CONTEXT))


def test_a_text_that_fits_is_not_found() -> None:
    assert found({"x": "a" * 280, "bluesky": "a" * 300, "mastodon": ""}) == ()


def test_a_text_with_too_many_bytes_alone_is_found() -> None:
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"  # one grapheme of 18 bytes
    context = CheckContext({"bluesky": "Bluesky"}, {"bluesky": Limits(300, "graphemes", text_bytes=3_000)})
    (one,) = default_rules().check(contents({"bluesky": family * 200}), context)
    assert (one.title, one.start) == ("Too long for Bluesky by 600", 166 * len(family))
    assert one.reason.startswith("Bluesky takes 3,000 bytes, this text has 3,600.")
    assert default_rules().check(contents({"bluesky": family * 166}), context) == ()


def test_one_finding_for_all_accounts_that_share_the_text() -> None:
    text = "a" * 378
    assert found(dict.fromkeys(["mastodon", "bluesky", "x"], text)) == (
        Finding(
            rule="length.too-long",
            category="length",
            severity=Severity.BLOCK,
            title="Too long for X by 98, for Bluesky by 78",
            reason="X takes 280, this text has 378. Bluesky takes 300, this text has 378. "
            "On X every link counts as 23, emoji and East Asian characters as 2.",
            accounts=("bluesky", "x"),
            where="text",
            start=280,
            end=378,
            fix=Fix("Shorten the text", "edit", "text"),
        ),
    )


def test_texts_of_their_own_are_causes_of_their_own() -> None:
    one, two = found({"x": "b" * 285, "bluesky": "a" * 305, "second-x": "a" * 305})
    assert (one.title, one.accounts) == ("Too long for X by 5", ("x",))
    assert (two.title, two.accounts, two.start) == (
        "Too long for X of the clinic by 25, for Bluesky by 5", ("bluesky", "second-x"), 280,
    )  # fmt: skip


def test_the_numbers_are_the_accounts_own_counting() -> None:
    text = "ü" * 90 + " https://example.com/" + "a" * 300
    (finding,) = found(dict.fromkeys(["x", "mastodon", "tiny"], text))
    assert finding.title == f"Too long for Pager by {count(text, 'bytes') - 100}"
    assert "bytes" in finding.reason
    assert finding.start == 50


def test_large_numbers_are_grouped() -> None:
    (finding,) = found({"mastodon": "a" * 2500})
    assert finding.title == "Too long for Mastodon by 2,000"
    assert finding.reason == (
        "Mastodon takes 500, this text has 2,500. On Mastodon every link counts as 23, and a mention counts without "
        "its server."
    )


@given(st.dictionaries(st.sampled_from(sorted(LIMITS)), st.text("aé手 ", min_size=90, max_size=320)))
def test_exactly_the_accounts_that_are_over_are_named(texts: dict[str, str]) -> None:
    findings = found(texts)
    over = {name for name, text in texts.items() if count(text, LIMITS[name].rule) > LIMITS[name].text}
    named = list(itertools.chain.from_iterable(finding.accounts for finding in findings))
    assert sorted(named) == sorted(over)
    assert len({texts[finding.accounts[0]] for finding in findings}) == len(findings)
    assert all(0 <= finding.start < finding.end == len(texts[finding.accounts[0]]) for finding in findings)
