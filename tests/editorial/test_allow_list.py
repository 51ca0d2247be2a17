"""The hospital's own values: each line is checked by its kind, and two officers sign every change."""

import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editorial.allow_list import (
    LONGEST,
    MOST,
    NOTHING,
    SAID,
    AllowList,
    AllowLists,
    Own,
    allow_list_of,
    list_changes,
)
from editorial.audit.auditing import Auditing
from editorial.charter.chain import CharterError
from editorial.desk import DATABASE
from editorial.errors import BadInputError, DeskError, NotAllowedError
from editorial.people.desk_people import Signer
from tests.fakes.desks import HELEN, JONAS, Staff

TYPED = {
    Own.STAFF: "  Dr. Jane  Okafor, RN\nAda Lovelace\n\nADA lovelace",
    Own.PHONE: "+1 555 010 0199\n988\n(555) 010-0100 ext. 12",
    Own.DOMAIN: "AlderBay.org\n@mail.alderbay.org\nmünchen.de",
    Own.HANDLE: "alderbay\n@alderbay@social.example",
    Own.ADDRESS: "1 Harbour Road, Alder Bay",
    Own.PLACE: "Garden Room\nHaddad Wing",
}


def test_lines_become_values_in_one_form() -> None:
    found = allow_list_of(TYPED)
    assert found.values == {
        Own.STAFF: ("Ada Lovelace", "Dr. Jane Okafor, RN"),
        Own.PHONE: ("(555) 010-0100 ext. 12", "+1 555 010 0199", "988"),
        Own.DOMAIN: ("alderbay.org", "mail.alderbay.org", "münchen.de"),
        Own.HANDLE: ("@alderbay", "@alderbay@social.example"),
        Own.ADDRESS: ("1 Harbour Road, Alder Bay",),
        Own.PLACE: ("Garden Room", "Haddad Wing"),
    }
    assert AllowList.from_text(found.text) == found
    assert allow_list_of({Own.PHONE: " \n", Own.STAFF: ""}) == NOTHING
    assert NOTHING.digest is None
    assert [kind.label for kind in Own][:2] == ["Names of staff", "Phone and fax numbers"]


@pytest.mark.parametrize(
    ("kind", "line", "title"),
    [
        (Own.STAFF, "Jane", "“Jane” is one name alone"),
        (Own.STAFF, "Jane\u202e Okafor", "characters that do not show"),
        (Own.PHONE, "call us", "“call us” is no phone number"),
        (Own.PHONE, "12", "“12” is no phone number"),
        (Own.PHONE, "1" * 22, "is no phone number"),
        (Own.DOMAIN, "https://alderbay.org", "is no domain"),
        (Own.DOMAIN, "info@alderbay.org", "is no domain"),
        (Own.DOMAIN, "org", "“org” is no domain"),
        (Own.DOMAIN, "alderbay.nosuchending", "is no domain"),
        (Own.DOMAIN, "alderbay.-", "is no domain"),
        (Own.DOMAIN, "@Gmail.com", "Anybody can have an address at gmail.com"),
        (Own.HANDLE, "@alder bay", "“@alder bay” is no handle"),
        (Own.ADDRESS, "x" * (LONGEST + 1), "is too long"),
        (Own.PLACE, "\n".join(f"Room {number}" for number in range(MOST + 1)), "The list is too long"),
    ],
)
def test_a_line_that_cannot_be_one_is_told_with_its_kind(kind: Own, line: str, title: str) -> None:
    with pytest.raises(BadInputError, match=title) as caught:
        allow_list_of({kind: f"\n{line}"})
    assert caught.value.field == kind
    assert "Nothing was changed." in caught.value.what
    assert caught.value.advice


def signers(staff: Staff) -> tuple[Signer, Signer]:
    return Signer(staff.jonas.person_id, JONAS), Signer(staff.helen.person_id, HELEN)


