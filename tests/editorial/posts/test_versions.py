"""What a new version does to what came before: signatures, deliveries, what is live already."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from editorial.accounts.register import Accounts
from editorial.audit.actions import Action
from editorial.audit.auditing import Auditing
from editorial.delivery.outbox import Outbox, Row
from editorial.delivery.record import Deliveries
from editorial.delivery.states import DeliveryState
from editorial.errors import BadInputError, ChangedMeanwhileError, NotAllowedError
from editorial.outcomes import Again, Outcome, Published, Refused, Uncertain
from editorial.posts.comments import Comments
from editorial.posts.draft import DraftBody
from editorial.posts.drafting import Drafting
from editorial.posts.progress import approved
from editorial.posts.records import envelopes_of, post_of, revision_of
from editorial.posts.review import Review
from editorial.posts.states import PostState
from editorial.signoff.approval import progress, valid_statements, waits_for
from editorial.when import Choice, When
from tests.fakes.desks import HELEN, JONAS, Staff, staffed

NEW_YORK = "America/New_York"


def at(day: int, hour: int = 9, month: int = 3) -> When:
    return When(Choice.SET, datetime(2027, month, day, hour), NEW_YORK)  # noqa: DTZ001  a wall time


class Desk:
    """A post for two accounts and the people around it."""

    def __init__(self, staff: Staff, when: When | None = None) -> None:
        self.staff, self.drafting, self.review = staff, Drafting(staff.desk), Review(staff.desk)
        self.outbox, self.deliveries = Outbox(staff.desk), Deliveries(staff.desk)
        self.one, self.two = staff.connect_practice("one"), staff.connect_practice("two")
        body = DraftBody("The garden", "Come in.", accounts=(self.one, self.two), when=when or at(12))
        self.post, _ = self.drafting.open(staff.mira.actor, body)

    def edit(self, change: Callable[[DraftBody], DraftBody]) -> None:
        working = self.drafting.read(self.post)
        self.drafting.save(self.staff.mira.actor, self.post, change(working.body), working.saves)

    def submit(self) -> None:
        self.drafting.submit(self.staff.mira.actor, self.post)

    def sign(self) -> None:
        self.review.sign_off(self.staff.helen.actor, self.post, self.drafting.read(self.post).revision, HELEN)

    def signed(self) -> "Desk":
        self.submit()
        self.sign()
        return self

    def state(self) -> PostState:
        return self.drafting.read(self.post).state

    def rows(self, account: str) -> list[Row]:
        return [row for row in self.outbox.rows() if row.account_id == account]

    def states(self, account: str) -> list[DeliveryState]:
        return [row.state for row in self.rows(account)]

    def send(self, account: str, outcome: Outcome | None) -> None:
        """One try, as the engine makes it; with None it is still going on."""
        row = self.rows(account)[-1]
        self.staff.clock.at = max(self.staff.clock.at, row.due_at)
        started = self.deliveries.claim(row.delivery_id, "post", public=True)
        assert started is not None
        if outcome is not None:
            self.deliveries.finish(started.attempt_id, outcome, chance=0.0)


@pytest.fixture
def desk(staff: Staff) -> Desk:
    return Desk(staff)


LIVE = Published("remote-1", "http://127.0.0.1:1/1")
NO = Refused("The text breaks a rule", "Change it.", again=Again.NEVER)
PERHAPS = Uncertain("The answer was lost", "Look.")


# ---- signatures ------------------------------------------------------------------------------------------------------

EDITS: dict[str, Callable[[Desk], Callable[[DraftBody], DraftBody]]] = {
    "title": lambda desk: lambda body: replace(body, title="Another title"),
    "later": lambda desk: lambda body: replace(body, when=at(14)),
    "shared text": lambda desk: lambda body: replace(body, text="Other words."),
    "own text": lambda desk: lambda body: body.with_text(desk.one, "Words of its own."),
    "same own text": lambda desk: lambda body: body.with_text(desk.two, "Come in."),
    "network text": lambda desk: lambda body: replace(body, network_texts={"practice": "For the network."}),
    "language": lambda desk: lambda body: replace(body, language="es"),
    "fewer accounts": lambda desk: lambda body: replace(body, accounts=(desk.two,)),
}


@settings(max_examples=10)
@given(st.lists(st.sampled_from(sorted(EDITS)), max_size=4))
def test_an_edit_voids_the_signatures_of_exactly_the_accounts_that_it_changed(names: list[str]) -> None:
    with TemporaryDirectory() as folder, staffed(Path(folder) / "w") as staff:
        desk = Desk(staff).signed()
        for name in names:
            desk.edit(EDITS[name](desk))
        desk.submit()
        with staff.desk.reading() as session:
            charter = staff.desk.charter(session)
            before = revision_of(session, desk.post, 1)[1].digests()
            _, snapshot = revision_of(session, desk.post, 2)
            after, statements = snapshot.digests(), valid_statements(envelopes_of(session, desk.post), charter)
            for account in after:
                stages = progress(
                    charter.route(snapshot.route),
                    statements,
                    post_id=desk.post,
                    digests={account: after[account]},
                    contributors=snapshot.contributors,
                    at=snapshot.due,
                )
                assert (waits_for(stages) is None) == (after[account] == before[account])
            untouched = after.items() <= before.items()
            assert approved(session, charter, post_of(session, desk.post), snapshot) == untouched
        assert desk.state() is (PostState.SCHEDULED if untouched else PostState.IN_REVIEW)
        ended = [entry for entry in Auditing(staff.desk).entries() if entry.action == Action.SIGN_OFFS_ENDED]
        changed = sorted(account for account in before if after.get(account) != before[account])
        assert [entry.body["accounts"] for entry in ended] == ([changed] if changed else [])


def test_a_new_time_inside_the_signed_window_needs_no_new_signature(desk: Desk) -> None:
    desk.signed().edit(lambda body: replace(body, when=at(20)))
    desk.submit()
    assert desk.state() is PostState.SCHEDULED
    old, new = desk.rows(desk.one)
    assert (old.state, old.reason, new.state) == (
        DeliveryState.CANCELLED,
        "Version 2 replaced it",
        DeliveryState.WAITING,
    )
    assert new.due_at > old.due_at


@pytest.mark.parametrize("when", [at(11), at(27, month=4), When(Choice.SOON)])
def test_a_new_time_outside_the_signed_window_needs_one(desk: Desk, when: When) -> None:
    desk.signed().edit(lambda body: replace(body, when=when))
    desk.submit()
    assert desk.state() is PostState.IN_REVIEW
    assert desk.states(desk.one) == [DeliveryState.CANCELLED]
    assert desk.review.queue(desk.staff.helen.actor)[0].mine
    desk.sign()
    assert desk.state() is PostState.SCHEDULED


def test_taken_back_and_sent_again_unchanged_stays_signed(desk: Desk) -> None:
    desk.signed()
    desk.drafting.withdraw(desk.staff.mira.actor, desk.post)
    assert (desk.state(), desk.states(desk.one)) == (PostState.DRAFT, [DeliveryState.CANCELLED])
    desk.submit()
    assert desk.state() is PostState.SCHEDULED


def test_content_that_comes_back_is_signed_again(desk: Desk) -> None:
    desk.signed().edit(lambda body: replace(body, text="No, this."))
    desk.submit()
    desk.edit(lambda body: replace(body, text="Come in."))
    desk.submit()
    assert desk.state() is PostState.IN_REVIEW, "what an edit ended does not come back by another edit"
    desk.sign()
    assert desk.state() is PostState.SCHEDULED


def test_after_a_request_for_changes_nothing_older_counts(staff: Staff) -> None:
    desk = Desk(staff, When(Choice.OPEN)).signed()
    assert desk.state() is PostState.APPROVED
    desk.submit()
    assert desk.state() is PostState.APPROVED, "nothing changed"
    desk.edit(lambda body: replace(body, text="Other words."))
    desk.submit()
    desk.review.request_changes(staff.jonas.actor, desk.post, 3, "It was better before.", desk.staff.tomorrow)
    desk.edit(lambda body: replace(body, text="Come in."))
    desk.submit()
    assert desk.state() is PostState.IN_REVIEW
    desk.review.request_changes(staff.jonas.actor, desk.post, 4, "The event is cancelled.", desk.staff.tomorrow)
    desk.submit()
    assert desk.state() is PostState.IN_REVIEW


def test_as_soon_as_approved_may_become_a_set_time_but_not_the_other_way(staff: Staff) -> None:
    desk = Desk(staff, When(Choice.SOON)).signed()
    desk.edit(lambda body: replace(body, when=at(12)))
    desk.submit()
    assert desk.state() is PostState.SCHEDULED
    desk.edit(lambda body: replace(body, when=at(25)))  # beyond the week that was signed
    desk.submit()
    assert desk.state() is PostState.IN_REVIEW


def test_a_version_whose_time_is_over_cannot_be_signed(staff: Staff) -> None:
    desk = Desk(staff, When(Choice.SOON))
    desk.submit()
    staff.clock.forward(timedelta(days=8))
    assert "has ended" in desk.review.why_not(staff.helen.actor, desk.post)
    with pytest.raises(NotAllowedError, match="has ended"):
        desk.sign()


def test_whoever_is_editing_the_next_version_does_not_sign_this_one(desk: Desk) -> None:
    desk.submit()
    working = desk.drafting.read(desk.post)
    desk.drafting.save(desk.staff.helen.actor, desk.post, replace(working.body, text="Mine."), working.saves)
    with pytest.raises(NotAllowedError, match="wrote or edited"):
        desk.sign()
    desk.review.sign_off(desk.staff.jonas.actor, desk.post, 1, JONAS)


def test_saving_without_a_change_makes_nobody_a_contributor(desk: Desk) -> None:
    working = desk.drafting.read(desk.post)
    assert desk.drafting.save(desk.staff.helen.actor, desk.post, working.body, working.saves) == working.saves
    desk.signed()
    assert desk.state() is PostState.SCHEDULED


# ---- deliveries ------------------------------------------------------------------------------------------------------


def test_what_is_live_is_not_edited(desk: Desk) -> None:
    desk.signed().send(desk.one, LIVE)
    desk.edit(lambda body: replace(body.with_text(desk.one, "Other words."), when=at(13)))
    with pytest.raises(ChangedMeanwhileError, match="Practice one already"):
        desk.submit()
    assert desk.drafting.read(desk.post).revision == 1
    assert desk.states(desk.two) == [DeliveryState.WAITING], "a refused version cancels nothing"


@pytest.mark.parametrize(("outcome", "said"), [(PERHAPS, "Was it posted"), (None, "Wait until it is there")])
def test_a_new_version_waits_for_what_is_on_its_way(desk: Desk, outcome: Outcome | None, said: str) -> None:
    desk.signed().send(desk.one, outcome)
    desk.edit(lambda body: replace(body.with_text(desk.two, "Other words."), when=at(13)))
    for refused in (desk.submit, lambda: desk.drafting.withdraw(desk.staff.mira.actor, desk.post)):
        with pytest.raises(ChangedMeanwhileError, match=said):
            refused()
    assert (desk.state(), desk.states(desk.two)) == (PostState.SCHEDULED, [DeliveryState.WAITING])


def test_the_other_account_can_still_be_changed(desk: Desk) -> None:
    desk.signed().send(desk.one, LIVE)
    desk.edit(lambda body: replace(body.with_text(desk.two, "Other words."), when=at(13)))
    desk.submit()
    desk.sign()
    assert desk.states(desk.one) == [DeliveryState.PUBLISHED], "never twice"
    assert desk.states(desk.two) == [DeliveryState.CANCELLED, DeliveryState.WAITING]
    assert desk.state() is PostState.SCHEDULED


def test_a_live_account_may_leave_the_post(desk: Desk) -> None:
    desk.signed().send(desk.one, LIVE)
    desk.edit(lambda body: replace(body, accounts=(desk.two,), when=at(13)))
    desk.submit()
    assert desk.state() is PostState.SCHEDULED, "the other account's content and time are signed"
    desk.send(desk.two, LIVE)
    assert desk.state() is PostState.PUBLISHED


def test_a_failed_delivery_does_not_keep_the_next_version_back(desk: Desk) -> None:
    desk.signed().send(desk.one, NO)
    assert desk.states(desk.one) == [DeliveryState.REFUSED]
    desk.edit(lambda body: replace(body, text="Shorter.", when=at(13)))
    desk.submit()
    desk.sign()
    assert desk.states(desk.one) == [DeliveryState.CANCELLED, DeliveryState.WAITING]


def test_a_version_with_nothing_left_to_send_is_published(desk: Desk) -> None:
    desk.signed().send(desk.one, LIVE)
    desk.outbox.cancel(desk.staff.mira.actor, desk.rows(desk.two)[0].delivery_id)
    assert desk.state() is PostState.PUBLISHED
    with pytest.raises(ChangedMeanwhileError, match="finished"):
        desk.edit(lambda body: replace(body, text="Late."))


def test_taking_back_what_is_partly_live_publishes_no_more(desk: Desk) -> None:
    desk.signed().send(desk.one, LIVE)
    desk.drafting.withdraw(desk.staff.mira.actor, desk.post)
    assert desk.state() is PostState.PUBLISHED
    assert (desk.states(desk.one), desk.states(desk.two)) == ([DeliveryState.PUBLISHED], [DeliveryState.CANCELLED])


def test_what_is_live_somewhere_is_not_discarded(desk: Desk) -> None:
    desk.signed().send(desk.one, LIVE)
    desk.edit(lambda body: replace(body.with_text(desk.two, "Other words."), when=at(13)))
    desk.submit()
    desk.review.request_changes(desk.staff.helen.actor, desk.post, 2, "Not this.", desk.staff.tomorrow)
    with pytest.raises(ChangedMeanwhileError, match="live already"):
        desk.drafting.discard(desk.staff.mira.actor, desk.post)
    desk.drafting.withdraw(desk.staff.mira.actor, desk.post)
    assert desk.state() is PostState.PUBLISHED


def test_a_discarded_post_keeps_its_pictures(desk: Desk) -> None:
    from desktop.commands.pictures import garden

    _, item, _ = desk.drafting.add_picture(desk.staff.mira.actor, garden().data, "garden.jpg")
    desk.edit(lambda body: replace(body, media=(replace(item, alt="A garden"),)))
    desk.drafting.discard(desk.staff.mira.actor, desk.post)
    assert desk.staff.desk.media.path(item.sha256).exists(), "another post may show it, too"


# ---- accounts of a draft ---------------------------------------------------------------------------------------------


def test_a_disconnected_account_has_to_leave_the_post(desk: Desk) -> None:
    Accounts(desk.staff.desk).disconnect(desk.staff.jonas.actor, desk.one)
    with pytest.raises(BadInputError, match="Practice one is not connected") as caught:
        desk.submit()
    assert caught.value.field == "accounts"
    assert [target.id for target in desk.drafting.targets()] == [desk.two]
    desk.edit(lambda body: replace(body, accounts=(desk.two,)))
    desk.signed()
    assert desk.states(desk.two) == [DeliveryState.WAITING]


def test_an_account_that_was_never_here_is_told_in_words(desk: Desk) -> None:
    desk.edit(lambda body: replace(body, accounts=(desk.two, "acct_gone")))
    with pytest.raises(BadInputError, match="not connected"):
        desk.submit()


def test_a_signed_out_account_can_be_written_for(desk: Desk) -> None:
    Accounts(desk.staff.desk).mark_signed_out(desk.staff.jonas.actor, desk.one, "It signed us out.")
    desk.signed()
    assert desk.states(desk.one) == [DeliveryState.WAITING]


# ---- who may ---------------------------------------------------------------------------------------------------------


def test_only_a_version_that_was_seen_is_sent_to_review(desk: Desk) -> None:
    seen = desk.drafting.read(desk.post).saves
    working = desk.drafting.read(desk.post)
    desk.drafting.save(desk.staff.jonas.actor, desk.post, replace(working.body, text="Jonas's."), working.saves)
    with pytest.raises(ChangedMeanwhileError, match="Somebody else"):
        desk.drafting.submit(desk.staff.mira.actor, desk.post, saves=seen)
    desk.drafting.submit(desk.staff.mira.actor, desk.post, saves=seen + 1)


def test_others_need_a_role_to_take_back_or_discard(desk: Desk) -> None:
    with pytest.raises(NotAllowedError):
        Drafting(desk.staff.desk).discard(replace(desk.staff.mira.actor, id="person_else"), desk.post)
    desk.submit()
    desk.drafting.withdraw(desk.staff.jonas.actor, desk.post)
    desk.drafting.discard(desk.staff.helen.actor, desk.post)
    assert desk.state() is PostState.DISCARDED


def test_half_a_character_is_no_reason_to_lose_a_text(desk: Desk) -> None:
    desk.edit(lambda body: replace(body.with_text(desk.one, "caf\udce9"), title="\ud83d\ude00", text="\ud800"))
    body = desk.drafting.read(desk.post).body
    assert (body.title, body.text, body.account_texts[desk.one]) == ("😀", "�", "caf�")
    post, _ = desk.drafting.open(desk.staff.mira.actor, DraftBody("\ud800"))
    assert desk.drafting.read(post).body.title == "�"
    desk.signed()
    Comments(desk.staff.desk).say(desk.staff.helen.actor, desk.post, "Nice\ud800")
    assert desk.review.subject(desk.post).comments[-1].text == "Nice�"
