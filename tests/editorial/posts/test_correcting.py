"""Correcting what was published: a new draft that says what it corrects, and both posts that show it."""

from dataclasses import replace

import pytest

from editorial.charter.document import RouteKind
from editorial.delivery.outbox import Outbox, Resolution
from editorial.delivery.record import Deliveries
from editorial.errors import ChangedMeanwhileError, NotFoundError
from editorial.outcomes import Published
from editorial.posts.correcting import Corrections
from editorial.posts.drafting import Drafting
from editorial.posts.listing import Listing
from editorial.posts.review import Review
from editorial.posts.states import PostState
from tests.fakes.desks import Staff
from tests.fakes.posts import scheduled


def published(staff: Staff, pictures: int = 0) -> tuple[str, str]:
    """A post that is live: (post id, delivery id)."""
    post, delivery = scheduled(staff, pictures=pictures)
    record = Deliveries(staff.desk)
    started = record.claim(delivery, "post", public=True)
    assert started is not None
    record.finish(started.attempt_id, Published("r-1", "https://practice.example/1"), chance=0.0)
    return post, delivery


def test_a_correction_begins_with_what_was_published(staff: Staff) -> None:
    post, delivery = published(staff, pictures=2)
    before = Drafting(staff.desk).read(post).body
    correction, changes = Corrections(staff.desk).open(staff.mira.actor, delivery)
    assert changes
    working = Drafting(staff.desk).read(correction)
    body = working.body
    assert working.state is PostState.DRAFT
    assert body.title == f"Correction: {before.title}"
    assert (body.text, body.accounts, body.media) == (before.text, before.accounts, before.media)
    assert (body.corrects, body.when.wall, body.crisis) == (post, None, "")
    again, _ = Corrections(staff.desk).open(staff.helen.actor, delivery)
    assert Drafting(staff.desk).read(again).author_id == staff.helen.person_id


def test_both_posts_show_it(staff: Staff) -> None:
    post, delivery = published(staff)
    listing = Listing(staff.desk)
    assert listing.opened(post).related.corrected_by == ()
    correction, _ = Corrections(staff.desk).open(staff.mira.actor, delivery)
    opened = listing.opened(correction)
    assert opened.path.kind is RouteKind.CORRECTION
    assert opened.related.corrects is not None
    assert (opened.related.corrects.post_id, opened.related.corrects.number) == (post, 1)
    (link,) = listing.opened(post).related.corrected_by
    assert (link.post_id, link.number, link.state) == (correction, 2, PostState.DRAFT)
    Drafting(staff.desk).discard(staff.mira.actor, correction)
    assert listing.opened(post).related.corrected_by == ()


def test_it_takes_the_route_for_corrections_and_names_the_post_for_ever(staff: Staff) -> None:
    post, delivery = published(staff)
    correction, _ = Corrections(staff.desk).open(staff.mira.actor, delivery)
    drafting = Drafting(staff.desk)
    now = drafting.read(correction)
    drafting.save(staff.mira.actor, correction, replace(now.body, text="It starts on Tuesday."), now.saves)
    drafting.submit(staff.mira.actor, correction)
    snapshot = Review(staff.desk).subject(correction).snapshot
    assert (snapshot.route, snapshot.corrects) == ("Correction", post)


def test_a_correction_of_a_correction_keeps_one_word_in_front(staff: Staff) -> None:
    _, delivery = published(staff)
    correction, _ = Corrections(staff.desk).open(staff.mira.actor, delivery)
    drafting = Drafting(staff.desk)
    now = drafting.read(correction)
    drafting.save(staff.mira.actor, correction, replace(now.body, text="It starts on Tuesday."), now.saves)
    assert drafting.read(correction).body.title.count("Correction: ") == 1


def test_only_what_is_published_can_be_corrected(staff: Staff) -> None:
    _, delivery = scheduled(staff)
    corrections = Corrections(staff.desk)
    with pytest.raises(ChangedMeanwhileError):
        corrections.open(staff.mira.actor, delivery)
    with pytest.raises(NotFoundError):
        corrections.open(staff.mira.actor, "dlv_none")
    assert len(Listing(staff.desk).shelf().rows) == 1


def test_one_settled_by_a_person_can_be_corrected_too(staff: Staff) -> None:
    _, delivery = scheduled(staff)
    record = Deliveries(staff.desk)
    assert record.claim(delivery, "post", public=True) is not None
    record.interrupted(delivery)
    link = "https://practice.example/1"
    Outbox(staff.desk).resolve(staff.mira.actor, delivery, Resolution.LIVE, link)
    correction, _ = Corrections(staff.desk).open(staff.mira.actor, delivery)
    assert Drafting(staff.desk).read(correction).body.corrects
