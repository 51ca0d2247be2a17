"""A finding that could be about a patient: only a privacy officer's signed reason lets it stand, up to the gate."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from sqlmodel import select

from editorial.charter.document import Role
from editorial.checks import CheckContext, Finding, RuleSet, Severity
from editorial.content import AccountContent
from editorial.desk import Desk
from editorial.errors import BadInputError
from editorial.gate import StoppedError
from editorial.people.desk_people import Signer
from editorial.posts.draft import DraftBody
from editorial.posts.drafting import Drafting
from editorial.posts.review import Decision, Review
from editorial.signoff.statement import COVERED, NOT_A_PATIENT, is_settling
from editorial.store.models import SignOff
from editorial.when import Choice, When
from tests.editorial.delivery.scenes import scene
from tests.fakes.desks import HELEN, JONAS, Staff, add_person
from tests.fakes.posts import deliveries_of

PRIYA = "walnut ferry seven hundred bells"
RULE = "privacy.name"


@dataclass(frozen=True)
class Names:
    """Finds the name Rosa."""

    rule: str = RULE
    version: int = 1

    @property
    def parameters(self) -> Mapping[str, Any]:
        return {}

    def check(self, contents: Sequence[AccountContent], context: CheckContext) -> Iterable[Finding]:
        found = tuple(content.account_id for content in contents if "Rosa" in content.text)
        if found:
            yield Finding(self.rule, "privacy", Severity.REVIEW, "A patient?", "Rosa", found, "text")


@pytest.fixture
def desk(staff: Staff) -> Desk:
    """With a clinical reviewer, so that the route for stories can be walked, and a rule that finds names."""
    both = [Signer(staff.jonas.person_id, JONAS), Signer(staff.helen.person_id, HELEN)]
    add_person(staff.people, staff.jonas.actor, "Priya Raman", "priya", PRIYA, Role.CLINICAL_REVIEWER, both)
    staff.desk.rules = RuleSet((*staff.desk.rules.checkers, Names()))
    return staff.desk


def in_review(staff: Staff, desk: Desk) -> str:
    drafting = Drafting(desk)
    body = DraftBody("Rosa", "Rosa is back.", accounts=(staff.connect_practice(),), when=When(Choice.SOON))
    post, _ = drafting.open(staff.mira.actor, body)
    drafting.submit(staff.mira.actor, post)
    Review(desk).sign_off(staff.jonas.actor, post, 1, JONAS)
    return post


def priya_signs(staff: Staff, desk: Desk, post: str) -> None:
    card = next(each for each in staff.people.cards() if each.name == "Priya Raman")
    Review(desk).sign_off(staff.people.sign_in(card.id, PRIYA).actor, post, 1, PRIYA)


@pytest.mark.parametrize("how", ["", "fine", COVERED, f"{NOT_A_PATIENT}  ", "covered", "Covered by A-1"])
def test_the_privacy_officer_has_to_say_why(staff: Staff, desk: Desk, how: str) -> None:
    post = in_review(staff, desk)
    assert not is_settling(how)
    with pytest.raises(BadInputError, match="not settled"):
        Review(desk).sign_offs(staff.helen.actor, [Decision(post, 1, settled={RULE: how})], HELEN)


@pytest.mark.parametrize("how", [f"{COVERED}A-1", f"{NOT_A_PATIENT}Rosa is the name of our dog."])
def test_with_the_reason_signed_the_gate_opens(staff: Staff, desk: Desk, how: str) -> None:
    post = in_review(staff, desk)
    assert Review(desk).subject(post).snapshot.route == "Patient story"
    Review(desk).sign_offs(staff.helen.actor, [Decision(post, 1, settled={RULE: how})], HELEN)
    priya_signs(staff, desk, post)
    (delivery,) = deliveries_of(desk, post).values()
    with scene(staff, delivery) as found:
        found.clear()


def test_whoever_is_no_privacy_officer_settles_nothing(staff: Staff, desk: Desk) -> None:
    """Jonas and Priya see the finding; their signatures do not say that it may stand."""
    post = in_review(staff, desk)
    (stage, *_) = Review(desk).subject(post).stages
    assert [dict(finding) for finding in stage.given[0].findings] == [{"rule": RULE, "how": "seen by the signer"}]
    how = f"{NOT_A_PATIENT}Rosa is the name of our dog."
    Review(desk).sign_offs(staff.helen.actor, [Decision(post, 1, settled={RULE: how})], HELEN)
    priya_signs(staff, desk, post)
    (delivery,) = deliveries_of(desk, post).values()
    with scene(staff, delivery) as found:
        mine = select(SignOff).where(SignOff.post_id == post, SignOff.person_id == staff.helen.person_id)
        found.session.delete(found.session.exec(mine).one())
        found.session.flush()
        with pytest.raises(StoppedError, match="Privacy"):
            found.clear()
