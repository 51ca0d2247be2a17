"""Copies of a post: separate drafts with times of their own, each signed by itself, by nobody who wrote the text."""

from dataclasses import replace
from datetime import datetime

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings
from sqlmodel import select

from editorial.audit.actions import Action
from editorial.audit.auditing import Auditing
from editorial.delivery.outbox import Outbox
from editorial.errors import BadInputError, ChangedMeanwhileError, DeskError, NotAllowedError
from editorial.planning.setting import Times
from editorial.posts.copying import MOST, Copying
from editorial.posts.draft import DraftBody
from editorial.posts.drafting import Drafting
from editorial.posts.review import Review
from editorial.posts.states import PostState
from editorial.store.models import Post
from editorial.when import Choice, When, resolve
from tests.editorial.media.pictures import encoded, photo
from tests.editorial.planning.test_times import NEW_YORK, wall
from tests.fakes.desks import HELEN, JONAS, Staff

BODY = DraftBody(
    "Flu vaccination", "Come in.", network_texts={"practice": "Come in, all of you."}, language="es", kept={"k": "Why"}
)  # fmt: skip


def on(day: int, hour: int = 9, minute: int = 30, month: int = 3, fold: int | None = None) -> When:
    return When(Choice.SET, wall(day, hour, minute, month), NEW_YORK, fold)


def written(staff: Staff, body: DraftBody = BODY) -> str:
    account = staff.accounts[0] if staff.accounts else staff.connect_practice()
    return Drafting(staff.desk).open(staff.mira.actor, replace(body, accounts=(account,)))[0]


def posts(staff: Staff) -> int:
    with staff.desk.reading() as session:
        return len(session.exec(select(Post.id)).all())


def test_each_date_has_a_draft_of_its_own_with_everything(staff: Staff) -> None:
    drafting = Drafting(staff.desk)
    _, item, _ = drafting.add_picture(staff.mira.actor, encoded(photo(60), "PNG"), "desk.png")
    post = written(staff, replace(BODY, media=(replace(item, alt="A nurse at her desk"),), when=on(11)))
    source = drafting.read(post)
    dates = [on(26), on(12), on(19, 7)]
    copies, _ = Copying(staff.desk).copy(staff.mira.actor, post, dates)
    found = [drafting.read(each) for each in copies]
    assert [each.body.when for each in found] == [on(12), on(19, 7), on(26)], "the earliest first"
    for each in found:
        assert each.state is PostState.DRAFT
        assert each.revision == 0
        assert each.author_id == staff.mira.person_id
        assert replace(each.body, when=source.body.when) == replace(source.body, kept={})
    assert len({each.number for each in found} | {source.number}) == 4
    assert drafting.read(post) == source


def test_every_copy_and_the_post_have_an_entry(staff: Staff) -> None:
    post = written(staff)
    copies, changes = Copying(staff.desk).copy(staff.mira.actor, post, [on(12), on(19)])
    assert {*copies, post} == set(changes.ids)
    source = Drafting(staff.desk).read(post).number
    for copy in copies:
        (entry,) = Auditing(staff.desk).entries(object_id=copy)
        assert entry.action == Action.POST_OPENED
        assert entry.body["copied_from"] == source
    newest = Auditing(staff.desk).entries(object_id=post, limit=1)[0]
    assert newest.action == Action.POST_COPIED
    assert newest.body["posts"] == [Drafting(staff.desk).read(each).number for each in copies]


def test_a_copy_is_signed_by_itself(staff: Staff) -> None:
    drafting, review = Drafting(staff.desk), Review(staff.desk)
    post = written(staff, replace(BODY, when=on(11)))
    drafting.submit(staff.mira.actor, post)
    review.sign_off(staff.helen.actor, post, 1, HELEN)
    (copy,), _ = Copying(staff.desk).copy(staff.mira.actor, post, [on(12)])
    assert drafting.read(copy).state is PostState.DRAFT
    assert len(Outbox(staff.desk).rows()) == 1
    drafting.submit(staff.mira.actor, copy)
    assert not review.subject(copy).stages[0].given
    review.sign_off(staff.helen.actor, copy, 1, HELEN)
    assert [row.due_at for row in Outbox(staff.desk).rows()] == [
        resolve(wall(day, 9, 30), NEW_YORK) for day in (11, 12)
    ]


def test_nobody_signs_a_copy_of_what_they_wrote(staff: Staff) -> None:
    """Jonas copies a text that Helen edited and Mira began: none of the three may sign it."""
    drafting = Drafting(staff.desk)
    post = written(staff)
    working = drafting.read(post)
    drafting.save(staff.helen.actor, post, replace(working.body, text="Come in, please."), working.saves)
    (copy,), _ = Copying(staff.desk).copy(staff.jonas.actor, post, [on(12)])
    with pytest.raises(BadInputError, match="Nobody is left"):
        drafting.submit(staff.jonas.actor, copy)


