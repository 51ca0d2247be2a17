"""The values that are the hospital's own and no patient's: names of staff, phones, domains, handles, addresses, places.

The charter names the list by its digest, so that two officers sign every change; the list itself is a plain row.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from editorial.actors import Actor
from editorial.canonical import canonical, digest, parse
from editorial.changes import Changes
from editorial.counting.tlds import TLDS
from editorial.desk import Desk
from editorial.errors import BadInputError, DeskError
from editorial.people.amending import set_allow_list
from editorial.people.desk_people import People, Signer
from editorial.people.names import visible
from editorial.people.permissions import May, must
from editorial.people.session import roles_of
from editorial.people.texts import keep_text, text_of
from editorial.plain import plain
from editorial.store.unit import Unit
from editorial.strict import items

MOST = 5_000
"""Values of a list, of all kinds together."""

SAID = 40
"""Values that one sentence names; more are counted."""

LONGEST = 200
"""Characters of one value."""

_DIGITS = (3, 21)  # of a phone number: 911 is one; ITU-T E.164 ends at 15, and an extension has up to 6
_PHONE = re.compile(r"\+?[\d\s()./-]+(?:\s*(?:ext\.?|x)\s*\d{1,6})?", re.IGNORECASE)
_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+({_LABEL})")
_HANDLE = re.compile(rf"@[\w.-]{{1,100}}(?:@(?:{_LABEL}\.)+{_LABEL})?")

# Anybody can have an address there: with one of these on the list no patient's address would be found.
_EVERYBODYS = frozenset(
    {
        "aol.com", "gmail.com", "googlemail.com", "gmx.com", "gmx.net", "hotmail.com", "icloud.com", "live.com",
        "mail.com", "me.com", "msn.com", "outlook.com", "proton.me", "protonmail.com", "yahoo.com", "ymail.com",
    }
)  # fmt: skip


class Own(StrEnum):
    """What a value is. The codes stand in signed texts: never rename one."""

    STAFF = "staff"
    PHONE = "phone"
    DOMAIN = "domain"
    HANDLE = "handle"
    ADDRESS = "address"
    PLACE = "place"

    @property
    def label(self) -> str:
        """As people read it."""
        return _LABELS[self]


_LABELS = {
    Own.STAFF: "Names of staff",
    Own.PHONE: "Phone and fax numbers",
    Own.DOMAIN: "Web and e-mail domains",
    Own.HANDLE: "Handles",
    Own.ADDRESS: "Addresses",
    Own.PLACE: "Places, rooms and donors",
}


@dataclass(frozen=True, slots=True)
class AllowList:
    """The values of each kind, each once, in the order of their letters. Kinds without any are left out."""

    values: Mapping[Own, tuple[str, ...]]

    @property
    def text(self) -> str:
        """Its one form as text: what the digest is over."""
        return canonical({"v": 1, **{str(kind): list(values) for kind, values in self.values.items()}}).decode()

    @property
    def digest(self) -> str | None:
        """How the charter names it; None for an empty list, which it does not name."""
        return digest(self.text.encode()) if self.values else None

    @classmethod
    def from_text(cls, text: str) -> "AllowList":
        """The list that `text` holds. Raises ValueError for what `text` gives for no list."""
        data = parse(text)
        if not isinstance(data, dict) or data.pop("v", None) != 1:
            raise ValueError("an allow-list of another form")
        found = cls({Own(kind): tuple(items(values, str, kind)) for kind, values in data.items()})
        if found.text != text:
            raise ValueError("not in canonical form")
        return found


NOTHING = AllowList({})
"""The list of a workspace whose charter names none."""


def allow_list_of(typed: Mapping[Own, str]) -> AllowList:
    """What was typed, one value in a line. Raises BadInputError, its field being the kind, for what cannot be one."""
    values = {kind: _of_kind(kind, typed[kind].splitlines()) for kind in Own if kind in typed}
    found = AllowList({kind: each for kind, each in values.items() if each})
    total = sum(map(len, found.values.values()))
    if total > MOST:
        longest = max(found.values, key=lambda kind: len(found.values[kind]))
        what = f"It has {total:,} values; {MOST:,} are kept. Nothing was changed."
        raise BadInputError("The list is too long", what, "Take out what no post names.", field=str(longest))
    return found


def list_changes(before: AllowList, after: AllowList) -> tuple[str, ...]:
    """What comes and goes, one sentence for each kind and direction; empty where the lists are the same."""
    return tuple(_changes(before, after))


def _changes(before: AllowList, after: AllowList) -> Iterator[str]:
    for kind in Own:
        was, now = (each.values.get(kind, ()) for each in (before, after))
        for word, found in (("new", set(now) - set(was)), ("gone", set(was) - set(now))):
            if found:
                yield f"{kind.label}, {word}: {_run(sorted(found, key=_folded))}."


def _run(values: list[str]) -> str:
    more = len(values) - SAID
    return "; ".join(values[:SAID]) + (f"; and {more:,} more" if more > 0 else "")


def _of_kind(kind: Own, lines: Iterable[str]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for line in lines:
        if words := " ".join(plain(line).split()):
            value = _CHECKS[kind](_line(kind, words))
            found.setdefault(_folded(value), value)
    return tuple(found[key] for key in sorted(found))


def _line(kind: Own, words: str) -> str:
    if not visible(words).isprintable():
        what = "Two different values could look the same. Nothing was changed."
        raise BadInputError(f"“{words}” has characters that do not show", what, "Type it again.", field=str(kind))
    if len(words) > LONGEST:
        what = f"It has {len(words)} characters; {LONGEST} are kept. Nothing was changed."
        raise BadInputError(f"“{words[:40]}…” is too long", what, "Write one value in a line.", field=str(kind))
    return words


def _folded(value: str) -> str:
    return unicodedata.normalize("NFKC", value).casefold()


def _staff(value: str) -> str:
    if len(value.split()) < 2:
        what = "A patient who is called the same would not be found. Nothing was changed."
        raise BadInputError(f"“{value}” is one name alone", what, "Write first and family name.", field=Own.STAFF)
    return value


def _phone(value: str) -> str:
    digits = sum(each.isdigit() for each in value)
    if not _PHONE.fullmatch(value) or not _DIGITS[0] <= digits <= _DIGITS[1]:
        raise _none(Own.PHONE, value, "phone number", "Write it as 555-010-0199 or +1 555 010 0199.")
    return value


def _domain(value: str) -> str:
    name = value.removeprefix("@").casefold()
    match = _DOMAIN.fullmatch(name)
    if match is None or not _is_ending(match[1]):
        raise _none(
            Own.DOMAIN, value, "domain", "Write it as alderbay.org, without https:// and without a name before @."
        )
    if name in _EVERYBODYS:
        what = "Patients’ addresses would not be found any more. Nothing was changed."
        raise BadInputError(f"Anybody can have an address at {name}", what, "Take it out.", field=Own.DOMAIN)
    return name


def _is_ending(label: str) -> bool:
    try:
        return label.encode("idna").decode() in TLDS
    except UnicodeError:
        return False


def _handle(value: str) -> str:
    name = value if value.startswith("@") else f"@{value}"
    if not _HANDLE.fullmatch(name):
        raise _none(Own.HANDLE, value, "handle", "Write it as @alderbay or @alderbay@social.example.")
    return name


def _none(kind: Own, value: str, what: str, advice: str) -> BadInputError:
    return BadInputError(f"“{value}” is no {what}", "Nothing was changed.", advice, field=str(kind))


_CHECKS: dict[Own, Callable[[str], str]] = {
    Own.STAFF: _staff, Own.PHONE: _phone, Own.DOMAIN: _domain, Own.HANDLE: _handle, Own.ADDRESS: str, Own.PLACE: str,
}  # fmt: skip


class AllowLists:
    """Commands about the list."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def in_force(self) -> AllowList:
        """The list that the charter names, or an empty one. Raises DeskError for a list that was changed."""
        with self._desk.reading() as session:
            named = self._desk.charter(session).charter.allow_list
            text = text_of(session, named) if named is not None else None
        if named is None:
            return NOTHING
        try:
            return AllowList.from_text(text or "")
        except ValueError:
            raise DeskError(
                "The allow-list was changed or is missing",
                "The list that is stored is not the one that two officers signed. No value counts as the hospital’s.",
                "Two officers sign the list in again. Tell the compliance officer.",
                code="E-DAMAGED",
            ) from None

    def adopt(self, actor: Actor, found: AllowList, signers: Iterable[Signer]) -> Changes:
        """Puts a list in force: it and the charter version that names it, in one transaction.

        Raises NotAllowedError for other than officers, and the errors of `People.amend`; then nothing changed.
        """
        with self._desk.reading() as session:
            must(roles_of(self._desk, session, actor.must_be_verified()), May.CHARTER)

        def keep(unit: Unit, _: object) -> None:
            keep_text(unit, found.text, actor.id)

        return People(self._desk).amend(actor, set_allow_list(found.digest), signers, also=keep)
