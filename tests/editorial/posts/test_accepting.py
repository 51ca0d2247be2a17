"""A reviewer accepts a warning with a reason: who may, what is recorded and signed, and how long it lasts."""

from dataclasses import replace
from datetime import timedelta

import pytest

from editorial.audit.actions import Action
from editorial.audit.auditing import Auditing
from editorial.charter.document import Deputy, Role
from editorial.desk import Desk
from editorial.errors import BadInputError, ChangedMeanwhileError, NotAllowedError
from editorial.people.desk_people import Signer
from editorial.people.session import SignedIn
from editorial.posts.draft import DraftBody
from editorial.posts.drafting import Drafting
from editorial.posts.reading import Reading
from editorial.posts.review import Decision, Review
from editorial.store.models import AuditEntry
from editorial.when import Choice, When
from tests.fakes.desks import HELEN, JONAS, Staff, add_person
from tests.fakes.rules import NAMES, PRAISE, add_rules

WHY, HERS = "Best of the county in the list of 2026.", "The list is public, I looked."
NOOR = "walnut ferry seven hundred bells"


@pytest.fixture
def desk(staff: Staff) -> Desk:
    add_rules(staff.desk, PRAISE)
    return staff.desk


@pytest.fixture
def post(staff: Staff, desk: Desk) -> str:
    """In review with one warning, which its author keeps."""
    return in_review(staff, desk)


def in_review(staff: Staff, desk: Desk, text: str = "Our best ward.\nCome in.") -> str:
    drafting, account = Drafting(desk), staff.connect_practice()
    post, _ = drafting.open(staff.mira.actor, DraftBody("Ward", text, accounts=(account,), when=When(Choice.OPEN)))
    body = drafting.read(post).body
    kept = body.with_kept(drafting.check(post, body)[0], WHY)
    drafting.save(staff.mira.actor, post, kept, 1)
    drafting.submit(staff.mira.actor, post)
    return post


def edit(staff: Staff, desk: Desk, post: str, text: str, by: SignedIn | None = None) -> None:
    drafting = Drafting(desk)
    working = drafting.read(post)
    drafting.save((by or staff.mira).actor, post, replace(working.body, text=text), working.saves)
    drafting.submit(staff.mira.actor, post)


def accepted(desk: Desk, staff: Staff, post: str) -> tuple[str, str] | None:
    (finding,) = Reading(desk).page(staff.jonas.actor, post).findings
    return None if finding.accepted is None else (finding.accepted.name, finding.accepted.reason)


def signed(desk: Desk, post: str) -> list[str]:
    return [each["how"] for stage in Review(desk).subject(post).stages for one in stage.given for each in one.findings]


def test_it_is_kept_recorded_and_signed(staff: Staff, desk: Desk, post: str) -> None:
    review = Review(desk)
    review.accept(staff.helen.actor, post, 1, 0, f"  {HERS} ")
    (finding,) = Reading(desk).page(staff.jonas.actor, post).findings
    assert finding.accepted is not None
    assert (finding.accepted.name, finding.accepted.reason) == ("Helen Castellanos", HERS)
    assert (finding.accepted.at, finding.kept) == (staff.clock.now(), WHY)
    (entry,) = Auditing(desk).entries(object_id=post, prefixes=(Action.WARNING_ACCEPTED,))
    assert (entry.actor_id, entry.reason) == (staff.helen.person_id, PRAISE.rule)
    assert entry.body["reason"] == HERS
    with desk.reading() as session:
        leaf = session.get_one(AuditEntry, entry.seq).leaf
    assert HERS not in leaf.decode()
    review.sign_off(staff.jonas.actor, post, 1, JONAS)
    assert signed(desk, post) == [f"kept by the author: {WHY}; accepted by Helen Castellanos: {HERS}"]


def test_a_warning_that_its_author_left_open_is_accepted_too(staff: Staff, desk: Desk) -> None:
    drafting, account = Drafting(desk), staff.connect_practice()
    post, _ = drafting.open(staff.mira.actor, DraftBody("Ward", "Our best ward.", accounts=(account,)))
    drafting.submit(staff.mira.actor, post)
    Review(desk).accept(staff.helen.actor, post, 1, 0, HERS)
    Review(desk).sign_off(staff.helen.actor, post, 1, HELEN)
    assert signed(desk, post) == [f"accepted by Helen Castellanos: {HERS}"]


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_it_takes_a_reason(staff: Staff, desk: Desk, post: str, reason: str) -> None:
    with pytest.raises(BadInputError) as refused:
        Review(desk).accept(staff.helen.actor, post, 1, 0, reason)
    assert refused.value.field == "reason"
    assert accepted(desk, staff, post) is None


@pytest.mark.parametrize("place", [-1, 1])
def test_there_is_a_warning_at_the_place(staff: Staff, desk: Desk, post: str, place: int) -> None:
    with pytest.raises(BadInputError, match="Only a warning"):
        Review(desk).accept(staff.helen.actor, post, 1, place, HERS)


