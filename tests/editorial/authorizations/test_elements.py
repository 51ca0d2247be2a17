"""What a valid authorization says: one message for each element of 45 CFR 164.508(c) that is missing."""

from dataclasses import fields, replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editorial.authorizations.elements import LONGEST, Detail, Elements, SignedBy, problems
from editorial.canonical import canonical, digest_of, parse
from tests.fakes.authorizations import COMPLETE

PARENT = replace(
    COMPLETE, signed_by=SignedBy.REPRESENTATIVE, signer_name="Ana Meyer", authority="Mother", minor=True,
    majority_on=date(2030, 5, 4),
)  # fmt: skip


@pytest.mark.parametrize("complete", [COMPLETE, PARENT], ids=["patient", "parent"])
def test_a_complete_one_has_no_problem(complete: Elements) -> None:
    assert problems(complete) == ()


MISSING: list[tuple[Elements, dict[str, Any], str]] = [
    (COMPLETE, {"information": " "}, "information"),
    (COMPLETE, {"details": frozenset()}, "details"),
    (COMPLETE, {"discloser": ""}, "discloser"),
    (COMPLETE, {"networks": ()}, "networks"),
    (COMPLETE, {"networks": (" ",)}, "networks"),
    (COMPLETE, {"purposes": ("", " ")}, "purposes"),
    (COMPLETE, {"expires_on": None}, "expires_on"),
    (COMPLETE, {"signed_on": None}, "signed_on"),
    (COMPLETE, {"signed_by": None}, "signed_by"),
    (COMPLETE, {"signer_name": "\t"}, "signer_name"),
    (COMPLETE, {"tells_revocation": False}, "tells_revocation"),
    (COMPLETE, {"tells_conditions": False}, "tells_conditions"),
    (COMPLETE, {"tells_redisclosure": False}, "tells_redisclosure"),
    (COMPLETE, {"plain_language": False}, "plain_language"),
    (COMPLETE, {"copy_given": False}, "copy_given"),
    (PARENT, {"authority": ""}, "authority"),
    (PARENT, {"majority_on": None}, "majority_on"),
    (PARENT, {"signed_by": SignedBy.PATIENT, "authority": ""}, "signed_by"),
    (COMPLETE, {"expires_on": date(2027, 2, 28)}, "expires_on"),
    (COMPLETE, {"media": ("choir.png",)}, "media"),
    (COMPLETE, {"information": "x" * (LONGEST + 1)}, "information"),
]


@pytest.mark.parametrize(
    ("complete", "changes", "field"), MISSING, ids=[f"{n}-{row[2]}" for n, row in enumerate(MISSING)]
)
def test_one_message_for_each_missing_element(complete: Elements, changes: dict[str, Any], field: str) -> None:
    (problem,) = problems(replace(complete, **changes))
    assert problem.field == field
    assert problem.words.endswith(".")


def test_nothing_at_all_names_every_needed_field_once() -> None:
    found = [problem.field for problem in problems(Elements())]
    assert len(found) == len(set(found))
    every = {each.name for each in fields(Elements)}
    optional = {"expires_with", "authority", "minor", "majority_on", "media", "zone"}
    assert set(found) == every - optional


def test_an_event_stands_in_for_a_date() -> None:
    event = replace(COMPLETE, expires_on=None, expires_with="The end of the choir project")
    assert problems(event) == ()
    assert event.ends_at() is None


@pytest.mark.parametrize(
    ("zone", "day", "moment"),
    [
        ("UTC", date(2027, 11, 30), datetime(2027, 12, 1, tzinfo=UTC)),
        ("America/New_York", date(2027, 11, 30), datetime(2027, 12, 1, 5, tzinfo=UTC)),
        ("America/New_York", date(2027, 3, 14), datetime(2027, 3, 15, 4, tzinfo=UTC)),  # the day clocks go forward
        ("Asia/Tokyo", date(2028, 2, 28), datetime(2028, 2, 28, 15, tzinfo=UTC)),  # before a leap day
    ],
)
def test_it_ends_with_its_last_day_where_the_hospital_is(zone: str, day: date, moment: datetime) -> None:
    assert replace(COMPLETE, zone=zone, expires_on=day).ends_at() == moment


def test_a_minor_comes_of_age_at_midnight() -> None:
    assert replace(PARENT, zone="America/New_York").of_age_at() == datetime(2030, 5, 4, 4, tzinfo=UTC)
    assert COMPLETE.of_age_at() is None


DAYS = st.dates(date(2020, 1, 1), date(2040, 1, 1))
WORDS = st.text(max_size=20)
ANY = st.builds(
    Elements,
    information=WORDS, details=st.frozensets(st.sampled_from(Detail)), discloser=WORDS,
    networks=st.lists(WORDS, max_size=3).map(tuple), purposes=st.lists(WORDS, max_size=3).map(tuple),
    expires_on=st.none() | DAYS, expires_with=WORDS, signed_on=st.none() | DAYS,
    signed_by=st.none() | st.sampled_from(SignedBy), signer_name=WORDS, authority=WORDS, minor=st.booleans(),
    majority_on=st.none() | DAYS, tells_revocation=st.booleans(), tells_conditions=st.booleans(),
    tells_redisclosure=st.booleans(), plain_language=st.booleans(), copy_given=st.booleans(),
)  # fmt: skip


@given(ANY)
def test_whatever_is_typed_is_kept_as_it_is_digested(elements: Elements) -> None:
    kept = elements.cleaned()
    stored = parse(canonical(kept.to_json()))
    assert Elements.from_json(stored) == kept
    assert digest_of(stored) == digest_of(kept.to_json())
    assert kept.cleaned() == kept


@given(ANY)
def test_whatever_is_typed_passes_only_with_every_element(elements: Elements) -> None:
    if problems(elements):
        return
    assert elements.information.strip()
    assert elements.details
    assert elements.discloser.strip()
    assert any(map(str.strip, elements.networks))
    assert any(map(str.strip, elements.purposes))
    assert elements.expires_on or elements.expires_with.strip()
    assert elements.signed_on
    assert elements.signed_by
    assert elements.signer_name.strip()
    assert elements.signed_by is SignedBy.PATIENT or elements.authority.strip()
    assert all((elements.tells_revocation, elements.tells_conditions, elements.tells_redisclosure))


@pytest.mark.parametrize(
    "changes",
    [
        {"v": 2}, {"details": ["smile"]}, {"signed_by": "phone"}, {"expires_on": "soon"}, {"zone": "Nowhere/At_All"},
        {"networks": None}, {"extra": 1},
    ],
)  # fmt: skip
def test_another_form_is_not_read(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"authorization|isoformat|valid"):
        Elements.from_json(COMPLETE.to_json() | changes)


def test_nothing_stands_for_what_somebody_said() -> None:
    names = " ".join(each.name for each in fields(Elements))
    assert not any(word in names for word in ("verbal", "oral", "spoken", "said"))
    assert all(each.label == each.label.capitalize() for each in Detail)
