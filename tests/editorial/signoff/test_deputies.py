"""A deputy signs in somebody's place only in the time that the charter gives, and only while that person could."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from editorial.charter.chain import VerifiedCharter, verify_chain
from editorial.charter.document import Deputy, Member
from editorial.signoff.statement import SignoffError, Statement, sign_statement, verify_signoff
from tests.editorial.charter.staff import AUTHOR, LEAD, following, key, member, signed, three_versions
from tests.editorial.signoff.test_statement import DIGEST, STAGE

VERSIONS, CHAIN = three_versions()
SINCE, UNTIL = datetime(2026, 12, 1, 8, 0, tzinfo=UTC), datetime(2026, 12, 20, 18, 0, tzinfo=UTC)
AWAY = Deputy("person_3", "person_4", SINCE, UNTIL)  # an author for the communications lead
THREE = following(VERSIONS[2], deputies=(AWAY,))
STAFF: tuple[Member, ...] = VERSIONS[1].members
WITH_DEPUTY = verify_chain([*CHAIN, signed(THREE, 1, 2)], None)
JUST = timedelta(milliseconds=1)


def given(at: datetime = SINCE, charter: VerifiedCharter = WITH_DEPUTY, **other: str) -> Statement:
    """Person 4 signs in the place of person 3."""
    signer = {"id": "person_4", "name": "Person 4", "role": LEAD, "key_id": key(4).key_id, "deputy_for": "person_3"}
    return Statement(
        post="post_1", revision="rev_5", number=5, accounts=(("acct_1", DIGEST),), not_before=at,
        not_after=at + timedelta(hours=1), as_soon_as_approved=False, authorizations=(), findings=(), rules=DIGEST,
        stage=STAGE.name, signer=signer | other, meaning=STAGE.meaning, signed_at=at,
        charter_version=charter.version, charter_digest=charter.digest(),
    )  # fmt: skip


def refused(made: Statement, charter: VerifiedCharter = WITH_DEPUTY) -> str:
    with pytest.raises(SignoffError) as caught:
        verify_signoff(sign_statement(made, key(4)), charter)
    return caught.value.what


def later(**other: Any) -> VerifiedCharter:
    """One more version, signed by both officers."""
    return verify_chain([*CHAIN, signed(THREE, 1, 2), signed(following(THREE, **other), 1, 2)], None)


@pytest.mark.parametrize("at", [SINCE, SINCE + timedelta(days=3), UNTIL])
def test_in_time_it_counts(at: datetime) -> None:
    made = given(at)
    assert verify_signoff(sign_statement(made, key(4)), WITH_DEPUTY) == made


@pytest.mark.parametrize("at", [SINCE - JUST, UNTIL + JUST, SINCE - timedelta(days=400)])
def test_too_early_and_too_late_it_does_not(at: datetime) -> None:
    assert refused(given(at)) == "Person 4 was nobody's deputy under charter version 3."


@pytest.mark.parametrize("person", ["person_1", "person_2", "person_4", "person_9"])
def test_it_is_one_persons_place_only(person: str) -> None:
    refused(given(deputy_for=person))


def test_without_the_place_an_author_signs_nothing() -> None:
    assert "did not hold the role" in refused(given(deputy_for=""))
    assert refused(given(deputy_for="", role=AUTHOR)) == "No stage of the charter gives it this meaning."


def test_the_deputys_own_role_is_not_the_others() -> None:
    assert "Person 3 did not hold the role author" in refused(given(role=AUTHOR))


def test_a_charter_without_the_deputyship_gives_nothing() -> None:
    before = verify_chain(CHAIN, None)
    assert refused(given(charter=before)) == "Person 4 was nobody's deputy under charter version 2."


@pytest.mark.parametrize(
    ("principal", "what"),
    [
        (member(3, AUTHOR), "Person 3 no longer holds the role communications_lead under charter version 4."),
        (
            member(3, LEAD, active=False),
            "Person 3 no longer holds the role communications_lead under charter version 4.",
        ),
    ],
)
def test_it_ends_with_the_role_of_the_one_it_stands_for(principal: Member, what: str) -> None:
    assert refused(given(), later(members=(*STAFF, principal, member(4, AUTHOR)))) == what


def test_it_ends_with_the_deputys_own_place_on_the_staff() -> None:
    gone = later(members=(*STAFF, member(3, LEAD), member(4, AUTHOR, active=False)))
    assert refused(given(), gone) == "Person 4 no longer holds this key under charter version 4."


def test_what_was_signed_in_time_outlives_the_deputyship() -> None:
    made = given()
    assert verify_signoff(sign_statement(made, key(4)), later(deputies=())) == made


def test_a_stage_that_names_the_person_takes_the_deputy() -> None:
    route = replace(VERSIONS[2].routes[0], stages=(replace(STAGE, roles=frozenset(), people=("person_3",)),))
    named = later(routes=(route,))
    made = given(charter=named)
    assert verify_signoff(sign_statement(made, key(4)), named) == made
