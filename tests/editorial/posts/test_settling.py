"""A finding that could be about a patient: only a privacy officer's signed reason lets it stand, up to the gate."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlmodel import select

from editorial.charter.document import Role
from editorial.checks import Severity
from editorial.desk import Desk
from editorial.errors import BadInputError
from editorial.gate import StoppedError
from editorial.keys.dsse import Envelope
from editorial.people.desk_people import Signer
from editorial.people.keys import Keys
from editorial.posts.draft import DraftBody
from editorial.posts.drafting import Drafting
from editorial.posts.listing import Listing
from editorial.posts.reading import Reading
from editorial.posts.review import Review
from editorial.posts.settling import Settled
from editorial.signoff.statement import COVERED, NOT_A_PATIENT, Statement, is_settling, sign_statement
from editorial.store.models import SignOff
from editorial.when import Choice, When
from tests.editorial.delivery.scenes import scene
from tests.fakes.authorizations import recorded
from tests.fakes.desks import HELEN, JONAS, Staff, add_person
from tests.fakes.posts import deliveries_of
from tests.fakes.rules import NAMES, add_rules

PRIYA = "walnut ferry seven hundred bells"
RULE = NAMES.rule


@pytest.fixture
def desk(staff: Staff) -> Desk:
    """With a clinical reviewer, so that the route for stories can be walked, and a rule that finds names."""
    both = [Signer(staff.jonas.person_id, JONAS), Signer(staff.helen.person_id, HELEN)]
    add_person(staff.people, staff.jonas.actor, "Priya Raman", "priya", PRIYA, Role.CLINICAL_REVIEWER, both)
    add_rules(staff.desk, NAMES)
    return staff.desk


def in_review(staff: Staff, desk: Desk, text: str = "Rosa is back.", *authorizations: str) -> str:
    drafting = Drafting(desk)
    account = staff.connect_practice()
    when = When(Choice.SOON)
    body = DraftBody("Rosa", text, accounts=(account,), when=when, authorizations=authorizations)
    post, _ = drafting.open(staff.mira.actor, body)
    drafting.submit(staff.mira.actor, post)
    Review(desk).sign_off(staff.jonas.actor, post, 1, JONAS)
    return post


def priya_signs(staff: Staff, desk: Desk, post: str) -> None:
    card = next(each for each in staff.people.cards() if each.name == "Priya Raman")
    Review(desk).sign_off(staff.people.sign_in(card.id, PRIYA).actor, post, 1, PRIYA)


def helen_settles(staff: Staff, desk: Desk, post: str, *hows: str) -> None:
    Review(desk).sign_off(staff.helen.actor, post, 1, HELEN, settled=dict(enumerate(hows)))


def signatures(desk: Desk) -> int:
    with desk.reading() as session:
        return len(session.exec(select(SignOff)).all())


@pytest.mark.parametrize("how", ["", "fine", COVERED, f"{NOT_A_PATIENT}  ", "covered", "Covered by A-1"])
def test_the_privacy_officer_has_to_say_why(staff: Staff, desk: Desk, how: str) -> None:
    post = in_review(staff, desk)
    assert not is_settling(how)
    with pytest.raises(BadInputError, match="not settled") as refused:
        helen_settles(staff, desk, post, how)
    assert refused.value.field == "0"
    assert signatures(desk) == 1


@pytest.mark.parametrize("how", [f"{COVERED}A-1", f"{NOT_A_PATIENT}Rosa is the name of our dog."])
def test_with_the_reason_signed_the_gate_opens(staff: Staff, desk: Desk, how: str) -> None:
    post = in_review(staff, desk, "Rosa is back.", recorded(staff))
    assert Review(desk).subject(post).snapshot.route == "Patient story"
    helen_settles(staff, desk, post, how)
    priya_signs(staff, desk, post)
    (delivery,) = deliveries_of(desk, post).values()
    with scene(staff, delivery) as found:
        found.clear()


def test_only_an_authorization_that_the_version_rests_on_covers_a_finding(staff: Staff, desk: Desk) -> None:
    """Else nobody would ask again whether it still stands when the post goes out."""
    key, _ = recorded(staff, expires_on=date(2027, 3, 11)), recorded(staff, "Ahmed K.")
    post = in_review(staff, desk, "Rosa is back.", key)
    with pytest.raises(BadInputError, match="does not rest on that authorization") as refused:
        helen_settles(staff, desk, post, f"{COVERED}A-2")
    assert refused.value.field == "0"
    staff.clock.forward(timedelta(days=2))
    with pytest.raises(BadInputError, match="does not allow this now"):
        helen_settles(staff, desk, post, f"{COVERED}A-1")
    assert signatures(desk) == 1


def test_each_finding_is_settled_by_itself(staff: Staff, desk: Desk) -> None:
    """Two names that one rule found are two people."""
    post = in_review(staff, desk, "Rosa is back, and so is Ben.", recorded(staff))
    dog = f"{NOT_A_PATIENT}Ben is our therapy dog"
    with pytest.raises(BadInputError) as refused:
        helen_settles(staff, desk, post, f"{COVERED}A-1")
    assert refused.value.field == "1"
    page = Reading(desk).page(staff.helen.actor, post)
    assert page.to_settle == (0, 1)
    assert page.settlers == ("Helen Castellanos",)
    assert [each.title for each in page.findings] == ["“Rosa” could be a patient", "“Ben” could be a patient"]
    assert [each.settled for each in page.findings] == [(), ()]
    helen_settles(staff, desk, post, f"{COVERED}A-1", dog)
    page = Reading(desk).page(staff.jonas.actor, post)
    assert (page.to_settle, page.settlers) == ((), ())
    name = "Helen Castellanos"
    assert [each.settled for each in page.findings] == [(Settled(name, f"{COVERED}A-1"),), (Settled(name, dog),)]


def test_an_earlier_signature_that_still_counts_settles_by_rule(staff: Staff, desk: Desk) -> None:
    """A version in which only the title changed is covered by the signatures before it."""
    post = in_review(staff, desk)
    dog = f"{NOT_A_PATIENT}Rosa is the name of our dog."
    helen_settles(staff, desk, post, dog)
    drafting = Drafting(desk)
    working = drafting.read(post)
    drafting.save(staff.mira.actor, post, replace(working.body, title="Our dog"), working.saves)
    drafting.submit(staff.mira.actor, post)
    (finding,) = Reading(desk).page(staff.jonas.actor, post).findings
    assert finding.settled == (Settled("Helen Castellanos", dog),)


def test_whoever_is_no_privacy_officer_settles_nothing(staff: Staff, desk: Desk) -> None:
    """Jonas and Priya see the finding; their signatures do not say that it may stand."""
    post = in_review(staff, desk)
    (stage, *_) = Review(desk).subject(post).stages
    assert [dict(finding) for finding in stage.given[0].findings] == [{"rule": RULE, "how": "seen by the signer"}]
    helen_settles(staff, desk, post, f"{NOT_A_PATIENT}Rosa is the name of our dog.")
    priya_signs(staff, desk, post)
    (delivery,) = deliveries_of(desk, post).values()
    with scene(staff, delivery) as found:
        mine = select(SignOff).where(SignOff.post_id == post, SignOff.person_id == staff.helen.person_id)
        found.session.delete(found.session.exec(mine).one())
        found.session.flush()
        with pytest.raises(StoppedError, match="Privacy"):
            found.clear()


def test_the_gate_asks_for_a_reason_for_each_finding(staff: Staff, desk: Desk) -> None:
    """Also where an officer signed past the service: one reason does not settle what the rule found elsewhere."""
    post = in_review(staff, desk, "Rosa is back, and so is Ben.")
    dog = f"{NOT_A_PATIENT}it is a dog."
    helen_settles(staff, desk, post, dog, dog)
    priya_signs(staff, desk, post)
    (delivery,) = deliveries_of(desk, post).values()
    with scene(staff, delivery) as found, Keys(desk).unsealed(staff.helen.actor, HELEN) as key:
        mine = select(SignOff).where(SignOff.post_id == post, SignOff.person_id == staff.helen.person_id)
        row = found.session.exec(mine).one()
        statement = Statement.from_payload(Envelope.from_json(row.envelope).payload)
        findings = (statement.findings[0], {"rule": RULE, "how": "seen by the signer"})
        row.envelope = sign_statement(replace(statement, findings=findings), key).to_json()
        found.session.add(row)
        found.session.flush()
        with pytest.raises(StoppedError, match="not settled"):
            found.clear()


def test_a_finding_for_the_privacy_officer_does_not_stop_the_author(staff: Staff, desk: Desk) -> None:
    """Sending to review is how it gets to the privacy officer: nothing has to be fixed first."""
    drafting = Drafting(desk)
    body = DraftBody("Rosa", "Rosa is back.", accounts=(staff.connect_practice(),))
    post, _ = drafting.open(staff.mira.actor, body)
    (finding,) = drafting.check(post, body)
    (row,) = Listing(desk).shelf().rows
    assert (finding.severity, finding.must_fix, row.must_fix) == (Severity.REVIEW, False, 0)
    drafting.submit(staff.mira.actor, post)
