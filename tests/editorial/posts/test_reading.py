"""What the Review screen reads about one post."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from editorial.audit.actions import Action
from editorial.audit.auditing import Auditing
from editorial.charter.document import Charter, Deputy, Role, RouteKind
from editorial.checks import CheckContext, Finding, RuleSet, Severity
from editorial.content import AccountContent
from editorial.errors import NotFoundError
from editorial.people.desk_people import Signer
from editorial.posts.differences import compared
from editorial.posts.draft import DraftBody
from editorial.posts.drafting import Drafting
from editorial.posts.history import Event, Part
from editorial.posts.reading import Reading
from editorial.posts.review import Review
from editorial.posts.states import PostState
from editorial.signoff.timing import Risk
from editorial.when import Choice, When, Window
from tests.fakes.desks import HELEN, JONAS, Staff, add_person


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
    review.request_changes(staff.jonas.actor, post, 2, "Shorter, too", staff.tomorrow)
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
    assert (page.differences.before, page.differences.after, page.signed_before) == (1, 3, 1)
    assert page.history[-2].meaning == "I checked this exact content. I approve publishing it in the time shown."
    others = reading.page(staff.mira.actor, post)
    assert others.differences is not None
    assert (others.differences.before, others.signed_before, others.versions) == (2, 0, (1, 2, 3))
    any_two = reading.differences(post, 3, 1)
    assert (any_two.before.number, any_two.after.number, any_two.differences.count) == (3, 1, 1)
    with pytest.raises(NotFoundError):
        reading.differences(post, 1, 9)


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


def test_an_older_version_is_read_and_not_signed(staff: Staff) -> None:
    post = sent(staff)
    edited(staff, post, "Other")
    page = Reading(staff.desk).page(staff.helen.actor, post, 1)
    assert (page.subject.snapshot.number, page.seat) == (1, None)
    assert page.why_not == "Version 2 is the newest; only that one can be signed."


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"text": "Other"}, Part.TEXT),
        ({"title": "Only the title"}, None),
        ({"when": When(Choice.SOON)}, Part.TIME),
        ({"accounts": ()}, Part.ACCOUNTS),
    ],
)
def test_a_stage_that_came_back_says_why(staff: Staff, change: dict[str, Any], part: Part | None) -> None:
    post, drafting, at = sent(staff), Drafting(staff.desk), staff.clock.now()
    Review(staff.desk).sign_off(staff.helen.actor, post, 1, HELEN)
    staff.clock.forward(timedelta(days=1))
    working = drafting.read(post)
    if "accounts" in change:
        change = {"accounts": (*working.body.accounts, staff.connect_practice("three"))}
    drafting.save(staff.mira.actor, post, replace(working.body, **change), working.saves)
    drafting.submit(staff.mira.actor, post)
    found = Reading(staff.desk).page(staff.jonas.actor, post).returned
    if part is None:
        assert found == {}
        return
    why = found["Sign-off"]
    assert (why.name, why.number, why.at, why.ended_in, why.part) == ("Helen Castellanos", 1, at, 2, part)


def test_a_stage_that_came_back_after_a_request_says_so(staff: Staff) -> None:
    post, review = sent(staff), Review(staff.desk)
    review.request_changes(staff.jonas.actor, post, 1, "Shorter.", staff.tomorrow)
    edited(staff, post, "Hello")
    assert Reading(staff.desk).page(staff.helen.actor, post).returned == {}  # nobody had signed it


def test_opened_accounts_stand_in_the_entry(staff: Staff) -> None:
    post = sent(staff)
    Review(staff.desk).sign_off(staff.helen.actor, post, 1, HELEN, opened=staff.accounts)
    (entry,) = [each for each in Auditing(staff.desk).entries() if each.action == Action.SIGNED_OFF]
    assert entry.body["opened"] == sorted(staff.accounts)


def test_what_a_version_rests_on_is_compared(staff: Staff) -> None:
    before = Review(staff.desk).subject(sent(staff)).snapshot
    after = replace(before, number=2, authorizations=("auth_1@sha256:0",), route="Patient story")
    found = compared(before, after).differences
    assert (found.authorizations, found.routes, found.count) == (
        ((), ("auth_1@sha256:0",)), ("Standard", "Patient story"), 2
    )  # fmt: skip
    later = replace(before, number=2, window=Window(None, before.window.not_after + timedelta(days=1)))
    found = compared(before, later).differences
    assert (found.windows, found.count) == ((before.window, later.window), 0)


def with_times(staff: Staff, deputy: bool) -> None:
    """Standard posts are due an hour before they go out; Sana stands in for Helen, and is asked after a while."""
    officers = [Signer(staff.jonas.person_id, JONAS), Signer(staff.helen.person_id, HELEN)]
    sana = add_person(
        staff.people, staff.jonas.actor, "Sana Haddad", "sana", "winter ladder green telescope", Role.AUTHOR, officers
    )

    def change(charter: Charter) -> Charter:
        routes = []
        for route in charter.routes:
            if route.kind is RouteKind.ROUTINE:
                stage = replace(route.stages[0], due_minutes=60, remind_minutes=30, escalate_minutes=10)
                second = replace(stage, name="Second look", beside=True, due_minutes=30)
                second = replace(second, roles=frozenset({Role.PRIVACY_OFFICER}))
                route = replace(route, stages=(stage, second))
            routes.append(route)
        since, until = staff.clock.now() - timedelta(days=1), staff.clock.now() + timedelta(days=30)
        stands = (Deputy(staff.helen.person_id, sana, since, until),) if deputy else ()
        return replace(charter, routes=tuple(routes), deputies=stands)

    staff.people.amend(staff.jonas.actor, change, officers)


@pytest.mark.parametrize("deputy", [True, False])
def test_stages_are_due_before_the_post_and_deputies_are_asked(staff: Staff, deputy: bool) -> None:
    with_times(staff, deputy)
    drafting, reading, review = Drafting(staff.desk), Reading(staff.desk), Review(staff.desk)
    when = When(Choice.SET, datetime(2027, 3, 10, 14, 42), "America/New_York")  # noqa: DTZ001  a wall time
    body = DraftBody("Garden", "Hello", accounts=(staff.connect_practice(),), when=when)
    post, _ = drafting.open(staff.mira.actor, body)
    drafting.submit(staff.mira.actor, post)
    goes_out = staff.clock.now() + timedelta(hours=4)
    (row,) = review.queue(staff.helen.actor)
    assert (row.due, row.asked, row.risk) == (goes_out - timedelta(hours=1), None, Risk.LOW)
    asked = reading.page(staff.helen.actor, post).asked
    assert {name: each.due for name, each in asked.items()} == {
        "Sign-off": goes_out - timedelta(hours=1),
        "Second look": goes_out - timedelta(minutes=30),
    }
    review.sign_off(staff.jonas.actor, post, 1, JONAS)
    staff.clock.forward(timedelta(hours=3, minutes=30))
    (row,) = review.queue(staff.helen.actor)
    since = goes_out - timedelta(minutes=50) if deputy else None
    assert (row.stage, row.step, row.due, row.asked) == ("Second look", 2, goes_out - timedelta(minutes=30), since)
    asked = reading.page(staff.helen.actor, post).asked
    names = ("Sana Haddad",) if deputy else ()
    assert (asked["Second look"].deputies, asked["Second look"].since) == (names, since)
    found = reading.deputy_of(staff.helen.actor)
    assert (found is not None and found[0] == "Sana Haddad") is deputy
    assert reading.deputy_of(staff.jonas.actor) is None


def test_a_post_without_a_date_has_no_due_stage(staff: Staff) -> None:
    post = sent(staff)
    assert Reading(staff.desk).page(staff.helen.actor, post).asked == {}
