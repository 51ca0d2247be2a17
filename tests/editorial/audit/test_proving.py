"""One entry's proof leads to the checkpoint after it, whatever lies before; and a changed one leads nowhere."""

import pytest

from editorial.audit.checkpoints import Checkpoints
from editorial.audit.merkle import node_hash
from editorial.audit.proving import Proof, prove
from editorial.errors import NotFoundError
from tests.editorial.audit.attacks import Signed
from tests.fakes.desks import Staff
from tests.fakes.long_log import lengthen


@pytest.fixture
def signed(staff: Staff) -> Signed:
    """Entries, a checkpoint, entries, a checkpoint, entries."""
    found = Signed(staff, Checkpoints(staff.desk))
    found.news(6)
    found.make()
    found.news(9)
    found.make()
    found.news(4)
    return found


def walked(proof: Proof) -> bytes:
    """The root to which the steps lead, from the entry's hash."""
    at = proof.leaf
    for step in proof.steps:
        at = node_hash(step.beside, at) if step.older else node_hash(at, step.beside)
        assert at == step.both
    return at


def test_every_entry_is_proven_to_the_checkpoint_after_it(signed: Signed) -> None:
    with signed.staff.desk.reading() as session:
        sizes = [kept.size for kept in signed.checkpoints.all(session)]
    for seq in range(sizes[-1] + 4):
        proof = prove(signed.staff.desk, seq)
        after = next((size for size in sizes if size > seq), None)
        assert (proof.holds, walked(proof)) == (True, proof.root), seq
        assert proof.size == (after or sizes[-1] + 4)
        assert (proof.signed_at is not None) == (after is not None)
        covered = {seq, *(each for step in proof.steps for each in range(step.first, step.last + 1))}
        assert covered == set(range(proof.size)), "each entry stands in one step"


def test_a_long_log_is_proven_from_what_lies_between_two_checkpoints(staff: Staff) -> None:
    lengthen(staff, 5_300)
    for seq in (0, 999, 1_000, 2_047, 3_333, 4_999, 5_100):
        proof = prove(staff.desk, seq)
        assert (proof.holds, walked(proof)) == (True, proof.root), seq


def test_a_changed_entry_has_no_proof(signed: Signed) -> None:
    intact = prove(signed.staff.desk, 5)
    signed.rewrite(5)
    for seq in (4, 5, 6):
        assert not prove(signed.staff.desk, seq).holds
    assert prove(signed.staff.desk, 5).leaf != intact.leaf


@pytest.mark.parametrize(
    ("statement", "holds"),
    [
        ("DELETE FROM audit_entry WHERE seq = 5", False),
        ("UPDATE audit_entry SET leaf = 'text' WHERE seq = 5", False),
        # what a checkpoint keeps only saves work, and one that nobody signed proves nothing
        ("UPDATE audit_checkpoint SET frontier = '[]'", True),
        ("UPDATE audit_checkpoint SET frontier = '[\"00\"]'", True),
        ("UPDATE audit_checkpoint SET size = size + 1", True),
    ],
)
def test_what_was_changed_shows_and_does_not_fail(signed: Signed, statement: str, holds: bool) -> None:
    signed.run(statement)
    proofs = [prove(signed.staff.desk, seq) for seq in range(12)]
    assert all(proof.holds for proof in proofs) == holds
    assert any(proof.signed_at for proof in proofs) == ("size + 1" not in statement)


def test_an_entry_that_is_not_there(signed: Signed) -> None:
    with pytest.raises(NotFoundError, match="no such entry"):
        prove(signed.staff.desk, 10_000)
