"""Notices of comments that name somebody: whom they reach, what they may say, and when they end."""

from dataclasses import replace
from datetime import timedelta

import pytest

from editorial.audit.actions import Action
from editorial.audit.auditing import Auditing
from editorial.errors import NotAllowedError
from editorial.posts.comments import Comments, Remark
from editorial.posts.draft import DraftBody
from editorial.posts.drafting import Drafting
from editorial.posts.mentions import Mentions
from editorial.posts.reading import Reading
from editorial.posts.review import Review
from tests.fakes.authorizations import add_reviewer, recorded
from tests.fakes.desks import HELEN, Staff
from tests.fakes.rules import NAMES, add_rules


def in_review(staff: Staff, title: str = "The garden", *authorizations: str) -> str:
    body = DraftBody(title, "Come in.", accounts=(staff.connect_practice(),), authorizations=authorizations)
    post, _ = Drafting(staff.desk).open(staff.mira.actor, body)
    Drafting(staff.desk).submit(staff.mira.actor, post)
    return post


@pytest.fixture
def post(staff: Staff) -> str:
    return in_review(staff)


def test_it_reaches_whom_it_names(staff: Staff, post: str) -> None:
    mentions = Mentions(staff.desk)
    Comments(staff.desk).say(staff.helen.actor, post, "@mira and @Jonas Lindqvist, as I said to @Helen Castellanos?")
    for person in (staff.mira, staff.jonas):
        (notice,) = mentions.open(person.actor)
        assert (notice.post_id, notice.number, notice.title) == (post, 1, "The garden")
        assert (notice.by, notice.at) == ("Helen Castellanos", staff.clock.now())
        assert Reading(staff.desk).page(person.actor, post).unread == {notice.comment_id}
    assert mentions.open(staff.helen.actor) == (), "nobody is told of their own words"


@pytest.mark.parametrize("how", ["changes", "sign_off"])
def test_words_of_other_commands_name_people_too(staff: Staff, post: str, how: str) -> None:
    review = Review(staff.desk)
    if how == "changes":
        review.request_changes(staff.helen.actor, post, 1, "Shorter, @mira.", staff.clock.now() + timedelta(hours=1))
    else:
        review.sign_off(staff.helen.actor, post, 1, HELEN, "Good, @mira.")
    assert len(Mentions(staff.desk).open(staff.mira.actor)) == 1


def test_the_newest_stands_first(staff: Staff, post: str) -> None:
    for hour in range(3):
        Comments(staff.desk).say(staff.helen.actor, post, f"{hour}, @mira")
        staff.clock.forward(timedelta(hours=1))
    times = [notice.at for notice in Mentions(staff.desk).open(staff.mira.actor)]
    assert times == sorted(times, reverse=True)


def test_it_ends_when_it_was_read(staff: Staff, post: str) -> None:
    mentions, comments = Mentions(staff.desk), Comments(staff.desk)
    comments.say(staff.helen.actor, post, "@mira, @jonas: look")
    (notice,) = mentions.open(staff.mira.actor)
    changes = mentions.read(staff.mira.actor, [notice.comment_id])
    assert post in changes.ids
    assert mentions.open(staff.mira.actor) == ()
    assert len(mentions.open(staff.jonas.actor)) == 1, "each reads for themselves"
    assert not mentions.read(staff.mira.actor, [notice.comment_id, "say_gone"])
    (entry,) = Auditing(staff.desk).entries(object_id=post, prefixes=(Action.MENTION_READ,))
    assert entry.actor_id == staff.mira.person_id


def test_nobody_reads_for_others(staff: Staff, post: str) -> None:
    Comments(staff.desk).say(staff.helen.actor, post, "@mira")
    mentions = Mentions(staff.desk)
    (notice,) = mentions.open(staff.mira.actor)
    assert not mentions.read(staff.jonas.actor, [notice.comment_id])
    with pytest.raises(NotAllowedError):
        mentions.read(replace(staff.mira.actor, verified=False), [notice.comment_id])
    assert mentions.open(staff.mira.actor) == (notice,)


@pytest.mark.parametrize("answer", [False, True])
def test_it_ends_when_the_matter_is_resolved(staff: Staff, post: str, answer: bool) -> None:
    comments, mentions = Comments(staff.desk), Mentions(staff.desk)
    comments.say(staff.helen.actor, post, "Why?" if answer else "@mira, why?")
    (root,) = Review(staff.desk).subject(post).comments
    if answer:
        comments.say(staff.jonas.actor, post, Remark("@mira knows.", answers=root.id))
    assert len(mentions.open(staff.mira.actor)) == 1
    comments.resolve(staff.helen.actor, root.id)
    assert mentions.open(staff.mira.actor) == ()
    comments.reopen(staff.helen.actor, root.id)
    assert len(mentions.open(staff.mira.actor)) == 1


def test_it_ends_with_the_post(staff: Staff, post: str) -> None:
    Comments(staff.desk).say(staff.helen.actor, post, "@mira")
    Drafting(staff.desk).withdraw(staff.mira.actor, post)
    assert len(Mentions(staff.desk).open(staff.mira.actor)) == 1
    Drafting(staff.desk).discard(staff.mira.actor, post)
    assert Mentions(staff.desk).open(staff.mira.actor) == ()


@pytest.mark.parametrize("why", ["finding", "authorization"])
def test_nothing_of_a_patients_stands_in_it(staff: Staff, why: str) -> None:
    add_reviewer(staff)
    if why == "finding":
        add_rules(staff.desk, replace(NAMES, words=("Come",)))
        post = in_review(staff, "Rosa walks again")
    else:
        post = in_review(staff, "Rosa walks again", recorded(staff))
    Comments(staff.desk).say(staff.helen.actor, post, "Is Rosa well, @mira?")
    (notice,) = Mentions(staff.desk).open(staff.mira.actor)
    assert notice.title == ""
    assert "Rosa" not in repr(notice)
