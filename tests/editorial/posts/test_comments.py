"""Comments: on the whole or on a passage, answered, settled, taken over; and nobody writes a post by commenting."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings
from sqlmodel import select

from editorial.audit.actions import Action
from editorial.audit.auditing import Auditing
from editorial.charter.document import Member, Role
from editorial.errors import BadInputError, ChangedMeanwhileError, DeskError, NotAllowedError, NotFoundError
from editorial.keys.signing import SigningKey
from editorial.people.desk_people import Signer
from editorial.people.session import SignedIn
from editorial.posts.comments import Comments, Remark, Said, mentioned
from editorial.posts.draft import DraftBody
from editorial.posts.drafting import Drafting
from editorial.posts.passages import Passage
from editorial.posts.review import Review
from editorial.store.models import Draft
from editorial.tasks import TaskKind, Tasks
from tests.fakes.desks import HELEN, JONAS, Staff, add_person, staffed

TEXT = "Ahmed Karimi walked twelve metres."
KARIMI = Passage(" Karimi", 5)


def in_review(staff: Staff, text: str = TEXT) -> str:
    account = staff.accounts[0] if staff.accounts else staff.connect_practice()
    post, _ = Drafting(staff.desk).open(staff.mira.actor, DraftBody("Steps", text, accounts=(account,)))
    Drafting(staff.desk).submit(staff.mira.actor, post)
    return post


def edit(staff: Staff, post: str, text: str) -> None:
    drafting = Drafting(staff.desk)
    working = drafting.read(post)
    drafting.save(staff.mira.actor, post, replace(working.body, text=text), working.saves)
    drafting.submit(staff.mira.actor, post)


def said(staff: Staff, post: str) -> tuple[Said, ...]:
    return Review(staff.desk).subject(post).comments


def editors(staff: Staff, post: str) -> set[str]:
    with staff.desk.reading() as session:
        return set(session.exec(select(Draft).where(Draft.post_id == post)).one().editors)


def entries(staff: Staff) -> list[str]:
    return [entry.action for entry in Auditing(staff.desk).entries()][::-1]


def test_a_comment_stands_on_its_passage_and_is_answered(staff: Staff) -> None:
    post, comments = in_review(staff), Comments(staff.desk)
    comments.say(staff.helen.actor, post, Remark("Surname? @Mira Okafor", KARIMI))
    (first,) = said(staff, post)
    comments.say(staff.mira.actor, post, Remark("Done soon.", answers=first.id))
    first, answer = said(staff, post)
    assert (first.passage, first.kind, first.number, first.mentions) == (KARIMI, "comment", 1, ("Mira Okafor",))
    assert (answer.parent_id, answer.passage, answer.open) == (first.id, None, True)
    assert entries(staff).count(Action.COMMENTED) == 2


def test_what_cannot_be_said(staff: Staff) -> None:
    post, other, comments = in_review(staff), in_review(staff), Comments(staff.desk)
    comments.say(staff.helen.actor, other, "There")
    (elsewhere,) = said(staff, other)
    helen = staff.helen.actor
    with pytest.raises(BadInputError, match="no comment"):
        comments.say(helen, post, "  ")
    with pytest.raises(ChangedMeanwhileError, match="not in the newest version"):
        comments.say(helen, post, Remark("Hm", Passage("thirteen")))
    with pytest.raises(BadInputError, match="changes nothing"):
        comments.say(helen, post, Remark("Hm", KARIMI, " Karimi"))
    with pytest.raises(BadInputError, match="changes nothing"):
        comments.say(helen, post, Remark("Hm", None, "words"))
    with pytest.raises(NotFoundError, match="another post"):
        comments.say(helen, post, Remark("Hm", answers=elsewhere.id))
    with pytest.raises(NotFoundError):
        comments.resolve(helen, "say_none")
    with pytest.raises(NotAllowedError):
        comments.say(replace(helen, verified=False), post, "Hm")
    assert said(staff, post) == ()


def test_a_duty_manager_says_nothing(staff: Staff) -> None:
    officers = [Signer(staff.jonas.person_id, JONAS), Signer(staff.helen.person_id, HELEN)]
    words = "winter ladder green telescope"
    key = add_person(staff.people, staff.jonas.actor, "Noor Vermeer", "noor", words, Role.DUTY_MANAGER, officers)
    noor = staff.people.sign_in(key, words)
    with pytest.raises(NotAllowedError, match="duty manager"):
        Comments(staff.desk).say(noor.actor, in_review(staff), "Hm")


def test_comments_are_settled_and_opened_again(staff: Staff) -> None:
    post, comments = in_review(staff), Comments(staff.desk)
    comments.say(staff.helen.actor, post, "Shorter.")
    (one,) = said(staff, post)
    comments.resolve(staff.mira.actor, one.id)
    with pytest.raises(ChangedMeanwhileError, match="resolved already"):
        comments.resolve(staff.mira.actor, one.id)
    (one,) = said(staff, post)
    assert (one.open, one.resolved_by) == (False, "Mira Okafor")
    comments.reopen(staff.helen.actor, one.id)
    with pytest.raises(ChangedMeanwhileError, match="open already"):
        comments.reopen(staff.helen.actor, one.id)
    assert said(staff, post)[0].open
    assert entries(staff)[-2:] == [Action.COMMENT_RESOLVED, Action.COMMENT_REOPENED]


def test_the_author_takes_a_suggestion_over(staff: Staff) -> None:
    post, comments, drafting = in_review(staff), Comments(staff.desk), Drafting(staff.desk)
    comments.say(staff.helen.actor, post, Remark("First name only.", KARIMI, ""))
    (one,) = said(staff, post)
    before = drafting.read(post).saves
    comments.take(staff.mira.actor, one.id)
    assert drafting.read(post).body.text == "Ahmed walked twelve metres."
    assert drafting.read(post).saves == before + 1  # an open editor notices
    assert editors(staff, post) == {staff.mira.person_id}
    (one,) = said(staff, post)
    assert (one.taken_at, one.open) == (staff.clock.now(), False)
    with pytest.raises(ChangedMeanwhileError, match="settled"):
        comments.take(staff.mira.actor, one.id)
    assert entries(staff)[-1] == Action.SUGGESTION_TAKEN
    drafting.submit(staff.mira.actor, post)
    Review(staff.desk).sign_off(staff.helen.actor, post, 2, HELEN)  # who gave it may still sign


def test_a_suggestion_is_not_forced_on_another_text(staff: Staff) -> None:
    post, comments = in_review(staff), Comments(staff.desk)
    comments.say(staff.helen.actor, post, Remark("", KARIMI, ""))
    comments.say(staff.helen.actor, post, "Only words")
    suggestion, words = said(staff, post)
    edit(staff, post, "Somebody walked.")
    with pytest.raises(ChangedMeanwhileError, match="not in the text any more"):
        comments.take(staff.mira.actor, suggestion.id)
    with pytest.raises(BadInputError, match="suggests no text"):
        comments.take(staff.mira.actor, words.id)
    assert Drafting(staff.desk).read(post).body.text == "Somebody walked."


def test_nobody_becomes_an_editor_by_agreeing(staff: Staff) -> None:
    post, comments = in_review(staff), Comments(staff.desk)
    comments.say(staff.helen.actor, post, Remark("", KARIMI, ""))
    (one,) = said(staff, post)
    for person in (staff.helen, staff.jonas):
        with pytest.raises(NotAllowedError, match="author takes suggestions over"):
            comments.take(person.actor, one.id)
    assert editors(staff, post) == set()


def test_a_version_answers_the_comments_whose_passage_it_changed(staff: Staff) -> None:
    post, comments = in_review(staff), Comments(staff.desk)
    helen = staff.helen.actor
    comments.say(helen, post, Remark("Surname?", KARIMI))
    staff.clock.forward(timedelta(seconds=1))
    comments.say(helen, post, Remark("Sure?", Passage("twelve", 20), "twenty"))
    staff.clock.forward(timedelta(seconds=1))
    comments.say(helen, post, "All in all good.")
    edit(staff, post, TEXT.replace(" Karimi", ""))
    assert [(each.answered_in, each.added) for each in said(staff, post)] == [(2, False), (0, False), (0, False)]
    edit(staff, post, "Ahmed walked twenty metres.")
    assert [(each.answered_in, each.added) for each in said(staff, post)] == [(2, False), (3, True), (0, False)]


def test_changes_are_asked_for_by_a_time(staff: Staff) -> None:
    post, review, tasks = in_review(staff), Review(staff.desk), Tasks(staff.desk)
    due = staff.clock.now() + timedelta(hours=3)
    with pytest.raises(BadInputError, match="time has passed"):
        review.request_changes(staff.helen.actor, post, 1, "Shorter.", staff.clock.now())
    with pytest.raises(BadInputError, match="No time is chosen"):
        review.request_changes(staff.helen.actor, post, 1, "Shorter.", None)
    assert said(staff, post) == ()
    review.request_changes(staff.helen.actor, post, 1, "Shorter.", due)
    (task,) = tasks.open()
    assert (task.kind, task.post_id, task.due_at) == (TaskKind.CHANGES, post, due)
    edit(staff, post, "Ahmed walked.")
    assert tasks.open() == ()
    review.request_changes(staff.helen.actor, post, 2, "Shorter still.", due)
    Drafting(staff.desk).discard(staff.mira.actor, post)
    assert tasks.open() == ()


def member(name: str, sign_in: str, *, active: bool = True) -> Member:
    key = SigningKey.generate()
    return Member(f"id-{sign_in}", name, sign_in, key.public, key.key_id, frozenset({Role.AUTHOR}), active)


def test_people_are_mentioned_by_name() -> None:
    staff = [
        member("Ana", "ana"), member("Ana Maria Lopes", "aml"), member("Jo", "jo", active=False), member("Li", "li.w")
    ]  # fmt: skip
    assert mentioned("@Ana Maria Lopes: see this", staff) == ("id-aml",)
    assert mentioned("@ana and @LI.W, please", staff) == ("id-ana", "id-li.w")
    assert mentioned("@Anastasia, @Jo, mail to x@y, Ana", staff) == ()
    assert mentioned("@Anastasia and @Ana", staff) == ("id-ana",)


ACTS = st.lists(
    st.tuples(st.sampled_from(["say", "quote", "suggest", "answer", "resolve", "reopen", "take", "edit"]),
              st.sampled_from(["helen", "jonas", "mira"])),
    max_size=9,
)  # fmt: skip


def _act(staff: Staff, post: str, act: str, person: SignedIn) -> None:
    comments, found = Comments(staff.desk), said(staff, post)
    last = found[-1].id if found else ""
    if act in ("say", "quote", "suggest", "answer"):
        passage = Passage("walked", 6) if act in ("quote", "suggest") else None
        comments.say(
            person.actor, post,
            Remark("Hm", passage, "ran and walked" if act == "suggest" else None, last if act == "answer" else ""),
        )  # fmt: skip
    elif act == "edit":
        edit(staff, post, f"{Drafting(staff.desk).read(post).body.text} More.")
    else:
        getattr(comments, act)(person.actor, last)


@settings(max_examples=12, deadline=None)
@given(ACTS)
def test_nobody_contributes_by_commenting(acts: list[tuple[str, str]]) -> None:
    """I4: whatever people say, suggest and settle, only Mira, who types and takes over, becomes a contributor."""
    with TemporaryDirectory() as folder, staffed(Path(folder) / "desk") as staff:
        post = in_review(staff)
        for act, who in acts:
            staff.clock.forward(timedelta(seconds=1))
            try:
                _act(staff, post, act, getattr(staff, who))
            except DeskError:
                continue
        Drafting(staff.desk).submit(staff.mira.actor, post)
        subject = Review(staff.desk).subject(post)
        assert subject.snapshot.contributors == (staff.mira.person_id,)
        Review(staff.desk).sign_off(staff.helen.actor, post, subject.snapshot.number, HELEN)
