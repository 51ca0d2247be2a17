"""Reviewing when things are not as they should be: changed rows, old keys, several posts at once."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from editorial.audit.actions import Action
from editorial.audit.auditing import Auditing
from editorial.charter.document import Deputy, Role
from editorial.delivery.outbox import Outbox
from editorial.delivery.states import DeliveryState
from editorial.desk import DATABASE
from editorial.errors import ChangedMeanwhileError, NotAllowedError, NotFoundError
from editorial.people.desk_people import Signer, with_member
from editorial.people.tries import WrongPassphraseAtDeskError
from editorial.posts.comments import Comments
from editorial.posts.draft import DraftBody
from editorial.posts.drafting import Drafting
from editorial.posts.reading import Reading
from editorial.posts.records import DamagedError
from editorial.posts.review import Decision, Review
from editorial.posts.states import PostState
from editorial.posts.zone_rules import stop_moved
from editorial.store.models import SignOff
from editorial.when import Choice, When, tzdata_version, zone_of
from tests.fakes.desks import HELEN, JONAS, Staff, add_person

NEW = "winter ladder green telescope"


def in_review(staff: Staff, title: str = "The garden", when: When | None = None) -> str:
    account = staff.accounts[0] if staff.accounts else staff.connect_practice()
    when = when or When(Choice.OPEN)
    post, _ = Drafting(staff.desk).open(staff.mira.actor, DraftBody(title, "Come in.", accounts=(account,), when=when))
    Drafting(staff.desk).submit(staff.mira.actor, post)
    return post


def tampered(staff: Staff, statement: str) -> None:
    with closing(sqlite3.connect(staff.desk.folder / DATABASE)) as connection:
        connection.execute(statement)
        connection.commit()


TAMPERING = [
    "UPDATE revision SET content = x'7b7d' WHERE post_id = '{post}'",
    "UPDATE revision SET content = CAST(replace(CAST(content AS TEXT), 'Come in.', 'Stay out') AS BLOB)"
    " WHERE post_id = '{post}'",
    "UPDATE revision SET content = x'ff00' WHERE post_id = '{post}'",
    "UPDATE revision SET content = 'text' WHERE post_id = '{post}'",
    "UPDATE revision SET content = (SELECT content FROM revision WHERE post_id <> '{post}' LIMIT 1),"
    " digest = (SELECT digest FROM revision WHERE post_id <> '{post}' LIMIT 1) WHERE post_id = '{post}'",
]


@pytest.mark.parametrize("statement", TAMPERING)
def test_one_changed_version_is_told_and_hides_no_other(staff: Staff, statement: str) -> None:
    post, other = in_review(staff), in_review(staff, "Visiting hours")
    tampered(staff, statement.format(post=post))
    review = Review(staff.desk)
    rows = {row.post_id: row for row in review.queue(staff.helen.actor)}
    assert (rows[post].mine, rows[other].mine) == (False, True)
    assert "was changed" in rows[post].why_not
    assert "compliance officer" in rows[post].why_not
    with pytest.raises(DamagedError):
        review.sign_off(staff.helen.actor, post, 1, HELEN)
    review.sign_off(staff.helen.actor, other, 1, HELEN)


def test_a_signature_that_cannot_be_read_is_told(staff: Staff) -> None:
    post = in_review(staff)
    Review(staff.desk).sign_off(staff.helen.actor, post, 1, HELEN)
    tampered(staff, "UPDATE sign_off SET envelope = '{}'")
    with pytest.raises(DamagedError, match="signature cannot be read"):
        Review(staff.desk).subject(post)


def test_a_post_that_was_never_sent_has_nothing_to_review(staff: Staff) -> None:
    post, _ = Drafting(staff.desk).open(staff.mira.actor, DraftBody("A"))
    with pytest.raises(NotFoundError, match="not sent to review yet"):
        Review(staff.desk).subject(post)
    with pytest.raises(NotFoundError, match="not sent to review yet"):
        Comments(staff.desk).say(staff.helen.actor, post, "Hm.")
    assert Review(staff.desk).subject(in_review(staff), 1).snapshot.number == 1


def test_several_posts_are_signed_with_one_passphrase(staff: Staff) -> None:
    posts = [in_review(staff, f"Post {number}") for number in range(3)]
    review = Review(staff.desk)
    decisions = [Decision(post, 1, "Good." if post == posts[0] else "") for post in posts]
    with pytest.raises(WrongPassphraseAtDeskError):
        review.sign_offs(staff.helen.actor, decisions, JONAS)
    staff.clock.ticks += 1
    staff.clock.at = staff.clock.at.replace(hour=20)
    review.sign_offs(staff.helen.actor, decisions, HELEN)
    for post in posts:
        assert len(review.subject(post).stages[0].given) == 1
        assert Drafting(staff.desk).read(post).state is PostState.APPROVED
    assert [said.text for said in review.subject(posts[0]).comments] == ["Good."]


def test_a_version_that_cannot_be_signed_leaves_the_others_signed(staff: Staff) -> None:
    posts = [in_review(staff, f"Post {number}") for number in range(3)]
    gone = "post_gone"
    review = Review(staff.desk)
    decisions = [Decision(posts[0], 1), Decision(posts[1], 2), Decision(gone, 1), Decision(posts[2], 1)]
    refused, changes = review.sign_offs(staff.helen.actor, decisions, HELEN)
    assert set(refused) == {posts[1], gone}
    assert isinstance(refused[posts[1]], ChangedMeanwhileError)
    assert isinstance(refused[gone], NotFoundError)
    assert set(changes.ids) == {posts[0], posts[2]}
    assert [len(review.subject(post).stages[0].given) for post in posts] == [1, 0, 1]
    with staff.desk.reading() as session:
        envelopes = {each.envelope for each in session.exec(select(SignOff)).all()}
    assert len(envelopes) == 2


def test_a_passphrase_is_not_looked_at_where_nothing_can_be_signed(staff: Staff) -> None:
    post = in_review(staff)
    refused, changes = Review(staff.desk).sign_offs(staff.mira.actor, [Decision(post, 1)], "not hers at all")
    assert isinstance(refused[post], NotAllowedError)
    assert not changes
    with pytest.raises(NotAllowedError):
        Review(staff.desk).sign_off(staff.mira.actor, post, 1, "amber window forty sparrows")


def test_a_session_from_before_a_new_key_signs_nothing(staff: Staff) -> None:
    post = in_review(staff)
    officers = [Signer(staff.jonas.person_id, JONAS), Signer(staff.helen.person_id, HELEN)]
    line = staff.people.rekey(staff.jonas.actor, staff.helen.person_id, NEW)
    review = Review(staff.desk)
    with pytest.raises(NotAllowedError, match="another key"):
        review.sign_off(staff.helen.actor, post, 1, NEW)
    keyless = replace(staff.helen.actor, key_id="")  # however it came about
    with pytest.raises(NotAllowedError, match="another key"):
        review.sign_off(keyless, post, 1, NEW)
    assert line.key_id != staff.helen.actor.key_id
    assert len(officers) == 2


def test_a_signature_ends_with_its_signers_role(staff: Staff) -> None:
    post = in_review(staff)
    review = Review(staff.desk)
    line = staff.people.enroll(staff.jonas.actor, "Sana Haddad", "sana", NEW)
    officers = [Signer(staff.jonas.person_id, JONAS), Signer(staff.helen.person_id, HELEN)]
    staff.people.amend(staff.jonas.actor, with_member(line, {Role.COMMUNICATIONS_LEAD}), officers)
    sana = staff.people.sign_in(line.id, NEW)
    review.sign_off(sana.actor, post, 1, NEW)
    assert Drafting(staff.desk).read(post).state is PostState.APPROVED
    staff.people.amend(staff.jonas.actor, with_member(line, {Role.AUTHOR}), officers)
    assert not review.subject(post).stages[0].given


@pytest.mark.parametrize("edited", [True, False])
def test_a_deputy_does_not_sign_for_who_wrote_it(staff: Staff, edited: bool) -> None:
    """Jonas leads, and Noor, an author, stands in for him: where he wrote, she does not sign in his place."""
    post, review = in_review(staff), Review(staff.desk)
    officers = [Signer(staff.jonas.person_id, JONAS), Signer(staff.helen.person_id, HELEN)]
    noor = add_person(staff.people, staff.jonas.actor, "Noor Vermeer", "noor", NEW, Role.AUTHOR, officers)
    now = staff.clock.now()
    stands = Deputy(staff.jonas.person_id, noor, now, now + timedelta(days=1))
    staff.people.amend(staff.jonas.actor, lambda charter: replace(charter, deputies=(stands,)), officers)
    session = staff.people.sign_in(noor, NEW)
    if edited:
        drafting = Drafting(staff.desk)
        working = drafting.read(post)
        drafting.save(staff.jonas.actor, post, replace(working.body, text="Come in, all."), working.saves)
        drafting.submit(staff.mira.actor, post)
        with pytest.raises(NotAllowedError, match="Jonas Lindqvist wrote or edited this post, so nobody signs in"):
            review.sign_off(session.actor, post, 2, NEW)
        assert [row.mine for row in review.queue(session.actor)] == [False]
        page = Reading(staff.desk).page(staff.helen.actor, post)
        assert page.holders["Sign-off"] == ("Helen Castellanos",)
    else:
        review.sign_off(session.actor, post, 1, NEW)
        assert review.subject(post).stages[0].given[0].signer["deputy_for"] == staff.jonas.person_id


def test_a_deputy_whose_turn_it_is_may_send_it_back(staff: Staff) -> None:
    """Noor, an author, has no such role of her own: without the deputyship she may not."""
    post, review = in_review(staff), Review(staff.desk)
    officers = [Signer(staff.jonas.person_id, JONAS), Signer(staff.helen.person_id, HELEN)]
    key = add_person(staff.people, staff.jonas.actor, "Noor Vermeer", "noor", NEW, Role.AUTHOR, officers)
    noor = staff.people.sign_in(key, NEW)
    with pytest.raises(NotAllowedError, match="does not request changes"):
        review.request_changes(noor.actor, post, 1, "Shorter.", staff.tomorrow)
    stands = Deputy(staff.helen.person_id, key, staff.clock.now(), staff.tomorrow)
    staff.people.amend(staff.jonas.actor, lambda charter: replace(charter, deputies=(stands,)), officers)
    assert Reading(staff.desk).page(noor.actor, post).instead_of == "Helen Castellanos"
    review.request_changes(noor.actor, post, 1, "Shorter.", staff.tomorrow)
    assert Drafting(staff.desk).read(post).state is PostState.CHANGES_REQUESTED


def test_requests_name_the_version_that_was_seen(staff: Staff) -> None:
    post = in_review(staff)
    with pytest.raises(ChangedMeanwhileError, match="Nothing was changed"):
        Review(staff.desk).request_changes(staff.helen.actor, post, 2, "Shorter.", staff.tomorrow)
    Review(staff.desk).request_changes(staff.helen.actor, post, 1, "Shorter.", staff.tomorrow)
    with pytest.raises(ChangedMeanwhileError, match="no longer in review"):
        Review(staff.desk).sign_off(staff.helen.actor, post, 1, HELEN)


# ---- the rules of a zone change --------------------------------------------------------------------------------------


def scheduled(staff: Staff) -> str:
    when = When(Choice.SET, datetime(2027, 3, 20, 9, 30), "America/New_York")  # noqa: DTZ001  a wall time
    post = in_review(staff, when=when)
    Review(staff.desk).sign_off(staff.helen.actor, post, 1, HELEN)
    return post


def test_a_time_that_an_update_moved_waits_for_a_person(staff: Staff) -> None:
    scheduled(staff)
    tampered(staff, "UPDATE delivery SET tzdata = '2019.1', due_at = '2027-03-20T14:30:00.000Z'")  # as it was then
    assert stop_moved(staff.desk).ids
    (row,) = Outbox(staff.desk).rows()
    assert row.state is DeliveryState.STOPPED
    assert row.advice.startswith("It was meant for 2027-03-20 09:30:00 in America/New_York")
    Outbox(staff.desk).reschedule(
        staff.mira.actor,
        row.delivery_id,
        When(Choice.SET, datetime(2027, 3, 20, 9, 30), "America/New_York"),  # noqa: DTZ001
    )
    assert not stop_moved(staff.desk)
    assert Outbox(staff.desk).rows()[0].state is DeliveryState.WAITING


def test_a_time_that_no_longer_exists_waits_for_a_person(staff: Staff) -> None:
    scheduled(staff)
    tampered(staff, "UPDATE delivery SET tzdata = '2019.1', wall = '2027-03-14T02:30:00'")
    assert stop_moved(staff.desk).ids


def test_a_time_that_an_update_left_alone_goes_out(staff: Staff) -> None:
    scheduled(staff)
    assert not stop_moved(staff.desk)
    tampered(staff, "UPDATE delivery SET tzdata = '2019.1'")
    assert not stop_moved(staff.desk)
    assert tzdata_version() != "2019.1"
    assert Outbox(staff.desk).rows()[0].state is DeliveryState.WAITING


@pytest.mark.parametrize("rules", ["America/Halifax", "America/Phoenix"])  # earlier than meant, and later
def test_a_time_that_an_update_moved_before_it_was_signed_waits_too(
    staff: Staff, monkeypatch: pytest.MonkeyPatch, rules: str
) -> None:
    post = in_review(staff, when=When(Choice.SET, datetime(2027, 3, 20, 9, 30), "America/New_York"))  # noqa: DTZ001
    monkeypatch.setattr("editorial.when.zone_of", lambda _: zone_of(rules))  # what an update of tzdata does
    Review(staff.desk).sign_off(staff.helen.actor, post, 1, HELEN)
    assert Drafting(staff.desk).read(post).state is PostState.APPROVED
    assert not Outbox(staff.desk).rows()
    (entry,) = Auditing(staff.desk).entries(object_id=post, prefixes=(Action.POST_STATE,))
    assert entry.reason == "zone_rules"