def test_a_signer_of_the_post_who_copies_it_signs_no_copy(staff: Staff) -> None:
    drafting, post = Drafting(staff.desk), written(staff)
    (copy,), _ = Copying(staff.desk).copy(staff.helen.actor, post, [on(12)])
    drafting.submit(staff.helen.actor, copy)
    with pytest.raises(NotAllowedError, match="cannot sign"):
        Review(staff.desk).sign_off(staff.helen.actor, copy, 1, HELEN)
    Review(staff.desk).sign_off(staff.jonas.actor, copy, 1, JONAS)


def test_an_unchecked_writer_stays_one_in_the_copies(staff: Staff) -> None:
    post = written(staff)
    unchecked = replace(staff.helen.actor, verified=False)
    (copy,), _ = Copying(staff.desk).copy(unchecked, post, [on(12)])
    with pytest.raises(BadInputError, match="Nobody is left"):  # whoever submits answers for the text: Jonas, too
        Drafting(staff.desk).submit(staff.jonas.actor, copy)


# ---- refused ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dates", "words"),
    [
        ([], "No date"),
        ([on(1 + day % 30, 10, day, month=5) for day in range(MOST + 1)], "Too many"),
        ([on(12), on(9)], "has passed"),
        ([on(12), on(14, 2, 30)], "does not exist"),
        ([on(12), on(7, 1, 30, month=11)], "exists twice"),
        ([on(12), When(Choice.OPEN)], "needs a time"),
        ([on(12), When(Choice.SOON)], "needs a time"),
        ([on(12), on(22)], "is in a blackout. Accreditation visit, set by Jonas Lindqvist"),
    ],
)
def test_one_bad_date_and_nothing_is_copied(staff: Staff, dates: list[When], words: str) -> None:
    Times(staff.desk).set_blackout(staff.jonas.actor, "Accreditation visit", wall(22, 8), wall(23, 18))
    post = written(staff)
    before, size = posts(staff), Auditing(staff.desk).size()
    with pytest.raises(BadInputError, match=words):
        Copying(staff.desk).copy(staff.mira.actor, post, dates)
    assert (posts(staff), Auditing(staff.desk).size()) == (before, size)


def test_the_same_time_twice_makes_one_copy(staff: Staff) -> None:
    same = [on(12), on(12), When(Choice.SET, wall(12, 14, 30), "UTC")]
    copies, _ = Copying(staff.desk).copy(staff.mira.actor, written(staff), same)
    assert len(copies) == 1


def test_the_first_and_the_second_time_of_a_doubled_hour_are_two(staff: Staff) -> None:
    dates = [on(7, 1, 30, month=11, fold=turn) for turn in (0, 1)]
    copies, _ = Copying(staff.desk).copy(staff.mira.actor, written(staff), dates)
    assert [Drafting(staff.desk).read(each).body.when.fold for each in copies] == [0, 1]


def test_only_writers_copy_and_nothing_discarded(staff: Staff) -> None:
    post = written(staff)
    with pytest.raises(NotAllowedError):
        Copying(staff.desk).copy(staff.desk.system(), post, [on(12)])
    Drafting(staff.desk).discard(staff.mira.actor, post)
    with pytest.raises(ChangedMeanwhileError):
        Copying(staff.desk).copy(staff.mira.actor, post, [on(12)])


def test_a_published_post_is_copied_as_it_was_published(staff: Staff) -> None:
    post = written(staff, replace(BODY, when=When(Choice.SOON), crisis="", text="As signed."))
    Drafting(staff.desk).submit(staff.mira.actor, post)
    Review(staff.desk).sign_off(staff.helen.actor, post, 1, HELEN)
    with staff.desk.writing(staff.desk.system()) as unit:  # as the engine would have it
        unit.session.connection().exec_driver_sql("UPDATE post SET state = 'published'")
        unit.record(Action.POST_STATE, "post", post)
    (copy,), _ = Copying(staff.desk).copy(staff.mira.actor, post, [on(12)])
    found = Drafting(staff.desk).read(copy).body
    assert found.text == "Come in, all of you.", "what the one account got"
    assert found.when == on(12)


WALLS = st.datetimes(datetime(2027, 3, 11), datetime(2027, 11, 30)).map(  # noqa: DTZ001
    lambda each: each.replace(second=0, microsecond=0)
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(st.lists(WALLS, min_size=1, max_size=5), st.sampled_from([NEW_YORK, "Australia/Lord_Howe", "Europe/Berlin"]))
def test_copies_are_due_at_the_wall_times_that_were_chosen(staff: Staff, walls: list[datetime], zone: str) -> None:
    """Over every change of clocks between the dates: the wall time stays, the instant follows, doubt is refused."""
    post = written(staff)
    dates = [When(Choice.SET, each, zone) for each in walls]
    before, now = posts(staff), staff.clock.now()
    try:
        due = {resolve(each, zone) for each in walls}
    except BadInputError:
        with pytest.raises(DeskError):
            Copying(staff.desk).copy(staff.mira.actor, post, dates)
        assert posts(staff) == before
        return
    copies, _ = Copying(staff.desk).copy(staff.mira.actor, post, dates)
    found = [Drafting(staff.desk).read(each).body.when for each in copies]
    assert [each.due(now) for each in found] == sorted(due)
    assert {each.wall for each in found} <= set(walls)