def test_what_could_be_about_a_patient_is_settled_and_not_accepted(staff: Staff, desk: Desk) -> None:
    add_rules(desk, NAMES)
    both = [Signer(staff.jonas.person_id, JONAS), Signer(staff.helen.person_id, HELEN)]
    add_person(staff.people, staff.jonas.actor, "Priya", "priya", NOOR, Role.CLINICAL_REVIEWER, both)
    post = in_review(staff, desk, "Rosa is on our ward.")
    with pytest.raises(BadInputError, match="Only a warning"):
        Review(desk).accept(staff.jonas.actor, post, 1, 0, HERS)


def test_only_who_may_sign_the_version_accepts(staff: Staff, desk: Desk, post: str) -> None:
    review = Review(desk)
    with pytest.raises(NotAllowedError, match="You wrote or edited this post"):
        review.accept(staff.mira.actor, post, 1, 0, HERS)
    both = [Signer(staff.jonas.person_id, JONAS), Signer(staff.helen.person_id, HELEN)]
    key = add_person(staff.people, staff.jonas.actor, "Noor Vermeer", "noor", NOOR, Role.AUTHOR, both)
    noor = staff.people.sign_in(key, NOOR)
    with pytest.raises(NotAllowedError, match="is signed by"):
        review.accept(noor.actor, post, 1, 0, HERS)
    with pytest.raises(NotAllowedError, match="not checked"):
        review.accept(replace(staff.helen.actor, verified=False), post, 1, 0, HERS)
    now = staff.clock.now()
    stands = Deputy(staff.helen.person_id, key, now, now + timedelta(days=1))
    staff.people.amend(staff.jonas.actor, lambda charter: replace(charter, deputies=(stands,)), both)
    review.accept(noor.actor, post, 1, 0, HERS)
    assert accepted(desk, staff, post) == ("Noor Vermeer", HERS)


def test_another_reason_is_for_who_accepted(staff: Staff, desk: Desk, post: str) -> None:
    review = Review(desk)
    review.accept(staff.helen.actor, post, 1, 0, "Hm.")
    with pytest.raises(ChangedMeanwhileError, match="Helen Castellanos accepted this warning already"):
        review.accept(staff.jonas.actor, post, 1, 0, "Mine.")
    staff.clock.forward(timedelta(minutes=1))
    review.accept(staff.helen.actor, post, 1, 0, HERS)
    assert accepted(desk, staff, post) == ("Helen Castellanos", HERS)


@pytest.mark.parametrize(("text", "stays"), [("Our best ward.\nCome in, all.", True), ("Our best ward!", False)])
def test_it_lasts_as_the_authors_reason_does(staff: Staff, desk: Desk, post: str, text: str, stays: bool) -> None:
    Review(desk).accept(staff.helen.actor, post, 1, 0, HERS)
    edit(staff, desk, post, text)
    (finding,) = Reading(desk).page(staff.jonas.actor, post).findings
    assert (finding.kept == WHY, finding.accepted is not None) == (stays, stays)


def test_who_edits_later_accepted_nothing(staff: Staff, desk: Desk, post: str) -> None:
    """Else an author would stand there in a reviewer's place."""
    Review(desk).accept(staff.helen.actor, post, 1, 0, HERS)
    edit(staff, desk, post, "Our best ward.\nCome in, all.", by=staff.helen)
    assert accepted(desk, staff, post) is None
    Review(desk).accept(staff.jonas.actor, post, 2, 0, "Mine.")
    assert accepted(desk, staff, post) == ("Jonas Lindqvist", "Mine.")


def test_the_version_is_the_one_that_was_seen_and_in_review(staff: Staff, desk: Desk, post: str) -> None:
    review = Review(desk)
    edit(staff, desk, post, "Our best ward.\nCome in, all.")
    with pytest.raises(ChangedMeanwhileError, match="Version 2 exists"):
        review.accept(staff.helen.actor, post, 1, 0, HERS)
    review.sign_off(staff.jonas.actor, post, 2, JONAS)
    with pytest.raises(ChangedMeanwhileError, match="no longer in review"):
        review.accept(staff.helen.actor, post, 2, 0, HERS)


def test_nobody_signs_a_reason_that_they_did_not_see(staff: Staff, desk: Desk, post: str) -> None:
    review, reading = Review(desk), Reading(desk)
    page = reading.page(staff.jonas.actor, post)
    review.accept(staff.helen.actor, post, 1, 0, HERS)
    assert (page.accepted, reading.newest(post).accepted) == (frozenset(), review_ids(desk, staff, post))
    decision = Decision(post, 1, accepted=page.accepted)
    refused, _ = review.sign_offs(staff.jonas.actor, [decision], JONAS)
    assert str(refused[post]).startswith("A warning was accepted meanwhile")
    refused, _ = review.sign_offs(staff.jonas.actor, [replace(decision, accepted=review_ids(desk, staff, post))], JONAS)
    assert not refused


def review_ids(desk: Desk, staff: Staff, post: str) -> frozenset[str]:
    return Reading(desk).page(staff.jonas.actor, post).accepted
