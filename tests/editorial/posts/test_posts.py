"""Drafting and reviewing, case by case."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from editorial.content import AccountContent
from editorial.delivery.outbox import Outbox
from editorial.delivery.states import DeliveryState
from editorial.errors import BadInputError, ChangedMeanwhileError, NotAllowedError, NotFoundError
from editorial.people.tries import WrongPassphraseAtDeskError
from editorial.posts.comments import Comments
from editorial.posts.draft import DraftBody, Target
from editorial.posts.drafting import Drafting, OpenFindingsError
from editorial.posts.records import revision_of
from editorial.posts.review import Review
from editorial.posts.revision import Snapshot
from editorial.posts.states import PostState
from editorial.when import Choice, When
from tests.fakes.desks import HELEN, Staff

NEW_YORK = "America/New_York"


def ready(staff: Staff, text: str = "Hello", when: When | None = None, accounts: int = 1) -> tuple[str, list[str]]:
    ids = [staff.connect_practice(f"account{number}") for number in range(accounts)]
    when = when or When(Choice.SET, datetime(2027, 3, 12, 9, 30), NEW_YORK)  # noqa: DTZ001  a wall time
    body = DraftBody("Rosa's garden", text, accounts=tuple(ids), when=when)
    post, _ = Drafting(staff.desk).open(staff.mira.actor, body)
    return post, ids


def edit(staff: Staff, post: str, **changes: object) -> None:
    drafting = Drafting(staff.desk)
    working = drafting.read(post)
    drafting.save(staff.mira.actor, post, replace(working.body, **changes), working.saves)  # type: ignore[arg-type]


def test_the_whole_way(staff: Staff) -> None:
    post, (account,) = ready(staff)
    drafting, review = Drafting(staff.desk), Review(staff.desk)
    drafting.submit(staff.mira.actor, post)
    (waiting,) = review.queue(staff.helen.actor)
    assert (waiting.mine, waiting.stage, waiting.step, waiting.steps) == (True, "Sign-off", 1, 1)
    assert not review.queue(staff.mira.actor)[0].mine
    review.sign_off(staff.helen.actor, post, 1, HELEN, "Good to go.")
    (row,) = Outbox(staff.desk).rows()
    assert (row.state, row.account_id) == (DeliveryState.WAITING, account)
    assert row.due_at == datetime(2027, 3, 12, 14, 30, tzinfo=UTC)
    assert drafting.read(post).state is PostState.SCHEDULED
    subject = review.subject(post)
    (given,) = subject.stages[0].given
    assert given.signer["name"] == "Helen Castellanos"
    assert given.signer["role"] == "privacy_officer"
    assert given.meaning.startswith("I checked this exact content.")
    assert [said.text for said in subject.comments] == ["Good to go."]


def test_a_wrong_passphrase_signs_nothing(staff: Staff) -> None:
    post, _ = ready(staff)
    Drafting(staff.desk).submit(staff.mira.actor, post)
    with pytest.raises(WrongPassphraseAtDeskError):
        Review(staff.desk).sign_off(staff.helen.actor, post, 1, "not this one")
    assert not Review(staff.desk).subject(post).stages[0].given


def test_an_edit_ends_exactly_the_changed_accounts_signatures(staff: Staff) -> None:
    post, (first, second) = ready(staff, accounts=2)
    drafting, review = Drafting(staff.desk), Review(staff.desk)
    drafting.submit(staff.mira.actor, post)
    review.sign_off(staff.helen.actor, post, 1, HELEN)
    working = drafting.read(post)
    drafting.save(staff.mira.actor, post, working.body.with_text(first, "Other words"), working.saves)
    drafting.submit(staff.mira.actor, post)
    with staff.desk.reading() as session:
        before = revision_of(session, post, 1)[1].digests()
        after = revision_of(session, post, 2)[1].digests()
    assert before[second] == after[second]
    assert before[first] != after[first]
    assert not review.subject(post).stages[0].given, "the whole version needs a signature again"
    assert {row.state for row in Outbox(staff.desk).rows()} == {DeliveryState.CANCELLED}
    review.sign_off(staff.helen.actor, post, 2, HELEN)
    live = [row for row in Outbox(staff.desk).rows() if row.state is DeliveryState.WAITING]
    assert {row.account_id for row in live} == {first, second}


def test_two_editors_notice_each_other(staff: Staff) -> None:
    post, _ = ready(staff)
    drafting = Drafting(staff.desk)
    working = drafting.read(post)
    drafting.save(staff.mira.actor, post, replace(working.body, text="Mira's"), working.saves)
    with pytest.raises(ChangedMeanwhileError):
        drafting.save(staff.jonas.actor, post, replace(working.body, text="Jonas's"), working.saves)
    assert drafting.read(post).body.text == "Mira's"


def test_who_edited_once_never_signs(staff: Staff) -> None:
    post, _ = ready(staff)
    drafting, review = Drafting(staff.desk), Review(staff.desk)
    working = drafting.read(post)
    drafting.save(staff.helen.actor, post, replace(working.body, text="Helen's comma"), working.saves)
    drafting.submit(staff.mira.actor, post)
    review.request_changes(staff.jonas.actor, post, 1, "Shorter, please.", staff.tomorrow)
    edit(staff, post, text="Short")
    drafting.submit(staff.mira.actor, post)
    with pytest.raises(NotAllowedError, match="wrote or edited"):
        review.sign_off(staff.helen.actor, post, 2, HELEN)


def test_findings_stop_the_way_to_review_and_change_nothing(staff: Staff) -> None:
    post, _ = ready(staff, text="x" * 501)
    with pytest.raises(OpenFindingsError) as caught:
        Drafting(staff.desk).submit(staff.mira.actor, post)
    assert [finding.rule for finding in caught.value.findings] == ["length.too-long"]
    assert Drafting(staff.desk).read(post).revision == 0


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " "}, "title"),
        ({"accounts": ()}, "accounts"),
        ({"when": When(Choice.SET, datetime(2027, 3, 14, 2, 30), NEW_YORK)}, "time"),  # noqa: DTZ001
        ({"when": When(Choice.SET, datetime(2027, 11, 7, 1, 30), NEW_YORK)}, "fold"),  # noqa: DTZ001
        ({"when": When(Choice.SET, datetime(2027, 3, 1, 9, 0), NEW_YORK)}, "time"),  # noqa: DTZ001
    ],
)
def test_what_cannot_be_sent_to_review_is_named(staff: Staff, changes: dict[str, object], field: str) -> None:
    post, _ = ready(staff)
    edit(staff, post, **changes)
    with pytest.raises(BadInputError) as caught:
        Drafting(staff.desk).submit(staff.mira.actor, post)
    assert caught.value.field == field


def test_approved_too_late_never_publishes_at_once(staff: Staff) -> None:
    post, _ = ready(staff)
    Drafting(staff.desk).submit(staff.mira.actor, post)
    staff.clock.forward(timedelta(days=3))
    Review(staff.desk).sign_off(staff.helen.actor, post, 1, HELEN)
    assert Drafting(staff.desk).read(post).state is PostState.APPROVED
    assert Outbox(staff.desk).rows() == ()
    later = When(Choice.SET, datetime(2027, 3, 20, 9, 0), NEW_YORK)  # noqa: DTZ001
    Outbox(staff.desk).schedule(staff.mira.actor, post, later)
    (row,) = Outbox(staff.desk).rows()
    assert row.due_at == datetime(2027, 3, 20, 13, 0, tzinfo=UTC)


def test_as_soon_as_approved_is_due_at_the_signature(staff: Staff) -> None:
    post, _ = ready(staff, when=When(Choice.SOON))
    Drafting(staff.desk).submit(staff.mira.actor, post)
    staff.clock.forward(timedelta(hours=2))
    Review(staff.desk).sign_off(staff.helen.actor, post, 1, HELEN)
    assert Outbox(staff.desk).rows()[0].due_at == staff.clock.now()


def test_no_date_is_approved_and_waits(staff: Staff) -> None:
    post, _ = ready(staff, when=When(Choice.OPEN))
    Drafting(staff.desk).submit(staff.mira.actor, post)
    Review(staff.desk).sign_off(staff.helen.actor, post, 1, HELEN)
    assert Drafting(staff.desk).read(post).state is PostState.APPROVED
    beyond = When(Choice.SET, datetime(2027, 6, 1, 9, 0), NEW_YORK)  # noqa: DTZ001
    with pytest.raises(BadInputError, match="signed window"):
        Outbox(staff.desk).schedule(staff.mira.actor, post, beyond)


def test_moving_stays_inside_the_signed_window(staff: Staff) -> None:
    post, _ = ready(staff)
    Drafting(staff.desk).submit(staff.mira.actor, post)
    Review(staff.desk).sign_off(staff.helen.actor, post, 1, HELEN)
    outbox = Outbox(staff.desk)
    (row,) = outbox.rows()
    outbox.reschedule(
        staff.mira.actor,
        row.delivery_id,
        When(Choice.SET, datetime(2027, 3, 13, 9, 30), NEW_YORK),  # noqa: DTZ001
    )
    assert outbox.rows()[0].due_at == datetime(2027, 3, 13, 14, 30, tzinfo=UTC)
    for outside in (datetime(2027, 3, 11, 9, 0), datetime(2027, 4, 20, 9, 0)):  # noqa: DTZ001
        with pytest.raises(BadInputError):
            outbox.reschedule(staff.mira.actor, row.delivery_id, When(Choice.SET, outside, NEW_YORK))
    outbox.cancel(staff.mira.actor, row.delivery_id)
    assert Drafting(staff.desk).read(post).state is PostState.APPROVED


def test_requesting_changes_needs_words(staff: Staff) -> None:
    post, _ = ready(staff)
    Drafting(staff.desk).submit(staff.mira.actor, post)
    with pytest.raises(BadInputError):
        Review(staff.desk).request_changes(staff.helen.actor, post, 1, "  ", staff.tomorrow)
    Comments(staff.desk).say(staff.helen.actor, post, "Nice.")
    assert [said.kind for said in Review(staff.desk).subject(post).comments] == ["comment"]


def test_a_discarded_draft_is_over(staff: Staff) -> None:
    post, _ = ready(staff)
    Drafting(staff.desk).discard(staff.mira.actor, post)
    with pytest.raises(ChangedMeanwhileError):
        edit(staff, post, text="late")


def test_strangers_to_the_workspace(staff: Staff) -> None:
    with pytest.raises(NotFoundError):
        Drafting(staff.desk).read("post_unknown")
    with pytest.raises(NotFoundError):
        Review(staff.desk).subject("post_unknown")


def test_a_text_belongs_to_account_then_network_then_all() -> None:
    one, two, other = Target("a1", "x", "X 1"), Target("a2", "x", "X 2"), Target("b", "blog", "Blog")
    body = DraftBody(text="shared", network_texts={"x": "for X"}, account_texts={"a1": "for one"})
    assert [body.text_for(each) for each in (one, two, other)] == ["for one", "for X", "shared"]
    assert [body.has_own_text(each) for each in (one, two, other)] == [True, True, False]
    assert body.without_own_text(one).text_for(one) == "shared"
    assert DraftBody.from_json(body.to_json()) == body


def test_snapshots_round_trip_and_bind_everything(staff: Staff) -> None:
    post, _ = ready(staff)
    Drafting(staff.desk).submit(staff.mira.actor, post)
    with staff.desk.reading() as session:
        _, snapshot = revision_of(session, post, 1)
    assert Snapshot.decode(snapshot.encode()) == snapshot
    with pytest.raises(ValueError, match="version"):
        AccountContent.from_manifest({"v": 2})
    assert snapshot.content_for("nobody") is None


def test_pictures_are_kept_once_and_stripped(staff: Staff) -> None:
    from desktop.commands.pictures import garden

    picture = garden()
    imported, item, _ = Drafting(staff.desk).add_picture(staff.mira.actor, picture.data, picture.name)
    again, _, _ = Drafting(staff.desk).add_picture(staff.mira.actor, picture.data, picture.name)
    assert imported.sha256 == again.sha256 == item.sha256
    stored: Path = staff.desk.media.path(item.sha256)
    assert b"Sample camera" in picture.data
    assert b"Sample camera" not in stored.read_bytes()
