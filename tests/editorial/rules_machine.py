"""The machine of the rules: what people and officers do, in any order, and what always holds."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)
from sqlmodel import select

from editorial.audit.auditing import Auditing
from editorial.authorizations.lapse import lapse
from editorial.authorizations.register import How, Register
from editorial.charter.document import Charter, Deputy, Role
from editorial.delivery.holds import Reason
from editorial.delivery.outbox import Outbox
from editorial.delivery.states import DeliveryState
from editorial.errors import DeskError
from editorial.gate import clear_to_send
from editorial.people.desk_people import Signer
from editorial.posts.draft import DraftBody
from editorial.store.models import Delivery
from editorial.when import Choice, When
from tests.editorial.delivery.scenes import UndoneError
from tests.editorial.rules_model import CRISIS, ENDS, NAMES, SIGNING, WORDS, Given, Model
from tests.fakes.desks import HELEN, JONAS, Staff

WHO = st.sampled_from(NAMES)


def amended(staff: Staff, change: Callable[[Charter], Charter]) -> bool:
    """Whether a version of the charter that both officers sign came about."""
    both = [Signer(staff.jonas.person_id, JONAS), Signer(staff.helen.person_id, HELEN)]
    try:
        staff.people.amend(staff.jonas.actor, change, both)
    except (DeskError, ValueError):
        return False
    return True


class RulesMachine(Model, RuleBasedStateMachine):
    """One post to two accounts, four people, two authorizations, any order."""

    @initialize(soon=st.booleans(), signed=st.sampled_from(["routine", "story", ""]))
    def begin(self, soon: bool, signed: str) -> None:
        """`signed`: the post begins its life here with a way that chance alone seldom finds."""
        when = When(Choice.SOON) if soon else self._in(120)
        body = DraftBody("Title", "Text", accounts=tuple(self.staff.accounts), when=when)
        self.post, _ = self.drafting.open(self.people["mira"].actor, body)
        self.typing = {"mira"}
        if signed == "routine":
            self.the_usual_way(signer="helen", soon=True)
        elif signed:
            self.the_usual_way_of_a_story(signer="helen", which=0)

    # --- what people do ---

    @rule(who=WHO, text=st.sampled_from(["Text", "Other", "Third"]), own=st.booleans())
    def edit(self, who: str, text: str, own: bool) -> None:
        working = self.drafting.read(self.post)
        body = working.body.with_text(self.staff.accounts[0] if own else None, text)
        try:
            saves = self.drafting.save(self.people[who].actor, self.post, body, working.saves)
        except DeskError:
            return
        if saves != working.saves:
            self.typing.add(who)

    @rule(who=WHO)
    def toggle_crisis(self, who: str) -> None:
        working = self.drafting.read(self.post)
        body = replace(working.body, crisis="" if working.body.crisis else "A storm")
        try:
            self.drafting.save(self.people[who].actor, self.post, body, working.saves)
        except DeskError:
            return
        self.crisis = bool(body.crisis)
        self.typing.add(who)

    @rule(who=WHO, which=st.sets(st.integers(0, 1)))
    def link(self, who: str, which: set[int]) -> None:
        working = self.drafting.read(self.post)
        body = replace(working.body, authorizations=tuple(self.register[each] for each in sorted(which)))
        try:
            saves = self.drafting.save(self.people[who].actor, self.post, body, working.saves)
        except DeskError:
            return
        if saves != working.saves:
            self.typing.add(who)

    @rule(minutes=st.integers(1, 3000), soon=st.booleans())
    def plan(self, minutes: int, soon: bool) -> None:
        working = self.drafting.read(self.post)
        body = replace(working.body, when=When(Choice.SOON) if soon else self._in(minutes))
        try:
            saves = self.drafting.save(self.people["mira"].actor, self.post, body, working.saves)
        except DeskError:
            return
        if saves != working.saves:
            self.typing.add("mira")

    @rule(who=WHO)
    def submit(self, who: str) -> None:
        body = self.drafting.read(self.post).body
        try:
            self.drafting.submit(self.people[who].actor, self.post)
        except DeskError:
            return
        self.counted["versions"] += 1
        self.version += 1
        self.writers |= self.typing | {"mira"}
        self.typing = set()
        first, second = self.staff.accounts
        self.texts = {first: body.account_texts.get(first, body.text), second: body.text}
        self.rests = frozenset(body.authorizations)
        assert not any(map(self.ended, self.rests)), "a version rests on an authorization that has ended"
        self.history[self.version] = (self.texts, self.rests)
        self.kind = "story" if self.rests else "crisis" if self.crisis else "standard"
        self.soon = body.when.choice is Choice.SOON
        now = self.staff.clock.now()
        due = body.when.due(now)
        assert due is not None
        self.start = None if self.soon else due
        self.end = now + timedelta(days=7) if self.soon else due + timedelta(days=14)

    @rule(who=WHO, old=st.booleans())
    def sign(self, who: str, old: bool) -> None:
        number = self.row.revision - old
        roles, deputy = self.roles(who), self.deputies(who)
        try:
            self.review.sign_off(self.people[who].actor, self.post, number, WORDS[who])
        except DeskError:
            return
        self.counted["signatures"] += 1
        assert not old, "a version was signed that is not the newest"
        wrote = self.writers | self.typing
        assert who not in wrote, "a contributor signed (I4)"
        wanted = CRISIS if self.kind == "crisis" else SIGNING
        places = [who] if roles & wanted else sorted(each for each in deputy - wrote if self.roles(each) & wanted)
        assert places, "somebody without a role signed (I4)"
        assert self.end is not None
        place = self._place(who, places)
        role = min(self.roles(place) & wanted)  # of several the first by code: whoever loses it signs in another
        self.given.append(
            Given(
                who, place, role, dict(self.texts), self.start, self.end, self.soon, self.kind, self.rests, self.version
            )
        )

    @rule(signer=WHO, soon=st.booleans())
    def the_usual_way(self, signer: str, soon: bool) -> None:
        """Chance alone seldom finds the way to a scheduled post."""
        self.plan(minutes=120, soon=soon)
        self.submit(who="mira")
        self.sign(who=signer, old=False)

    @precondition(lambda self: self.version > 0)
    @rule(who=WHO)
    def request_changes(self, who: str) -> None:
        try:
            self.review.request_changes(
                self.people[who].actor, self.post, self.row.revision, "Please.", self.staff.tomorrow
            )
        except DeskError:
            return
        self.asked.add(self.version)

    @rule(who=WHO)
    def withdraw(self, who: str) -> None:
        try:
            self.drafting.withdraw(self.people[who].actor, self.post)
        except DeskError:
            return

    @rule(who=WHO, minutes=st.integers(1, 3000))
    def schedule(self, who: str, minutes: int) -> None:
        try:
            Outbox(self.staff.desk).schedule(self.people[who].actor, self.post, self._in(minutes))
        except DeskError:
            return

    @rule(signer=WHO, which=st.integers(0, 1))
    def the_usual_way_of_a_story(self, signer: str, which: int) -> None:
        self.link(who="mira", which={which})
        self.the_usual_way(signer=signer, soon=True)
        self.counted["stories"] += bool(self.rests)

    @rule(minutes=st.sampled_from([1, 60, 600, 5000, 15000]))
    def time_passes(self, minutes: int) -> None:
        self.staff.clock.forward(timedelta(minutes=minutes))

    @rule(early=st.booleans())
    def the_last_day_ends(self, early: bool) -> None:
        """Of the first authorization: to the last moment at which it is valid, or to the first at which it is not."""
        ahead = ENDS[0] - self.staff.clock.now() - timedelta(milliseconds=early)
        self.staff.clock.forward(max(ahead, timedelta(0)))

    # --- what officers and everybody do ---

    @rule(who=WHO, role=st.sampled_from([Role.COMMUNICATIONS_LEAD, Role.PRIVACY_OFFICER]), active=st.booleans())
    def change_charter(self, who: str, role: Role, active: bool) -> None:
        key = self.people[who].person_id

        def change(charter: Charter) -> Charter:
            members = tuple(
                replace(each, roles=each.roles ^ {role}, active=active) if each.id == key else each
                for each in charter.members
            )
            return replace(charter, members=members)

        self.counted["charters"] += amended(self.staff, change)

    @rule(person=WHO, deputy=WHO, minutes=st.integers(1, 2000))
    def appoint(self, person: str, deputy: str, minutes: int) -> None:
        now = self.staff.clock.now()

        def change(charter: Charter) -> Charter:
            line = Deputy(
                self.people[person].person_id, self.people[deputy].person_id, now, now + timedelta(minutes=minutes)
            )
            return replace(charter, deputies=(*charter.deputies, line))

        self.counted["charters"] += amended(self.staff, change)

    @rule(who=WHO, which=st.integers(0, 1))
    def revoke(self, who: str, which: int) -> None:
        key = self.register[which]
        try:
            Register(self.staff.desk).revoke(self.people[who].actor, key, How.LETTER, date(2027, 3, 10))
        except DeskError:
            return
        assert "privacy_officer" in self.roles(who), "somebody else than a privacy officer revoked"
        self.counted["revoked"] += 1
        self.revoked.add(key)

    @rule()
    def the_engine_notes_what_is_over(self) -> None:
        lapse(self.staff.desk)

    @precondition(lambda self: self.held is None)
    @rule(who=WHO)
    def hold(self, who: str) -> None:
        self.held, _ = self.holds.hold(self.people[who].actor, Reason.INCIDENT)

    @precondition(lambda self: self.held is not None)
    @rule()
    def lift(self) -> None:
        assert self.held is not None
        both = [Signer(self.people[name].person_id, WORDS[name]) for name in ("noor", "helen")]
        try:
            self.holds.lift(self.people["noor"].actor, self.held, both)
        except DeskError:
            return
        self.held = None

    # --- what always holds ---

    @invariant()
    def the_gate_opens_exactly_when_the_model_says_so(self) -> None:
        with self.staff.desk.reading() as session:
            waiting = session.exec(
                select(Delivery).where(Delivery.post_id == self.post, Delivery.state == DeliveryState.WAITING)
            ).all()
        for row in waiting:
            self.counted["gate"] += 1
            why = self.allowed(row.account_id)
            said = self._try_gate(row.id)
            self.counted["opened"] += not said
            self.counted["opened for stories"] += not said and bool(self.rests)
            self.counted["stopped by an authorization"] += why == "an authorization has ended"
            assert bool(said) == bool(why), f"the gate says “{said}”, the model says “{why}”"

    def _try_gate(self, delivery_id: str) -> str:
        desk = self.staff.desk
        said = ""
        try:
            with desk.writing(desk.system()) as unit:
                row = unit.session.get_one(Delivery, delivery_id)
                row.state = DeliveryState.SENDING
                unit.session.add(row)
                unit.session.flush()
                try:
                    clear_to_send(unit.session, row, charter=desk.charter(unit.session), now=unit.now, media=desk.media)
                except DeskError as error:
                    said = str(error)
                raise UndoneError
        except UndoneError:
            return said

    @invariant()
    def one_delivery_for_each_account(self) -> None:
        rows = [row for row in Outbox(self.staff.desk).rows() if row.post_id == self.post]
        alive = [row.account_id for row in rows if row.state is not DeliveryState.CANCELLED]
        assert len(set(alive)) == len(alive), "an account has two deliveries (I3)"

    @invariant()
    def every_change_has_its_entry(self) -> None:
        size, now = Auditing(self.staff.desk).size(), self.row
        state = (now.state, now.revision, len(self.given), len(self.asked), len(self.revoked), self.held)
        assert size > self.entries or state == self.before, "something changed without an entry (I2)"
        self.entries, self.before = size, state

    def teardown(self) -> None:
        self.counted["sequences"] += 1
        assert Auditing(self.staff.desk).check().problem is None, "the log does not verify (I2)"
