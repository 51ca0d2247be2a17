"""Where a second officer cannot sign, one officer and two others replace officers' keys and name officers: no more."""

from dataclasses import replace

import pytest

from editorial.charter.chain import mends, verify_chain
from editorial.charter.defaults import default_route
from editorial.charter.document import Charter
from tests.editorial.charter.staff import ADMIN, AUTHOR, LEAD, PRIVACY, desk, following, member, signed, three_versions
from tests.editorial.charter.test_chain import refused

(ZERO, _, TWO), CHAIN = three_versions()
LOST = following(TWO, *(member(2, PRIVACY, key_number=20) if each.id == "person_2" else each for each in TWO.members))


def test_one_officer_and_two_others_replace_a_lost_officers_key() -> None:
    assert mends(TWO, LOST)
    assert verify_chain([*CHAIN, signed(LOST, 1, 3, 4)], None).version == 3
    chain = [*CHAIN, signed(LOST, 1, 3, 4)]
    four = following(LOST, organization="Alder Bay Medical Center")
    assert verify_chain(chain, None).mended
    assert not verify_chain(CHAIN, None).mended
    after = verify_chain([*chain, signed(four, 1, 20)], None)
    assert (after.version, after.mended) == (4, False), "the new key signs like the old one"


@pytest.mark.parametrize("keys", [(1,), (1, 3), (3, 4), (1, 20), (1, 3, 20), (1, 3, 9), (3, 4, 9)])
def test_fewer_people_replace_nothing(keys: tuple[int, ...]) -> None:
    assert "of the 2 signatures" in refused([*CHAIN, signed(LOST, *keys)])


@pytest.mark.parametrize(
    "after",
    [
        following(TWO),
        following(TWO, organization="Elsewhere"),
        following(TWO, desks=(desk(1), desk(2))),
        following(TWO, crisis_passes_hold=True),
        following(TWO, policy="sha256:" + "0" * 64),
        replace(LOST, desks=(desk(1), desk(2))),
        replace(LOST, routes=(replace(default_route(), name="Another"),)),
        following(TWO, *TWO.members[:3]),
        following(TWO, *TWO.members[:3], member(4, AUTHOR, key_number=40)),
        following(TWO, *TWO.members[:3], member(4, AUTHOR, LEAD)),
        following(TWO, *TWO.members[:3], member(4, ADMIN)),
        following(TWO, *TWO.members[:3], member(4, AUTHOR, ADMIN, name="Else")),
        following(TWO, *TWO.members, member(5, AUTHOR)),
        following(TWO, *TWO.members, member(5, ADMIN, LEAD)),
        following(TWO, *TWO.members, member(5, ADMIN, active=False)),
        following(TWO, member(1, ADMIN), member(2, PRIVACY, active=False), member(3, LEAD, ADMIN), member(4, AUTHOR)),
        following(TWO, member(1, ADMIN), member(2, AUTHOR), member(3, LEAD, ADMIN), member(4, AUTHOR)),
        following(TWO, member(1, ADMIN), member(2, PRIVACY, ADMIN), *TWO.members[2:]),
    ],
)
def test_they_change_nothing_else(after: Charter) -> None:
    assert not mends(TWO, after)
    assert "of the 2 signatures" in refused([*CHAIN, signed(after, 1, 3, 4)])


@pytest.mark.parametrize(
    "after",
    [
        following(TWO, *TWO.members, member(5, ADMIN)),
        following(TWO, *TWO.members, member(5, ADMIN, PRIVACY)),
        following(TWO, *TWO.members[:3], member(4, AUTHOR, PRIVACY)),
        replace(LOST, members=(*LOST.members, member(5, PRIVACY))),
    ],
)
def test_they_name_officers(after: Charter) -> None:
    assert verify_chain([*CHAIN, signed(after, 1, 3, 4)], None).version == 3


def test_who_left_does_not_count_among_the_three() -> None:
    three = following(TWO, *TWO.members[:3], member(4, AUTHOR, active=False))
    chain = [*CHAIN, signed(three, 1, 2)]
    lost = following(three, three.members[0], member(2, PRIVACY, key_number=20), *three.members[2:])
    assert "carries 1 of the 2" in refused([*chain, signed(lost, 1, 3, 4)])


def test_before_there_were_two_officers_it_does_not_apply() -> None:
    one = following(ZERO, member(1, ADMIN), member(2, PRIVACY))
    assert mends(ZERO, one)
    assert refused([CHAIN[0], signed(one, 1, 3, 4)])
