"""What a valid authorization says: every element that 45 CFR 164.508(c) asks for, and what is missing.

It is always a signed paper: there is no field for what somebody said, and none fills itself in.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from editorial.errors import BadInputError
from editorial.plain import plain
from editorial.when import zone_of

LONGEST = 2_000
"""Characters of a typed element."""

_DIGEST = re.compile(r"[0-9a-f]{64}")


class Detail(StrEnum):
    """What of a patient a post may state or show."""

    FIRST_NAME = "first_name"
    FULL_NAME = "full_name"
    PHOTO = "photo"
    VIDEO = "video"
    VOICE = "voice"
    AGE = "age"
    TOWN = "town"
    OCCUPATION = "occupation"
    DIAGNOSIS = "diagnosis"
    TREATMENT = "treatment"

    @property
    def label(self) -> str:
        """As people read it."""
        return self.replace("_", " ").capitalize()


class SignedBy(StrEnum):
    """Who signed: the patient, or somebody who may act for them."""

    PATIENT = "patient"
    REPRESENTATIVE = "representative"


@dataclass(frozen=True, slots=True)
class Problem:
    """An element that is missing or cannot be; `field` is the attribute of `Elements`."""

    field: str
    words: str


@dataclass(frozen=True, slots=True)
class Elements:
    """One authorization's content. Letters name the paragraphs of 45 CFR 164.508(c).

    Dates are days in `zone`, the organization's; it ends with the last moment of `expires_on`, or with the event.
    """

    information: str = ""  # (1)(i): what is disclosed, specifically
    details: frozenset[Detail] = frozenset()  # (1)(i) as codes
    discloser: str = ""  # (1)(ii): who may disclose
    networks: tuple[str, ...] = ()  # (1)(iii): to whom; networks by name
    purposes: tuple[str, ...] = ()  # (1)(iv): each purpose
    expires_on: date | None = None  # (1)(v): a date
    expires_with: str = ""  # (1)(v): or an event, which a person notes when it has happened
    signed_on: date | None = None  # (1)(vi)
    signed_by: SignedBy | None = None  # (1)(vi)
    signer_name: str = ""  # (1)(vi)
    authority: str = ""  # (1)(vi): why a representative may sign
    minor: bool = False
    majority_on: date | None = None  # when a minor comes of age
    tells_revocation: bool = False  # (2)(i): the right to revoke in writing, and how
    tells_conditions: bool = False  # (2)(ii): whether treatment depends on it
    tells_redisclosure: bool = False  # (2)(iii)
    plain_language: bool = False  # (3)
    copy_given: bool = False  # (4)
    media: tuple[str, ...] = field(default=())  # sha256 of each picture that it names
    zone: str = "UTC"

    def cleaned(self) -> "Elements":
        """As it is kept: trimmed, without empty or double entries."""
        return replace(
            self,
            networks=_once(self.networks),
            purposes=_once(self.purposes),
            media=_once(self.media),
            **{name: plain(getattr(self, name)).strip() for name in _TEXTS},
        )

    def ends_at(self) -> datetime | None:
        """The first moment after its last day; None where it ends with an event alone."""
        return _midnight(self.expires_on + timedelta(days=1), self.zone) if self.expires_on else None

    def of_age_at(self) -> datetime | None:
        """The first moment at which a minor is of age."""
        return _midnight(self.majority_on, self.zone) if self.minor and self.majority_on else None

    def to_json(self) -> dict[str, Any]:
        """Plain data, as digested: the same elements give the same digest."""
        found: dict[str, Any] = {"v": 1}
        for name in self.__slots__:
            value = getattr(self, name)
            if isinstance(value, frozenset):
                value = sorted(value)
            elif isinstance(value, tuple):
                value = list(value)
            elif isinstance(value, date):
                value = value.isoformat()
            found[name] = value
        return found

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Elements":
        """What `to_json` wrote. Raises ValueError for anything else."""
        known = set(cls.__slots__)
        if not isinstance(data, Mapping) or data.get("v") != 1 or set(data) != known | {"v"}:
            raise ValueError("unknown form of an authorization")
        values = {name: data[name] for name in known}
        try:
            values["details"] = frozenset(map(Detail, values["details"]))
            values["signed_by"] = SignedBy(values["signed_by"]) if values["signed_by"] else None
            for name in ("networks", "purposes", "media"):
                values[name] = tuple(values[name])
            for name in ("expires_on", "signed_on", "majority_on"):
                values[name] = date.fromisoformat(values[name]) if values[name] else None
            zone_of(values["zone"])
        except (TypeError, AttributeError, BadInputError) as error:
            raise ValueError("unreadable authorization") from error
        return cls(**values)


_TEXTS = ("information", "discloser", "expires_with", "signer_name", "authority")

_TOLD = {
    "tells_revocation": "The document must tell of the right to revoke in writing, and how.",
    "tells_conditions": "The document must say whether treatment depends on signing it.",
    "tells_redisclosure": "The document must say that others may pass on what is published.",
    "plain_language": "The document must be in plain language.",
    "copy_given": "The person must have got a copy.",
}

_NEEDED = {
    "information": "Describe what may be published, specifically.",
    "details": "Choose what of the person a post may state or show.",
    "discloser": "Say who may disclose it.",
    "networks": "Choose the networks that may receive it.",
    "purposes": "Name each purpose.",
    "signed_on": "Give the day on which it was signed. What somebody said is no authorization.",
    "signed_by": "Say who signed it.",
    "signer_name": "Write the name of who signed it.",
}


def problems(elements: Elements) -> tuple[Problem, ...]:
    """Everything that is missing or cannot be, in the order of the form; empty for a valid authorization."""
    return tuple(_problems(elements.cleaned()))


def _problems(elements: Elements) -> Iterator[Problem]:
    for name, words in _NEEDED.items():
        if not getattr(elements, name):
            yield Problem(name, words)
    for name in _TEXTS:
        if len(getattr(elements, name)) > LONGEST:
            yield Problem(name, f"Shorten it to {LONGEST:,} characters.")
    yield from _about_end(elements)
    yield from _about_signer(elements)
    if not all(_DIGEST.fullmatch(each) for each in elements.media):
        yield Problem("media", "A picture is not one of the library.")
    for name, words in _TOLD.items():
        if not getattr(elements, name):
            yield Problem(name, words)


def _about_end(elements: Elements) -> Iterator[Problem]:
    if elements.expires_on is None and not elements.expires_with:
        yield Problem("expires_on", "Give the day on which it ends, or the event.")
    if elements.expires_on and elements.signed_on and elements.expires_on < elements.signed_on:
        yield Problem("expires_on", "It ends before it was signed.")


def _about_signer(elements: Elements) -> Iterator[Problem]:
    represented = elements.signed_by is SignedBy.REPRESENTATIVE
    if represented and not elements.authority:
        yield Problem("authority", "Describe why this person may sign: parent, guardian, power of attorney.")
    if elements.minor and elements.signed_by is SignedBy.PATIENT:
        yield Problem("signed_by", "For a minor a parent or guardian signs.")
    if elements.minor and elements.majority_on is None:
        yield Problem("majority_on", "Give the day on which the person comes of age.")


def _once(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in (plain(each).strip() for each in values) if value))


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), zone_of(zone)).astimezone(UTC)