lines = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@given(st.dictionaries(st.sampled_from([Own.ADDRESS, Own.PLACE]), st.lists(lines, max_size=6).map("\n".join)))
def test_any_list_is_read_back_as_it_was_and_says_nothing_twice(typed: dict[Own, str]) -> None:
    try:
        found = allow_list_of(typed)
    except BadInputError:
        return
    assert AllowList.from_text(found.text) == found
    again = allow_list_of({kind: "\n".join(reversed(values)) for kind, values in found.values.items()})
    assert again == found, "the order of the lines does not matter, and a kept value stays as it is"
    assert list_changes(found, again) == ()
    said = list_changes(NOTHING, found)
    assert len(said) == len(found.values)


@pytest.mark.parametrize(
    "text",
    ["", "[]", '{"v":2}', '{"v":1,"x":["a"]}', '{"v":1,"place":[1]}', '{"v":1,"place":"ab"}', '{"place":["a"],"v":1} '],
)
def test_another_form_is_not_read(text: str) -> None:
    with pytest.raises(ValueError, match=r"JSON|form|type|valid|Expecting"):
        AllowList.from_text(text)


def test_the_difference_is_said_by_kind() -> None:
    before = allow_list_of({Own.PHONE: "988\n911", Own.PLACE: "Garden Room"})
    after = allow_list_of({Own.PHONE: "988\n555-010-0199", Own.STAFF: "Ada Lovelace\nBo Lindqvist"})
    assert list_changes(before, after) == (
        "Names of staff, new: Ada Lovelace; Bo Lindqvist.",
        "Phone and fax numbers, new: 555-010-0199.",
        "Phone and fax numbers, gone: 911.",
        "Places, rooms and donors, gone: Garden Room.",
    )
    rooms = allow_list_of({Own.PLACE: "\n".join(f"Room {number:04}" for number in range(SAID + 1_000))})
    (said,) = list_changes(NOTHING, rooms)
    assert said.endswith("Room 0039; and 1,000 more.")


def test_two_officers_put_a_list_in_force(staff: Staff) -> None:
    lists, found = AllowLists(staff.desk), allow_list_of(TYPED)
    assert lists.in_force() == NOTHING
    lists.adopt(staff.jonas.actor, found, signers(staff))
    assert lists.in_force() == found
    with staff.desk.reading() as session:
        assert staff.desk.charter(session).charter.allow_list == found.digest
    lists.adopt(staff.helen.actor, NOTHING, signers(staff))
    assert lists.in_force() == NOTHING
    with staff.desk.reading() as session:
        assert staff.desk.charter(session).charter.allow_list is None


@pytest.mark.parametrize(
    ("act", "error"),
    [
        (lambda lists, s: lists.adopt(s.mira.actor, allow_list_of(TYPED), signers(s)), NotAllowedError),
        (lambda lists, s: lists.adopt(s.jonas.actor, allow_list_of(TYPED), signers(s)[:1]), CharterError),
        (lambda lists, s: lists.adopt(s.jonas.actor, allow_list_of(TYPED), (signers(s)[0],) * 2), CharterError),
    ],
)
def test_what_is_refused_changes_nothing(
    staff: Staff, act: Callable[[AllowLists, Staff], object], error: type[DeskError]
) -> None:
    before = Auditing(staff.desk).size()
    with pytest.raises(error):
        act(AllowLists(staff.desk), staff)
    assert AllowLists(staff.desk).in_force() == NOTHING
    assert Auditing(staff.desk).size() == before


def test_a_list_that_was_changed_in_the_database_counts_for_nothing(staff: Staff) -> None:
    AllowLists(staff.desk).adopt(staff.jonas.actor, allow_list_of(TYPED), signers(staff))
    with closing(sqlite3.connect(staff.desk.folder / DATABASE)) as connection:
        connection.execute("UPDATE charter_text SET text = replace(text, 'Ada', 'Eve')")
        connection.commit()
    with pytest.raises(DeskError, match="changed or is missing"):
        AllowLists(staff.desk).in_force()
