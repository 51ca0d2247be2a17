"""verify.py believes a charter exactly where we do: the same histories, judged by both."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import settings

from editorial.charter.chain import verify_chain
from editorial.charter.document import Charter
from editorial.errors import DeskError
from editorial.keys.dsse import Envelope
from tests.editorial.audit.bundles import checker
from tests.editorial.charter.staff import ADMIN, AUTHOR, PRIVACY, desk, following, key, member, signed, signed_by
from tests.editorial.charter.test_chain import Histories
from tests.editorial.charter.test_mending import CHAIN, LOST, TWO


def outside(envelopes: Sequence[Envelope]) -> bool:
    """Whether verify.py believes these versions."""
    try:
        checker().Charter(envelope.to_json().encode() for envelope in envelopes)
    except checker().Tampered:
        return False
    return True


def inside(envelopes: Sequence[Envelope]) -> bool:
    """Whether we do."""
    try:
        verify_chain(envelopes, None)
    except DeskError:
        return False
    return True


MENDED = [
    following(TWO, *TWO.members, member(5, ADMIN)),
    following(TWO, *TWO.members[:3], member(4, AUTHOR, PRIVACY)),
    replace(LOST, members=(*LOST.members, member(5, PRIVACY))),
    LOST,
]
NOT_MENDED = [
    following(TWO),
    following(TWO, organization="Elsewhere"),
    replace(LOST, desks=(desk(1), desk(2))),
    following(TWO, *TWO.members[:3]),
    following(TWO, *TWO.members[:3], member(4, AUTHOR, key_number=40)),
    following(TWO, *TWO.members[:3], member(4, ADMIN)),
    following(TWO, *TWO.members[:3], member(4, AUTHOR, ADMIN, name="Else")),
    following(TWO, *TWO.members, member(5, AUTHOR)),
    following(TWO, *TWO.members, member(5, ADMIN, active=False)),
    following(TWO, member(1, ADMIN), member(2, PRIVACY, ADMIN), *TWO.members[2:]),
]


@pytest.mark.parametrize("after", [*MENDED, *NOT_MENDED])
@pytest.mark.parametrize("keys", [(1, 2), (1, 3, 4), (1, 3), (3, 4)], ids=str)
def test_versions_that_one_officer_and_two_others_sign(after: Charter, keys: tuple[int, ...]) -> None:
    chain = [*CHAIN, signed(after, *keys)]
    believed = keys == (1, 2) or (keys == (1, 3, 4) and after in MENDED)
    assert (inside(chain), outside(chain)) == (believed, believed)


def test_versions_dropped_moved_and_doubled() -> None:
    for chain in (CHAIN[:2], CHAIN[1:], [*CHAIN, CHAIN[-1]], [CHAIN[0], CHAIN[2]], CHAIN[::-1], []):
        assert outside(chain) == inside(chain)


class HistoriesOutside(Histories):
    """The random histories of the chain's own test."""

    def _judge(self, charter: Charter, keys: set[int]) -> None:
        before = list(self.envelopes)
        super()._judge(charter, keys)
        envelope = signed_by(charter, (key(number) for number in sorted(keys)))
        assert outside([*before, envelope]) == (len(self.envelopes) > len(before))


TestHistoriesOutside = HistoriesOutside.TestCase
TestHistoriesOutside.settings = settings(max_examples=6, stateful_step_count=6)
