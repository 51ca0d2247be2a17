"""Concerns: anybody speaks up, what is known is kept at once, and only some may close the record."""

from datetime import timedelta

import pytest

from editorial.actors import Actor
from editorial.audit.actions import Action
from editorial.audit.auditing import Auditing
from editorial.concerns import KIND_WORDS, ConcernKind, Concerns, Told
from editorial.delivery.record import Deliveries
from editorial.delivery.states import DeliveryState
from editorial.errors import BadInputError, ChangedMeanwhileError, NotAllowedError, NotFoundError
from editorial.outcomes import Published
from editorial.posts.draft import DraftBody
from editorial.posts.drafting import Drafting
from editorial.posts.review import Review
from editorial.store.models import CharterVersion
from tests.fakes.desks import Staff
from tests.fakes.posts import scheduled


def published(staff: Staff) -> str:
    post, delivery = scheduled(staff)
    record = Deliveries(staff.desk)
    started = record.claim(delivery, "post", public=True)
    assert started is not None
    record.finish(started.attempt_id, Published("r-1", "https://practice.example/1"), chance=0.0)
    return post


def test_what_is_known_is_kept_at_that_minute(staff: Staff) -> None:
    post = published(staff)
    staff.clock.forward(timedelta(minutes=5))
    concerns = Concerns(staff.desk)
    concern, changes = concerns.report(staff.mira.actor, post, ConcernKind.PRIVACY, " A face in the window. ")
    assert concern in changes.ids
    (row,) = concerns.rows()
    assert (row.number, row.post_number, row.kind, row.text) == (1, 1, ConcernKind.PRIVACY, "A face in the window.")
    assert (row.reported_by, row.reported_at, row.closed_at, row.told) == ("Mira Okafor", staff.clock.now(), None, ())
    evidence = row.evidence
    subject = Review(staff.desk).subject(post)
    assert (evidence["version"], evidence["digest"], evidence["problem"]) == (1, subject.digest, "")
    assert [(each["name"], each["role"], each["stage"]) for each in evidence["signers"]] == [
        ("Helen Castellanos", "privacy_officer", "Sign-off")
    ]
    (delivery,) = evidence["deliveries"]
    assert (delivery["account"], delivery["state"]) == ("Practice alderbay", DeliveryState.PUBLISHED)
    assert (delivery["permalink"], delivery["online_seconds"]) == ("https://practice.example/1", 300)
    assert delivery["sent_at"]
    assert delivery["content"] == subject.snapshot.contents[0].digest()
    staff.clock.forward(timedelta(hours=1))
    assert concerns.rows()[0].evidence == evidence


def test_the_log_has_it_too(staff: Staff) -> None:
    post = published(staff)
    Concerns(staff.desk).report(staff.mira.actor, post, ConcernKind.WRONG, "The date is wrong.")
    entry = next(each for each in Auditing(staff.desk).entries(limit=5) if each.action == Action.CONCERN_REPORTED)
    assert entry.body is not None
    assert entry.body["text"] == "The date is wrong."
    assert entry.body["evidence"]["deliveries"]


def test_a_draft_can_be_of_concern_as_well(staff: Staff) -> None:
    post, _ = Drafting(staff.desk).open(staff.mira.actor, DraftBody("A"))
    Concerns(staff.desk).report(staff.helen.actor, post, ConcernKind.OTHER, "Why this?")
    (row,) = Concerns(staff.desk).rows(post)
    assert (row.evidence["version"], row.evidence["digest"], row.evidence["deliveries"]) == (0, "", [])


def test_speaking_up_needs_no_keyring_and_no_role(staff: Staff) -> None:
    post = published(staff)
    unchecked = Actor(staff.mira.person_id, "Mira Okafor", "author", person=True, verified=False)
    concerns = Concerns(staff.desk)
    concern, _ = concerns.report(unchecked, post, ConcernKind.OFFENSIVE, "The joke.")
    with pytest.raises(NotAllowedError):
        concerns.note(unchecked, concern, [Told("Helen", "by phone", staff.clock.now())])
    with pytest.raises(NotAllowedError):
        concerns.report(Actor("person_none", "Nobody", ""), post, ConcernKind.OTHER, "Text")


def test_a_charter_that_cannot_be_believed_is_evidence_too(staff: Staff) -> None:
    """The evidence says so; who reports must still be on the staff, which the charter known before says."""
    post = published(staff)
    concerns = Concerns(staff.desk)
    with staff.desk.writing(staff.desk.system()) as unit:
        row = unit.session.get_one(CharterVersion, 0)
        row.envelope = row.envelope.replace("a", "b", 1)
        unit.session.add(row)
        unit.record(Action.LOG_VERIFIED, "log", "log")
    with pytest.raises(Exception, match="charter"):
        concerns.report(staff.mira.actor, post, ConcernKind.OTHER, "Text")


def test_who_was_told_and_how_it_ended(staff: Staff) -> None:
    post, now = published(staff), staff.clock.now()
    concerns = Concerns(staff.desk)
    concern, _ = concerns.report(staff.mira.actor, post, ConcernKind.CLINICAL, "The dose.")
    concerns.note(staff.mira.actor, concern, [Told(" Dr. Adeyemi ", "by phone", now)])
    concerns.note(staff.jonas.actor, concern, [Told("The family", "in person", now + timedelta(minutes=1))])
    with pytest.raises(NotAllowedError):
        concerns.close(staff.mira.actor, concern, "Taken down.")
    concerns.close(staff.helen.actor, concern, " Corrected by P-2. ")
    (row,) = concerns.rows(post)
    assert [(each.who, each.how) for each in row.told] == [("Dr. Adeyemi", "by phone"), ("The family", "in person")]
    assert row.told[0].at == now
    assert (row.outcome, row.closed_by, row.closed_at) == ("Corrected by P-2.", "Helen Castellanos", now)
    with pytest.raises(ChangedMeanwhileError):
        concerns.close(staff.helen.actor, concern, "Again")
    with pytest.raises(ChangedMeanwhileError):
        concerns.note(staff.mira.actor, concern, [Told("Somebody", "", now)])


def test_open_ones_come_first(staff: Staff) -> None:
    post = published(staff)
    concerns = Concerns(staff.desk)
    ids = [concerns.report(staff.mira.actor, post, ConcernKind.OTHER, str(each))[0] for each in range(3)]
    concerns.close(staff.helen.actor, ids[2], "Nothing in it.")
    assert [row.number for row in concerns.rows()] == [2, 1, 3]


def test_empty_words_and_unknown_things_change_nothing(staff: Staff) -> None:
    post = published(staff)
    concerns, now = Concerns(staff.desk), staff.clock.now()
    with pytest.raises(BadInputError) as said:
        concerns.report(staff.mira.actor, post, ConcernKind.OTHER, "  ")
    assert said.value.field == "text"
    with pytest.raises(NotFoundError):
        concerns.report(staff.mira.actor, "post_none", ConcernKind.OTHER, "Text")
    concern, _ = concerns.report(staff.mira.actor, post, ConcernKind.OTHER, "Text")
    for told in ([], [Told(" ", "by phone", now)]):
        with pytest.raises(BadInputError):
            concerns.note(staff.mira.actor, concern, told)
    with pytest.raises(BadInputError):
        concerns.close(staff.helen.actor, concern, " ")
    with pytest.raises(NotFoundError):
        concerns.close(staff.helen.actor, "concern_none", "Done")
    assert concerns.rows()[0].closed_at is None
    assert set(KIND_WORDS) == set(ConcernKind)
