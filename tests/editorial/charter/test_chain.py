"""A charter is believed only if every version was signed by those whom the version before it entitled to."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from editorial.charter.chain import CharterError, Pin, VerifiedCharter, verify_chain
from editorial.charter.defaults import default_route
from editorial.charter.document import Charter, Member
from editorial.keys.dsse import Envelope, Signature
from tests.editorial.charter.staff import (
    ADMIN,
    AUTHOR,
    LEAD,
    PRIVACY,
    first,
    following,
    key,
    member,
    signed,
    signed_by,
    three_versions,
)

(ZERO, ONE, TWO), CHAIN = three_versions()


def refused(envelopes: Sequence[Envelope], pin: Pin | None = None) -> str:
    with pytest.raises(CharterError) as caught:
        verify_chain(envelopes, pin)
    assert caught.value.title
    assert caught.value.advice
    return caught.value.what


def test_an_ordinary_beginning_is_believed() -> None:
    for length in (1, 2, 3):
        verified = verify_chain(CHAIN[:length], None)
        assert verified.charter == (ZERO, ONE, TWO)[length - 1]
        assert verified.pin() == Pin(length - 1, verified.charter.digest())
        assert verify_chain(CHAIN[:length], verified.pin()).version == length - 1
        assert verify_chain(CHAIN, verified.pin()).version == 2


def test_it_answers_like_the_version_in_force() -> None:
    verified = verify_chain(CHAIN, None)
    assert (verified.version, verified.digest(), verified.members) == (2, TWO.digest(), TWO.members)
    assert verified.member("person_3") == TWO.member("person_3")
    assert verified.holders(LEAD) == TWO.holders(LEAD)
    assert verified.officers() == TWO.officers()
    assert verified.two_signers()
    assert verified.route("Standard") == TWO.route("Standard")
    assert verified.minimum_rules is None
    assert [verified.at(each.version, each.digest()) for each in (ZERO, ONE, TWO)] == [ZERO, ONE, TWO]
    assert [verified.at(number, TWO.digest()) for number in (-1, 0, 1, 3)] == [None] * 4
    assert repr(verified) == "VerifiedCharter(ws_1, version 2)"


def test_nobody_else_makes_a_verified_charter() -> None:
    made = VerifiedCharter
    for token in (None, object(), True):
        with pytest.raises(TypeError, match="only verify_chain"):
            made([ZERO], [ZERO.digest()], False, token)


def test_no_charter_is_no_charter() -> None:
    assert refused([]) == "The workspace holds no charter."


@pytest.mark.parametrize(
    ("members", "keys"),
    [
        ((member(1, ADMIN),), ()),
        ((member(1, ADMIN),), (2,)),
        ((member(1, PRIVACY),), (1,)),
        ((member(1, ADMIN), member(2, PRIVACY)), (1, 2)),
        ((member(1, ADMIN), member(2, ADMIN)), (1,)),
        ((member(1, ADMIN), member(2, AUTHOR)), (2,)),
    ],
)
def test_version_0_is_one_administrators_alone(members: tuple[Member, ...], keys: tuple[int, ...]) -> None:
    assert refused([signed(first(*members), *keys)]).startswith("Version 0")


@pytest.mark.parametrize(
    ("keys", "what"),
    [
        ((), "carries 0 of the 1"),
        ((2,), "carries 0 of the 1"),
        ((1,), "not signed by a second person whom it adds"),
        ((1, 3), "not signed by a second person whom it adds"),
        ((1, 9), "not signed by a second person whom it adds"),
    ],
)
def test_version_1_needs_the_first_and_the_officer_it_adds(keys: tuple[int, ...], what: str) -> None:
    one = following(ZERO, member(1, ADMIN), member(2, PRIVACY), member(3, AUTHOR))
    assert what in refused([CHAIN[0], signed(one, *keys)])
    assert verify_chain([CHAIN[0], signed(one, 1, 2)], None).version == 1


def test_the_first_administrator_is_not_the_second_person_under_a_new_key() -> None:
    one = following(ZERO, member(1, ADMIN, key_number=7), member(2, PRIVACY))
    assert "second person" in refused([CHAIN[0], signed(one, 1, 7)])
    assert verify_chain([CHAIN[0], signed(one, 1, 2)], None).version == 1


def test_the_first_administrators_old_key_does_not_make_a_second_person() -> None:
    one = following(ZERO, member(1, ADMIN, key_number=7), member(2, PRIVACY, key_number=1))
    assert "a key that was somebody else's" in refused([CHAIN[0], signed(one, 1)])


@pytest.mark.parametrize("keys", [(), (1,), (2,), (1, 3), (3, 4), (1, 9), (2, 4)])
def test_later_versions_need_two_officers_of_the_one_before(keys: tuple[int, ...]) -> None:
    what = refused([*CHAIN[:2], signed(TWO, *keys)])
    assert what == (
        f"Version 2 carries {len({1, 2} & {*keys})} of the 2 signatures it needs from administrators and privacy "
        "officers of version 1."
    )


def test_any_two_officers_will_do_and_others_may_sign_too() -> None:
    three = following(TWO, *TWO.members[:2], member(3, ADMIN), member(4, AUTHOR))
    four = following(three, organization="Alder Bay Medical Center")
    for pair in combinations((1, 2, 3), 2):
        envelopes = [*CHAIN, signed(three, 1, 2), signed(four, *pair, 4)]
        assert verify_chain(envelopes, None).charter.organization == "Alder Bay Medical Center"


def test_an_officer_whom_a_version_adds_does_not_sign_it_in() -> None:
    three = following(TWO, *TWO.members, member(5, ADMIN), member(6, ADMIN))
    assert "carries 0 of the 2" in refused([*CHAIN, signed(three, 5, 6)])
    assert "carries 1 of the 2" in refused([*CHAIN, signed(three, 1, 5)])


def test_officers_who_left_sign_no_more() -> None:
    three = following(TWO, member(1, ADMIN), member(2, PRIVACY, active=False), member(3, PRIVACY))
    four = following(three)
    chain = [*CHAIN, signed(three, 1, 2)]
    assert "carries 1 of the 2" in refused([*chain, signed(four, 1, 2)])
    assert verify_chain([*chain, signed(four, 1, 3)], None).version == 4


def test_a_replaced_key_signs_no_more_and_never_moves_on() -> None:
    three = following(TWO, member(1, ADMIN), member(2, PRIVACY, key_number=20), member(3, PRIVACY))
    chain = [*CHAIN, signed(three, 1, 2)]
    assert "carries 1 of the 2" in refused([*chain, signed(following(three), 1, 2)])
    handed = following(three, *three.members, member(5, AUTHOR, key_number=2))
    assert "a key that was somebody else's" in refused([*chain, signed(handed, 1, 20)])
    back = following(three, member(1, ADMIN), member(2, PRIVACY), member(3, PRIVACY))
    assert verify_chain([*chain, signed(back, 1, 20)], None).version == 4


@pytest.mark.parametrize(
    "members",
    [(member(1, ADMIN),), (member(1, ADMIN), member(2, AUTHOR)), (member(1, ADMIN), member(2, PRIVACY, active=False))],
)
def test_two_officers_always_remain(members: tuple[Member, ...]) -> None:
    assert "fewer than two people" in refused([*CHAIN, signed(following(TWO, *members), 1, 2)])
    assert "fewer than two people" in refused([CHAIN[0], signed(following(ZERO, *members), 1, 2)])


@pytest.mark.parametrize(
    ("other", "what"),
    [
        ({"previous": "sha256:" + "0" * 64}, "was not made from version 1"),
        ({"previous": ZERO.digest()}, "was not made from version 1"),
        ({"workspace": "ws_2"}, "belongs to another workspace"),
        ({"version": 3}, "there is version 3"),
        ({"version": 1}, "there is version 1"),
    ],
)
def test_a_version_follows_the_one_before(other: dict[str, Any], what: str) -> None:
    assert what in refused([*CHAIN[:2], signed(replace(TWO, **other), 1, 2)])


def test_versions_are_neither_dropped_nor_moved_nor_doubled() -> None:
    zero, one, two = CHAIN
    for order in (
        [one],
        [zero, two],
        [zero, zero],
        [one, zero],
        [zero, two, one],
        [zero, one, one],
        [zero, one, two, two],
    ):
        assert refused(order)


def test_another_history_of_the_same_length_does_not_mix_in() -> None:
    other_zero = first(organization="Elsewhere")
    other_one = following(other_zero, member(1, ADMIN), member(2, PRIVACY))
    other = [signed(other_zero, 1), signed(other_one, 1, 2)]
    assert verify_chain(other, None).version == 1
    assert "not made from" in refused([other[0], CHAIN[1]])
    assert "not made from" in refused([*other, CHAIN[2]])


@pytest.mark.parametrize(
    ("envelope", "what"),
    [
        (replace(CHAIN[2], payload_type="application/vnd.signpost.signoff+json"), "a document of another kind"),
        (replace(CHAIN[2], payload=b"{}"), "cannot be read"),
        (replace(CHAIN[2], payload=CHAIN[2].payload + b" "), "cannot be read"),
        (replace(CHAIN[2], payload=b"\xff"), "cannot be read"),
        (replace(CHAIN[2], signatures=()), "carries 0"),
        (replace(CHAIN[2], signatures=CHAIN[2].signatures[:1] * 2), "carries 1"),
        (replace(CHAIN[2], signatures=CHAIN[1].signatures), "carries 0"),
        (replace(CHAIN[2], signatures=tuple(replace(s, algorithm="none") for s in CHAIN[2].signatures)), "carries 0"),
        (
            replace(CHAIN[2], signatures=(CHAIN[2].signatures[0], Signature(key(2).key_id, "ed25519", bytes(64)))),
            "carries 1",
        ),
        (
            replace(
                CHAIN[2], signatures=(CHAIN[2].signatures[0], replace(CHAIN[2].signatures[0], key_id=key(2).key_id))
            ),
            "carries 1",
        ),
    ],
)
def test_an_envelope_that_was_changed_is_refused(envelope: Envelope, what: str) -> None:
    assert what in refused([*CHAIN[:2], envelope])


@given(st.integers(0, 2), st.data())
def test_any_flipped_bit_of_any_payload_or_signature_is_noticed(version: int, data: st.DataObject) -> None:
    chain = [*CHAIN]
    envelope = chain[version]
    place = data.draw(st.integers(-1, len(envelope.signatures) - 1))
    changed = bytearray(envelope.payload if place < 0 else envelope.signatures[place].value)
    bit = data.draw(st.integers(0, len(changed) * 8 - 1))
    changed[bit // 8] ^= 1 << bit % 8
    if place < 0:
        chain[version] = replace(envelope, payload=bytes(changed))
    else:
        signatures = list(envelope.signatures)
        signatures[place] = replace(signatures[place], value=bytes(changed))
        chain[version] = replace(envelope, signatures=tuple(signatures))
    assert refused(chain)


def test_a_rolled_back_charter_is_refused() -> None:
    pin = verify_chain(CHAIN, None).pin()
    for length in (1, 2):
        with pytest.raises(CharterError, match="rolled back") as caught:
            verify_chain(CHAIN[:length], pin)
        assert caught.value.what == f"This desk has seen version 2; the workspace now ends at version {length - 1}."


def test_a_replaced_charter_is_refused() -> None:
    pin = verify_chain(CHAIN[:2], None).pin()
    one = following(ZERO, member(1, ADMIN), member(9, PRIVACY))
    two = following(one)
    for chain in ([CHAIN[0], signed(one, 1, 9)], [CHAIN[0], signed(one, 1, 9), signed(two, 1, 9)]):
        assert verify_chain(chain, None)
        with pytest.raises(CharterError, match="replaced"):
            verify_chain(chain, pin)


def test_a_pin_that_is_none_is_refused() -> None:
    with pytest.raises(CharterError, match="replaced"):
        verify_chain(CHAIN, Pin(-1, TWO.digest()))


def test_everything_that_is_told_has_words() -> None:
    with pytest.raises(CharterError) as caught:
        verify_chain(CHAIN[:1] * 2, None)
    assert str(caught.value) == (
        "The charter cannot be believed. Where version 1 belongs, there is version 0. Nothing can be signed or "
        "published until it is settled. Do not delete anything; tell the compliance officer."
    )


PEOPLE = st.integers(1, 5)
ROLES = st.sampled_from([(ADMIN,), (PRIVACY,), (ADMIN, LEAD), (AUTHOR,), ()])
KEYS = range(1, 40)


class Histories(RuleBasedStateMachine):
    """Somebody adds versions at random, signed at random; what is believed is decided a second time, by counting."""

    def __init__(self) -> None:
        super().__init__()
        self.charters: list[Charter] = []
        self.envelopes: list[Envelope] = []
        self.pins: list[Pin] = []
        self.owner: dict[str, str] = {}

    @initialize()
    def begin(self) -> None:
        self._keep(first(), signed(first(), 1))

    def _keep(self, charter: Charter, envelope: Envelope) -> None:
        self.charters.append(charter)
        self.envelopes.append(envelope)
        self.pins.append(Pin(charter.version, charter.digest()))
        self.owner.update({person.key_id: person.id for person in charter.members})

    def _believable(self, charter: Charter, keys: set[int]) -> bool:
        before = self.charters[-1]
        ids = {key(number).key_id for number in keys}
        officers = {person.id: person.key_id for person in before.members if person in before.officers()}
        enough = {person for person, key_id in officers.items() if key_id in ids}
        if len(officers) == 1:
            enough |= {person.id for person in charter.officers() if person.id not in officers and person.key_id in ids}
            if not officers.keys() <= enough:
                return False
        if self._mended(before, charter, ids):
            enough = {"one officer", "and two others"}
        moved = any(self.owner.get(person.key_id, person.id) != person.id for person in charter.members)
        return len(enough) >= 2 and len(charter.officers()) >= 2 and not moved

    @staticmethod
    def _mended(before: Charter, after: Charter, ids: set[str]) -> bool:
        """One officer and two others, for nothing but keys of officers and new officers. Said in another way."""
        signers = [person for person in before.members if person.active and person.key_id in ids]
        if len(signers) < 3 or not any(person.is_officer for person in signers) or not before.two_signers():
            return False
        old = {person.id: person for person in before.members}
        new = {person.id: person for person in after.members}
        changed = [each for each in new if old.get(each) != new[each]]
        for each in changed:
            was, now = old.get(each), new[each]
            gained = now.roles - (was.roles if was else frozenset())
            if was is None and not (now.active and now.roles):
                return False
            if was is not None and (was.name, was.sign_in, was.active) != (now.name, now.sign_in, now.active):
                return False
            if was is not None and not was.roles <= now.roles:
                return False
            if was is not None and was.is_officer and gained:
                return False
            if was is not None and not was.is_officer and was.key_id != now.key_id:
                return False
            if not gained <= {ADMIN, PRIVACY}:
                return False
        return bool(changed) and not old.keys() - new.keys()

    @rule(
        roles=st.dictionaries(PEOPLE, ROLES, min_size=1),
        rekeyed=st.dictionaries(PEOPLE, st.sampled_from(KEYS), max_size=1),
        left=st.sets(PEOPLE, max_size=1),
        keys=st.sets(st.integers(1, 6), max_size=4),
    )
    def add(self, roles: dict[int, tuple[Any, ...]], rekeyed: dict[int, int], left: set[int], keys: set[int]) -> None:
        people = {person.id: person for person in self.charters[-1].members}
        for number, held in roles.items():
            person = people.get(f"person_{number}") or member(number, *held)
            people[person.id] = replace(person, roles=frozenset(held), active=number not in left)
        for number, other in rekeyed.items():
            if f"person_{number}" in people:
                new = key(other)
                people[f"person_{number}"] = replace(
                    people[f"person_{number}"], public_key=new.public, key_id=new.key_id
                )
        try:
            charter = following(self.charters[-1], *people.values())
        except ValueError:  # nobody could sign the next one, or two people with one key: no such document
            return
        self._judge(charter, keys | set(rekeyed.values()))

    @rule(keys=st.sets(st.integers(1, 6), max_size=4))
    def sign_in_the_name_of_the_new(self, keys: set[int]) -> None:
        self._judge(following(self.charters[-1], routes=(default_route(),)), keys)

    def _judge(self, charter: Charter, keys: set[int]) -> None:
        envelope = signed_by(charter, (key(number) for number in sorted(keys)))
        chain = [*self.envelopes, envelope]
        if self._believable(charter, keys):
            assert verify_chain(chain, self.pins[-1]).charter == charter
            self._keep(charter, envelope)
        else:
            assert refused(chain)

    @invariant()
    def nothing_shorter_or_thinner_is_believed(self) -> None:
        if not self.envelopes:
            return
        assert verify_chain(self.envelopes, self.pins[-1]).version == len(self.envelopes) - 1
        assert refused(self.envelopes[:-1], self.pins[-1])
        *earlier, envelope = self.envelopes
        officers = self.charters[-2 if earlier else 0].officers()
        for number in range(len(envelope.signatures)):
            kept = envelope.signatures[:number] + envelope.signatures[number + 1 :]
            ids = {each.key_id for each in kept}
            if earlier and self._mended(self.charters[-2], self.charters[-1], ids):
                continue
            if len(ids & {person.key_id for person in officers}) < min(2, len(officers)):
                assert refused([*earlier, replace(envelope, signatures=kept)])


TestHistories = Histories.TestCase
TestHistories.settings = settings(max_examples=30, stateful_step_count=10)
