"""What the Review screen reads about one post."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from editorial.charter.document import Role
from editorial.checks import CheckContext, Finding, RuleSet, Severity
from editorial.content import AccountContent
from editorial.errors import NotFoundError
from editorial.posts.draft import DraftBody
from editorial.posts.drafting import Drafting
from editorial.posts.reading import Event, Reading
from editorial.posts.review import Review
from editorial.posts.states import PostState
from tests.fakes.desks import HELEN, JONAS, Staff


def sent(staff: Staff, text: str = "Hello") -> str:
    drafting = Drafting(staff.desk)
    accounts = tuple(staff.connect_practice(name) for name in ("one", "two"))
    post, _ = drafting.open(staff.mira.actor, DraftBody("Garden", text, accounts=accounts))
    drafting.submit(staff.mira.actor, post)
    return post


def edited(staff: Staff, post: str, text: str) -> None:
    drafting = Drafting(staff.desk)
    working = drafting.read(post)
    drafting.save(staff.mira.actor, post, replace(working.body, text=text), working.saves)
    drafting.submit(staff.mira.actor, post)


def test_a_first_version(staff: Staff) -> None:
    page = Reading(staff.desk).page(staff.helen.actor, sent(staff))
    assert page.differences is None
    assert sorted(page.labels.values()) == ["Practice one", "Practice two"]
    assert page.holders == {"Sign-off": ("Jonas Lindqvist", "Helen Castellanos")}
    assert (page.why_not, page.signs_as) == ("", Role.PRIVACY_OFFICER)
    assert [(each.event, each.number, each.name) for each in page.history] == [(Event.FROZEN, 1, "Mira Okafor")]
    assert page.stage is not None
    assert page.stage.name == "Sign-off"


def test_the_author_learns_why_not(staff: Staff) -> None:
    page = Reading(staff.desk).page(staff.mira.actor, sent(staff))
    assert page.why_not == "You wrote or edited this post. Somebody else signs it."
    assert page.signs_as is None


def test_history_tells_signatures_that_ended(staff: Staff) -> None:
    review, reading, post = Review(staff.desk), Reading(staff.desk), sent(staff)
    review.sign_off(staff.helen.actor, post, 1, HELEN)
    staff.clock.forward(timedelta(minutes=5))
    edited(staff, post, "Hello again")
    staff.clock.forward(timedelta(minutes=5))
    review.request_changes(staff.jonas.actor, post, 2, "Shorter, too")
    staff.clock.forward(timedelta(minutes=5))
    edited(staff, post, "Hi")
    staff.clock.forward(timedelta(minutes=5))
    review.sign_off(staff.jonas.actor, post, 3, JONAS)
    page = reading.page(staff.helen.actor, post)
    told = [(each.event, each.number, each.detail, each.ended) for each in page.history]
    assert told == [
        (Event.SIGNED, 3, "communications lead", False),
        (Event.FROZEN, 3, "Garden", False),
        (Event.REQUESTED, 2, "Shorter, too", False),
        (Event.FROZEN, 2, "Garden", False),
        (Event.SIGNED, 1, "privacy officer", True),
        (Event.FROZEN, 1, "Garden", False),
    ]
    assert page.differences is not None
    assert (page.differences.before, page.differences.after) == (2, 3)


@dataclass(frozen=True)
class Mentions:
    """A rule that only warns: the text has a word in it."""

    word: str
    rule: str = "words.mentions"
    version: int = 1

    @property
    def parameters(self) -> Mapping[str, Any]:
        return {"word": self.word}

    def check(self, contents: Sequence[AccountContent], context: CheckContext) -> Iterable[Finding]:
        found = tuple(content.account_id for content in contents if self.word in content.text)
        if found:
            yield Finding(self.rule, "words", Severity.WARNING, f"Says {self.word}", "Think twice.", found, "text")


def test_findings_of_a_version_keep_their_words_while_the_rule_says_them(staff: Staff) -> None:
    staff.desk.rules = RuleSet((Mentions("Hello"),))
    reading, post = Reading(staff.desk), sent(staff)
    (seen,) = reading.page(staff.helen.actor, post).findings
    assert (seen.severity, seen.title, seen.reason) == ("warning", "Says Hello", "Think twice.")
    staff.desk.rules = RuleSet((Mentions("Goodbye"),))
    (seen,) = reading.page(staff.helen.actor, post).findings
    assert (seen.severity, seen.title, seen.reason) == ("warning", "Words: mentions", "")


def test_a_post_that_left_the_review_cannot_be_signed(staff: Staff) -> None:
    post = sent(staff)
    Drafting(staff.desk).withdraw(staff.mira.actor, post)
    page = Reading(staff.desk).page(staff.helen.actor, post)
    assert (page.why_not, page.signs_as) == ("This post is not in review.", None)


def test_the_newest_state_for_a_dialog(staff: Staff) -> None:
    reading, post = Reading(staff.desk), sent(staff)
    first = reading.newest(post)
    assert (first.number, first.state, first.stage) == (1, PostState.IN_REVIEW, "Sign-off")
    edited(staff, post, "Other")
    assert reading.newest(post).number == 2
    Review(staff.desk).sign_off(staff.helen.actor, post, 2, HELEN)
    assert (reading.newest(post).state, reading.newest(post).stage) == (PostState.APPROVED, "")
    with pytest.raises(NotFoundError):
        reading.newest("post-unknown")
