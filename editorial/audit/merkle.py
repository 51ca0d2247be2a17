"""Hashes and proofs of the Merkle tree of RFC 6962 section 2.1 over SHA-256, for whoever verifies a log.

Public for outside tests: `verify_inclusion` and `verify_consistency`. Hashes are 32 raw bytes.
"""

import hashlib
from collections.abc import Sequence

HASH_SIZE = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """The hash of one entry: SHA-256 over 0x00 and its bytes."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash over two subtrees: SHA-256 over 0x01 and both hashes. The prefix keeps nodes from posing as entries."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def _hashes(*values: bytes) -> bool:
    return all(len(value) == HASH_SIZE for value in values)


def verify_inclusion(index: int, size: int, leaf_hash: bytes, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the proof shows that `leaf_hash` is that of entry `index` in the tree of `size` entries with that root.

    `proof` goes from the entry upwards. False for anything that is no proof of it, whatever its form.
    """
    if not 0 <= index < size or not _hashes(leaf_hash, root, *proof):
        return False
    hashed, node, last = leaf_hash, index, size - 1
    for step in proof:
        if last == 0:
            return False  # longer than the path
        if node & 1 or node == last:
            hashed = node_hash(step, hashed)
            while not node & 1 and node:  # the right edge: levels at which this node had no sibling
                node, last = node >> 1, last >> 1
        else:
            hashed = node_hash(hashed, step)
        node, last = node >> 1, last >> 1
    return last == 0 and hashed == root


def verify_consistency(size1: int, size2: int, proof: Sequence[bytes], root1: bytes, root2: bytes) -> bool:
    """Whether the proof shows that the tree of `size2` entries with `root2` begins with that of `size1` with `root1`.

    False for size 0: everything grows from nothing, so such a proof would show nothing.
    """
    if not 0 < size1 <= size2 or not _hashes(root1, root2, *proof):
        return False
    if size1 == size2:
        return not proof and root1 == root2
    path = list(proof) if size1 & (size1 - 1) else [root1, *proof]  # a power of two is its own starting node
    if not path:
        return False
    node, last = size1 - 1, size2 - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    old = new = path[0]
    for step in path[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            old, new = node_hash(step, old), node_hash(step, new)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            new = node_hash(new, step)
        node, last = node >> 1, last >> 1
    return last == 0 and old == root1 and new == root2
