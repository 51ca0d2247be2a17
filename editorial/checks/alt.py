"""The rules about alternative text: every picture is described in words that say something, or marked decorative."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import regex

from editorial.checks.findings import CheckContext, Finding, Fix, Severity
from editorial.content import AccountContent, MediaItem

# Words that only say that there is a picture. Articles, numbers and "of" around them change nothing.
_EMPTY_WORDS = (
    "alt", "alt text", "graphic", "image", "images", "img", "no alt text", "photo", "photograph", "photos", "pic",
    "picture", "pictures", "screenshot", "untitled",
    "afbeelding", "bild", "foto", "fotos", "imagem", "imagen", "immagine", "obraz", "zdjęcie",
)  # fmt: skip
_FILLERS = ("a", "an", "my", "of", "our", "the", "this")
_ENDINGS = (
    "avif", "bmp", "dcm", "gif", "heic", "heif", "jfif", "jpe", "jpeg", "jpg", "pdf", "png", "svg", "tif", "tiff",
    "webp",
)  # fmt: skip
_CAMERAS = (
    "dsc", "dscf", "dscn", "image", "img", "mvi", "p", "photo", "pxl", "scan", "screenshot", "whatsapp image",
)  # fmt: skip

_FILE_NAME = regex.compile(rf"\S.{{0,250}}\.(?:{'|'.join(_ENDINGS)})", regex.IGNORECASE | regex.DOTALL)
_CAMERA_NAME = regex.compile(
    rf"(?:(?:{'|'.join(_CAMERAS)})[\W_]*)?\d(?:[\d\W_]|\bat\b|\b[AP]M\b)*|[0-9a-f_-]{{16,}}", regex.IGNORECASE
)
_WORD = regex.compile(r"[^\W\d_]+")
_VISIBLE = regex.compile(r"[\p{L}\p{N}\p{S}]")  # not spaces, invisible characters, punctuation and marks
_SYMBOL = regex.compile(r"\p{S}")  # an emoji is read out


class _Lack(StrEnum):
    """Why a text does not count as an alternative text."""

    NOTHING = "People who cannot see the photo learn nothing about it. Say what it shows, or mark it as decorative."
    FILE_NAME = "The text is only a file name or a number. Say what the photo shows, or mark it as decorative."
    SAYS_NOTHING = "The text only says that there is a picture. Say what it shows, or mark it as decorative."


def _lack(alt: str) -> _Lack | None:
    if not _VISIBLE.search(alt):
        return _Lack.NOTHING
    text = alt.strip()
    if _FILE_NAME.fullmatch(text) or _CAMERA_NAME.fullmatch(text):
        return _Lack.FILE_NAME
    words = " ".join(word for word in _WORD.findall(text.casefold()) if word not in _FILLERS)
    return _Lack.SAYS_NOTHING if words in ("", *_EMPTY_WORDS) and not _SYMBOL.search(text) else None


def _pictures(contents: Sequence[AccountContent]) -> Iterator[tuple[str, int, MediaItem]]:
    """Every picture that needs words: the account, its number in that account's post (from 1), and the picture."""
    for content in contents:
        for number, item in enumerate(content.media, 1):
            if not item.decorative:
                yield content.account_id, number, item


@dataclass(frozen=True, slots=True)
class AltMissing:
    """A picture is neither described nor marked as decorative (WCAG 1.1.1). One finding for each picture."""

    rule: str = "alt.missing"
    version: int = 1

    @property
    def parameters(self) -> Mapping[str, Any]:
        """The word lists."""
        return {
            "words": list(_EMPTY_WORDS), "fillers": list(_FILLERS), "endings": list(_ENDINGS),
            "cameras": list(_CAMERAS),
        }  # fmt: skip

    def check(self, contents: Sequence[AccountContent], context: CheckContext) -> Iterable[Finding]:
        """A text that is only a file name, or only says that there is a picture, counts as missing."""
        lacks: dict[str, _Lack | None] = {}
        causes: dict[tuple[int, str, _Lack], list[str]] = {}
        for account, number, item in _pictures(contents):
            if item.alt not in lacks:
                lacks[item.alt] = _lack(item.alt)
            if lack := lacks[item.alt]:
                causes.setdefault((number, item.sha256, lack), []).append(account)
        return [
            Finding(
                rule=self.rule,
                category="alt",
                severity=Severity.BLOCK,
                title=f"Photo {number} has no alt text",
                reason=lack.value,
                accounts=tuple(accounts),
                where=f"media:{sha256}",
                fix=Fix("Write alt text", "alt", sha256),
            )
            for (number, sha256, lack), accounts in causes.items()
        ]


@dataclass(frozen=True, slots=True)
class AltTooLong:
    """An alternative text is longer than an account keeps. One finding for each picture and text."""

    rule: str = "alt.too-long"
    version: int = 1

    @property
    def parameters(self) -> Mapping[str, Any]:
        """None: what an account keeps comes with the context."""
        return {}

    def check(self, contents: Sequence[AccountContent], context: CheckContext) -> Iterable[Finding]:
        """The length is in code points; decorative pictures carry no text."""
        causes: dict[tuple[int, str, str], list[str]] = {}
        for account, number, item in _pictures(contents):
            if len(item.alt) > context.limits[account].alt:
                causes.setdefault((number, item.sha256, item.alt), []).append(account)
        return [
            _too_long(self.rule, number, sha256, len(alt), accounts, context)
            for (number, sha256, alt), accounts in causes.items()
        ]


def _too_long(rule: str, number: int, sha256: str, length: int, accounts: list[str], context: CheckContext) -> Finding:
    allowed = {account: context.limits[account].alt for account in accounts}
    most_first = sorted(accounts, key=lambda account: allowed[account])
    over = ", ".join(f"for {context.labels[account]} by {length - allowed[account]:,}" for account in most_first)
    takes = (f"{context.labels[account]} takes {allowed[account]:,} characters." for account in most_first)
    return Finding(
        rule=rule,
        category="alt",
        severity=Severity.BLOCK,
        title=f"The alt text of photo {number} is too long {over}",
        reason=f"The text has {length:,} characters. " + " ".join(dict.fromkeys(takes)),
        accounts=tuple(accounts),
        where=f"media:{sha256}",
        start=min(allowed.values()),
        end=length,
        fix=Fix("Shorten the alt text", "alt", sha256),
    )
