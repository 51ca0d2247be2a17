"""The life of a post under every order of commands: four eyes, versions, signatures, schedules, and the log."""

import shutil
import tempfile
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlmodel import col, select

from editorial.audit.auditing import Auditing
from editorial.delivery.outbox import Outbox
from editorial.delivery.states import DeliveryState
from editorial.errors import DeskError
from editorial.people.session import SignedIn
from editorial.posts.draft import DraftBody
from editorial.posts.drafting import EDITABLE, Drafting
from editorial.posts.records import envelopes_of, revision_of
from editorial.posts.review import Review
from editorial.posts.states import PostState
from editorial.signoff.approval import covers, progress, valid_statements, waits_for
from editorial.store.models import Delivery, Post, Revision
from editorial.when import Choice, When
from tests.fakes.desks import HandClock, Staff, staffed

WHO = st.sampled_from(["jonas", "helen", "mira"])


class Workflow(RuleBasedStateMachine):
    """One post, three people, any order."""

    @initialize()
    def begin(self) -> None:
        self.stack = ExitStack()
        self.folder = Path(tempfile.mkdtemp())
        self.staff: Staff = self.stack.enter_context(staffed(self.folder / "w", clock=HandClock()))
        self.accounts = [self.staff.connect_practice("one"), self.staff.connect_practice("two")]
        self.drafting, self.review = Drafting(self.staff.desk), Review(self.staff.desk)
        body = DraftBody("Title", "Text", accounts=tuple(self.accounts))
        self.post, _ = self.drafting.open(self.staff.mira.actor, body)
        self.editors = {self.staff.mira.person_id}

    def teardown(self) -> None:
        if hasattr(self, "stack"):
            self.stack.close()
            shutil.rmtree(self.folder)

    def person(self, name: str) -> SignedIn:
        found: SignedIn = getattr(self.staff, name)
        return found

    @property
    def row(self) -> Post:
        with self.staff.desk.reading() as session:
            return session.get_one(Post, self.post)

    @rule(who=WHO, text=st.text(min_size=1, max_size=20), own=st.booleans())
    def edit(self, who: str, text: str, own: bool) -> None:
        working = self.drafting.read(self.post)
        body = working.body.with_text(self.accounts[0] if own else None, text)
        try:
            self.drafting.save(self.person(who).actor, self.post, body, working.saves)
        except DeskError:
            assert working.state not in EDITABLE
        else:
            self.editors.add(self.person(who).person_id)

    @rule(minutes=st.integers(1, 3000), choice=st.sampled_from(list(Choice)))
    def plan(self, minutes: int, choice: Choice) -> None:
        working = self.drafting.read(self.post)
        wall = (self.staff.clock.at + timedelta(minutes=minutes)).replace(tzinfo=None)
        when = When(choice, wall if choice is Choice.SET else None, "UTC")
        if working.state in EDITABLE:
            body = replace(working.body, when=when)
            self.drafting.save(self.staff.mira.actor, self.post, body, working.saves)

    @rule(who=WHO)
    def submit(self, who: str) -> None:
        before = self.row
        try:
            self.drafting.submit(self.person(who).actor, self.post)
        except DeskError:
            assert self.row.revision == before.revision, "a refused submit changed something"
        else:
            assert self.row.revision == before.revision + 1

    @rule(who=WHO, old=st.booleans())
    def sign(self, who: str, old: bool) -> None:
        person, number = self.person(who), self.row.revision - (1 if old else 0)
        try:
            self.review.sign_off(person.actor, self.post, number, self.staff.passphrase_of(person))
        except DeskError:
            return
        assert not old, "a version was signed that is not the newest"
        assert person.person_id not in self.editors, "a contributor signed"
        assert who == "helen" or who == "jonas", "an author signed"

    @precondition(lambda self: self.row.revision > 0)
    @rule(who=WHO)
    def request_changes(self, who: str) -> None:
        before = self.row.state
        try:
            self.review.request_changes(
                self.person(who).actor, self.post, self.row.revision, "Please.", self.staff.tomorrow
            )
        except DeskError:
            return
        assert (before, who != "mira") == (PostState.IN_REVIEW, True)

    @rule(who=WHO)
    def withdraw(self, who: str) -> None:
        try:
            self.drafting.withdraw(self.person(who).actor, self.post)
        except DeskError:
            return
        assert self.row.state == PostState.DRAFT

    @rule(who=WHO, minutes=st.integers(-10, 3000))
    def schedule(self, who: str, minutes: int) -> None:
        wall = (self.staff.clock.at + timedelta(minutes=minutes)).replace(tzinfo=None)
        before = self.row.state
        try:
            Outbox(self.staff.desk).schedule(self.person(who).actor, self.post, When(Choice.SET, wall, "UTC"))
        except DeskError:
            return
        assert before == PostState.APPROVED

    @rule(who=WHO, pick=st.integers(0, 3), verb=st.sampled_from(["cancel", "send_now"]))
    def manage(self, who: str, pick: int, verb: str) -> None:
        outbox = Outbox(self.staff.desk)
        rows = outbox.rows()
        if rows:
            try:
                getattr(outbox, verb)(self.person(who).actor, rows[pick % len(rows)].delivery_id)
            except DeskError:
                return

    @rule(minutes=st.integers(1, 600))
    def time_passes(self, minutes: int) -> None:
        self.staff.clock.forward(timedelta(minutes=minutes))

    @invariant()
    def every_queued_delivery_is_signed_by_others(self) -> None:
        desk = self.staff.desk
        with desk.reading() as session:
            charter = desk.charter(session)
            statements = valid_statements(envelopes_of(session, self.post), charter)
            for row in session.exec(select(Delivery).where(col(Delivery.state) == DeliveryState.WAITING)):
                number = session.get_one(Revision, row.revision_id).number
                _, snapshot = revision_of(session, self.post, number)
                stages = progress(
                    charter.route(snapshot.route),
                    statements,
                    post_id=self.post,
                    digests={row.account_id: row.digest},
                    contributors=snapshot.contributors,
                )
                assert waits_for(stages) is None
                assert number == session.get_one(Post, self.post).revision, "a delivery of an older version waits"
                signers = {
                    each.signer["id"] for each in statements if covers(each, self.post, row.account_id, row.digest)
                }
                assert signers - set(snapshot.contributors)

    @invariant()
    def nothing_waits_to_go_out_for_a_post_that_is_not_scheduled(self) -> None:
        if self.row.state != PostState.SCHEDULED:
            states = {row.state for row in Outbox(self.staff.desk).rows()}
            assert states <= {DeliveryState.CANCELLED}

    @invariant()
    def one_delivery_at_a_time_for_each_account(self) -> None:
        rows = [row for row in Outbox(self.staff.desk).rows() if row.state != DeliveryState.CANCELLED]
        assert len({row.account_id for row in rows}) == len(rows)

    @invariant()
    def the_log_verifies(self) -> None:
        assert Auditing(self.staff.desk).check().problem is None


Workflow.TestCase.settings = settings(max_examples=12, stateful_step_count=18, deadline=None)
TestWorkflow = Workflow.TestCase
