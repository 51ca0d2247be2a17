"""The tree against the words of RFC 6962 section 2.1, written out a second time as plainly as they stand there."""

import hashlib
from collections.abc import Callable, Sequence
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editorial.audit.merkle import EMPTY_ROOT, leaf_hash, node_hash, verify_consistency, verify_inclusion
from editorial.audit.tree import (
    Frontier,
    consistency_path,
    consistency_proof,
    inclusion_path,
    inclusion_proof,
    root_of,
)


def h(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def k_of(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def mth(d: Sequence[bytes]) -> bytes:
    """MTH(D[n])."""
    if not d:
        return h(b"")
    if len(d) == 1:
        return h(b"\x00" + d[0])
    k = k_of(len(d))
    return h(b"\x01" + mth(d[:k]) + mth(d[k:]))


def path(m: int, d: Sequence[bytes]) -> list[bytes]:
    """PATH(m, D[n])."""
    if len(d) == 1:
        return []
    k = k_of(len(d))
    return [*path(m, d[:k]), mth(d[k:])] if m < k else [*path(m - k, d[k:]), mth(d[:k])]


def subproof(m: int, d: Sequence[bytes], b: bool) -> list[bytes]:
    """SUBPROOF(m, D[n], b)."""
    if m == len(d):
        return [] if b else [mth(d)]
    k = k_of(len(d))
    if m <= k:
        return [*subproof(m, d[:k], b), mth(d[k:])]
    return [*subproof(m - k, d[k:], False), mth(d[:k])]


def entries(count: int) -> list[bytes]:
    return [b"entry %d" % number for number in range(count)]


def hashes(count: int) -> list[bytes]:
    return [leaf_hash(entry) for entry in entries(count)]


trees = st.lists(st.binary(max_size=8), max_size=40)
sizes = st.integers(1, 40)


def test_the_constants_of_the_rfc() -> None:
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert leaf_hash(b"L123456").hex() == "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56"


def test_an_entry_never_has_the_hash_of_a_node() -> None:
    left, right = hashes(2)
    assert leaf_hash(left + right) != node_hash(left, right)


@given(trees)
def test_root_is_that_of_the_rfc(tree: list[bytes]) -> None:
    leaf_hashes = [leaf_hash(entry) for entry in tree]
    assert root_of(leaf_hashes) == mth(tree)


@given(trees)
def test_the_frontier_knows_every_root_on_the_way(tree: list[bytes]) -> None:
    frontier = Frontier.empty()
    for size, entry in enumerate(tree):
        assert frontier.root() == mth(tree[:size])
        frontier = frontier.append(leaf_hash(entry))
    assert (frontier.size, frontier.root()) == (len(tree), mth(tree))
    assert Frontier.from_json(frontier.size, frontier.to_json()) == frontier
    assert len(frontier.to_json()) == len(tree).bit_count()


@pytest.mark.parametrize(
    ("size", "peaks"),
    [(-1, []), (0, ["00" * 32]), (1, []), (2, ["00" * 32] * 2), (1, ["00" * 31]), (1, ["00" * 33]), (1, ["zz" * 32])],
)
def test_a_frontier_that_cannot_be_is_refused(size: int, peaks: list[str]) -> None:
    with pytest.raises(ValueError, match=r"frontier|32 bytes|hexadecimal"):
        Frontier.from_json(size, peaks)


@pytest.mark.parametrize("size", range(1, 34))
def test_every_inclusion_proof(size: int) -> None:
    tree, leaf_hashes = entries(size), hashes(size)
    root = mth(tree)
    for index in range(size):
        proof = inclusion_proof(index, leaf_hashes)
        assert proof == path(index, tree)
        assert verify_inclusion(index, size, leaf_hashes[index], proof, root)


@given(sizes, st.data())
def test_an_inclusion_proof_shows_one_entry_at_one_place(size: int, data: st.DataObject) -> None:
    leaf_hashes, root = hashes(size), root_of(hashes(size))
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(index, leaf_hashes)
    place = data.draw(st.integers(-2, size + 2).filter(lambda place: place != index))
    assert not verify_inclusion(place, size, leaf_hashes[index], proof, root)
    assert not verify_inclusion(index, size, leaf_hash(b"another"), proof, root)
    assert not verify_inclusion(index, size, leaf_hashes[index], [*proof, root], root)
    assert not verify_inclusion(index, size, leaf_hashes[index], proof, leaf_hash(b"another"))
    if proof:
        broken = data.draw(st.integers(0, len(proof) - 1))
        flipped = [_flip(step) if number == broken else step for number, step in enumerate(proof)]
        assert not verify_inclusion(index, size, leaf_hashes[index], flipped, root)
        assert not verify_inclusion(index, size, leaf_hashes[index], proof[:-1], root)


def _flip(data: bytes) -> bytes:
    return bytes([data[0] ^ 1]) + data[1:]


@pytest.mark.parametrize("index", [-1, 3, 4])
def test_no_proof_for_an_entry_that_is_not_there(index: int) -> None:
    with pytest.raises(IndexError):
        inclusion_proof(index, hashes(3))


@pytest.mark.parametrize("newer", range(1, 34))
def test_every_consistency_proof(newer: int) -> None:
    tree, leaf_hashes = entries(newer), hashes(newer)
    for older in range(1, newer + 1):
        proof = consistency_proof(older, leaf_hashes)
        assert proof == subproof(older, tree, True)
        assert verify_consistency(older, newer, proof, mth(tree[:older]), mth(tree))


@given(st.integers(2, 40), st.data())
def test_a_consistency_proof_shows_two_sizes_and_two_roots(newer: int, data: st.DataObject) -> None:
    leaf_hashes = hashes(newer)
    older = data.draw(st.integers(1, newer - 1))
    old, new, proof = root_of(leaf_hashes[:older]), root_of(leaf_hashes), consistency_proof(older, leaf_hashes)
    other = leaf_hash(b"another")
    assert not verify_consistency(older, newer, proof, other, new)
    assert not verify_consistency(older, newer, proof, old, other)
    assert not verify_consistency(older, newer, proof, new, old)
    assert not verify_consistency(older, newer, [*proof, other], old, new)
    assert not verify_consistency(older, newer, proof[:-1], old, new)
    assert not verify_consistency(older, newer, [], old, new)
    broken = data.draw(st.integers(0, len(proof) - 1))
    flipped = [_flip(step) if number == broken else step for number, step in enumerate(proof)]
    assert not verify_consistency(older, newer, flipped, old, new)


@given(st.integers(2, 40), st.data())
def test_a_rewritten_log_has_no_proof(newer: int, data: st.DataObject) -> None:
    older = data.draw(st.integers(1, newer))
    changed = data.draw(st.integers(0, older - 1))
    honest = hashes(newer)
    rewritten = [*honest]
    rewritten[changed] = leaf_hash(b"rewritten")
    proof = consistency_proof(older, rewritten)
    assert not verify_consistency(older, newer, proof, root_of(honest[:older]), root_of(rewritten))


def test_growth_from_nothing_shows_nothing() -> None:
    root = root_of(hashes(3))
    assert not verify_consistency(0, 3, [], EMPTY_ROOT, root)
    assert not verify_consistency(0, 0, [], EMPTY_ROOT, EMPTY_ROOT)
    assert not verify_consistency(4, 3, [], root, root)
    for older in (0, 4, -1):
        with pytest.raises(ValueError, match="outside"):
            consistency_proof(older, hashes(3))


def test_a_tree_is_consistent_with_itself_only_without_a_proof() -> None:
    root = root_of(hashes(3))
    assert verify_consistency(3, 3, [], root, root)
    assert not verify_consistency(3, 3, [root], root, root)
    assert not verify_consistency(3, 3, [], root, leaf_hash(b""))


def test_every_size_up_to_300_agrees_with_the_words_of_the_standard() -> None:
    entries = [b"entry %d" % number for number in range(300)]
    frontier = Frontier.empty()
    for size in range(301):
        assert frontier.root() == root_of([leaf_hash(each) for each in entries[:size]]) == mth(entries[:size])
        if size < 300:
            frontier = frontier.append(leaf_hash(entries[size]))


def naive_range(leaf_hashes: Sequence[bytes]) -> Callable[[int, int], bytes]:
    """MTH over a stretch of the entries, each computed once: the same stretches come back in many proofs."""

    @cache
    def between(low: int, high: int) -> bytes:
        if high - low == 1:
            return leaf_hashes[low]
        middle = low + k_of(high - low)
        return h(b"\x01" + between(low, middle) + between(middle, high))

    return between


def test_every_proof_up_to_300_agrees_with_the_words_of_the_standard() -> None:
    leaf_hashes = hashes(300)
    between = naive_range(leaf_hashes)

    def naive_path(m: int, low: int, high: int) -> list[bytes]:
        if high - low == 1:
            return []
        middle = low + k_of(high - low)
        if m < middle:
            return [*naive_path(m, low, middle), between(middle, high)]
        return [*naive_path(m, middle, high), between(low, middle)]

    def naive_subproof(m: int, low: int, high: int, whole: bool) -> list[bytes]:
        if m == high:
            return [] if whole else [between(low, high)]
        middle = low + k_of(high - low)
        if m <= middle:
            return [*naive_subproof(m, low, middle, whole), between(middle, high)]
        return [*naive_subproof(m, middle, high, False), between(low, middle)]

    for size in range(1, 301):
        root = between(0, size)
        for place in range(size):
            proof = inclusion_path(place, size, between)
            assert proof == naive_path(place, 0, size)
            assert verify_inclusion(place, size, leaf_hashes[place], proof, root)
            proof = consistency_path(place + 1, size, between)
            assert proof == naive_subproof(place + 1, 0, size, True)
            assert verify_consistency(place + 1, size, proof, between(0, place + 1), root)


@pytest.mark.parametrize("odd", [b"", b"short", bytes(31), bytes(33)])
def test_what_is_no_hash_proves_nothing(odd: bytes) -> None:
    leaves = [leaf_hash(b"%d" % number) for number in range(5)]
    root = root_of(leaves)
    proof = inclusion_proof(2, leaves)
    assert verify_inclusion(2, 5, leaves[2], proof, root)
    assert not verify_inclusion(2, 5, odd, proof, root)
    assert not verify_inclusion(2, 5, leaves[2], [*proof[:-1], odd], root)
    assert not verify_inclusion(2, 5, leaves[2], proof, odd)
    assert not verify_consistency(5, 5, [], odd, odd)
