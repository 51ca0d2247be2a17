"""Alternative text: there, saying something, and not longer than the account keeps."""

import pytest

from editorial.checks import CheckContext, Finding, Severity, default_rules
from editorial.content import AccountContent, MediaItem
from editorial.counting import Limits

CONTEXT = CheckContext(
    {"x": "X", "bluesky": "Bluesky", "mastodon": "Mastodon"},
    {
        "x": Limits(280, "x", alt=1000),
        "bluesky": Limits(300, "graphemes", alt=2000),
        "mastodon": Limits(500, "mastodon", alt=1500),
    },
)
A, B = "a" * 64, "b" * 64


def picture(sha256: str, alt: str = "", decorative: bool = False) -> MediaItem:
    return MediaItem(sha256, "image/jpeg", 10, 4, 3, alt, decorative)


def found(**media: list[MediaItem]) -> tuple[Finding, ...]:
    contents = [AccountContent("post_1", name, name, "text", tuple(items)) for name, items in media.items()]
    return default_rules().check(contents, CONTEXT)


def test_a_described_picture_and_a_decorative_one_are_fine() -> None:
    assert found(x=[picture(A, "A nurse shows how to wash hands."), picture(B, decorative=True)]) == ()


def test_decorative_wins_over_whatever_the_text_says() -> None:
    assert found(x=[picture(A, "IMG_1.jpg", decorative=True), picture(B, "x" * 5000, decorative=True)]) == ()


def test_one_finding_for_a_picture_on_several_accounts() -> None:
    good = picture(A, "A nurse shows how to wash hands.")
    (finding,) = found(x=[good, picture(B)], bluesky=[good, picture(B)], mastodon=[good])
    assert finding.rule == "alt.missing"
    assert finding.severity is Severity.BLOCK
    assert finding.title == "Photo 2 has no alt text"
    assert finding.accounts == ("x", "bluesky")
    assert finding.where == f"media:{B}"
    assert finding.fix is not None
    assert (finding.fix.kind, finding.fix.target) == ("alt", B)


def test_every_picture_is_a_cause_of_its_own() -> None:
    assert [finding.title for finding in found(x=[picture(A), picture(B)])] == [
        "Photo 1 has no alt text", "Photo 2 has no alt text",
    ]  # fmt: skip


@pytest.mark.parametrize("alt", ["", " ", "\n\t", "\u200b", "\u2060\ufeff", "...", "-", "\u0301"])
def test_nothing_visible_is_missing(alt: str) -> None:
    (finding,) = found(x=[picture(A, alt)])
    assert "learn nothing" in finding.reason


FILE_NAMES = [
    "IMG_2041.jpg", "img_2041.JPG", "ward photo.png", "scan.PDF", "IMG_2041", "DSC00012", "P1010234", "image001",
    "Screenshot 2026-01-02 at 10.11.12", "Screenshot 2026-01-02 at 1.11.12 AM", "WhatsApp Image 2026-01-02 at 9.11.12",
    "PXL_20260101_101112345", "12345", " IMG-0001 (1) ", "3f2a9c44-77de-4b1a-9c1e-00aa11bb22cc", "photo 3",
]  # fmt: skip


@pytest.mark.parametrize("alt", FILE_NAMES)
def test_a_file_name_is_missing(alt: str) -> None:
    (finding,) = found(x=[picture(A, alt)])
    assert finding.title == "Photo 1 has no alt text"
    assert "file name" in finding.reason


@pytest.mark.parametrize(
    "alt", ["image", "Photo", "a picture", "The photo.", "photo of", "Bild", "IMG", "alt text", "the"]
)
def test_words_that_say_nothing_are_missing(alt: str) -> None:
    (finding,) = found(x=[picture(A, alt)])
    assert "only says that there is a picture" in finding.reason


@pytest.mark.parametrize(
    "alt",
    [
        "Photo of the new ward", "Logo of the hospital", "Image of a hand", "🎉", "手術室", "Room 5", "A 3D model",
        "Ärztin", "Screenshot of the booking page", "Our team at 10.11.12",
    ],
)  # fmt: skip
def test_words_that_say_something_are_fine(alt: str) -> None:
    assert found(x=[picture(A, alt)]) == ()


def test_another_text_for_another_account_is_another_cause() -> None:
    one, two = found(x=[picture(A, "image")], bluesky=[picture(A)])
    assert (one.accounts, two.accounts) == (("x",), ("bluesky",))
    assert one.reason != two.reason


def test_too_long_for_some_accounts() -> None:
    alt = "w" * 1600
    (finding,) = found(x=[picture(A, alt)], bluesky=[picture(A, alt)], mastodon=[picture(A, alt)])
    assert finding.rule == "alt.too-long"
    assert finding.severity is Severity.BLOCK
    assert finding.title == "The alt text of photo 1 is too long for X by 600, for Mastodon by 100"
    assert finding.reason == "The text has 1,600 characters. X takes 1,000 characters. Mastodon takes 1,500 characters."
    assert finding.accounts == ("x", "mastodon")
    assert (finding.start, finding.end) == (1000, 1600)


def test_as_long_as_the_account_keeps_is_fine() -> None:
    assert found(x=[picture(A, "w" * 1000)], mastodon=[picture(A, "w" * 1500)]) == ()
