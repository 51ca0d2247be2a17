"""Building the Merkle tree of RFC 6962 section 2.1: roots, and the proofs that `merkle` verifies.

Hashes are 32 raw bytes. `leaf_hashes` are always those of the whole tree, in order.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from editorial.audit.merkle import EMPTY_ROOT, HASH_SIZE, node_hash


def fold(peaks: Sequence[bytes]) -> bytes:
    """The root over perfect subtrees that stand side by side, the largest first."""
    if not peaks:
        return EMPTY_ROOT
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = node_hash(peak, root)
    return root


def push(peaks: list[bytes], size: int, hashed: bytes) -> None:
    """Adds the entry number `size` to a tree's peaks: one merge for each trailing one-bit of the size before it."""
    while size & 1:
        hashed = node_hash(peaks.pop(), hashed)
        size >>= 1
    peaks.append(hashed)


@dataclass(frozen=True, slots=True)
class Frontier:
    """A tree's right edge: the roots of its perfect subtrees, the largest first. Enough to append and to know the root.

    One hash for each one-bit of `size`; anything else raises ValueError.
    """

    size: int
    peaks: tuple[bytes, ...]

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.peaks) != self.size.bit_count():
            raise ValueError("the frontier does not fit the size")
        if any(len(peak) != HASH_SIZE for peak in self.peaks):
            raise ValueError("a hash has 32 bytes")

    @classmethod
    def empty(cls) -> "Frontier":
        """The frontier of a tree without entries."""
        return cls(0, ())

    def append(self, hashed: bytes) -> "Frontier":
        """The frontier with one more entry, given by its leaf hash; at most log2(size) + 1 hashes are computed."""
        peaks = list(self.peaks)
        push(peaks, self.size, hashed)
        return Frontier(self.size + 1, tuple(peaks))

    def root(self) -> bytes:
        """The root of the whole tree; that of nothing is SHA-256 over no bytes."""
        return fold(self.peaks)

    def to_json(self) -> list[str]:
        """The hashes in hexadecimal, the largest subtree first. The size is kept beside it."""
        return [peak.hex() for peak in self.peaks]

    @classmethod
    def from_json(cls, size: int, peaks: Iterable[str]) -> "Frontier":
        """What `to_json` gave. Raises ValueError when it cannot belong to `size` or is not hexadecimal."""
        return cls(size, tuple(bytes.fromhex(peak) for peak in peaks))


def root_of(leaf_hashes: Iterable[bytes]) -> bytes:
    """The root over all the entries."""
    peaks: list[bytes] = []
    for size, hashed in enumerate(leaf_hashes):
        push(peaks, size, hashed)
    return fold(peaks)


def split(size: int) -> int:
    """The largest power of two below `size` (2 or more): where RFC 6962 divides a tree."""
    return 1 << (size - 1).bit_length() - 1


RootBetween = Callable[[int, int], bytes]
"""The root over the entries from the first number on, up to but without the second."""


def _between(leaf_hashes: Sequence[bytes]) -> RootBetween:
    return lambda low, high: root_of(leaf_hashes[low:high])


def inclusion_proof(index: int, leaf_hashes: Sequence[bytes]) -> list[bytes]:
    """The audit path for the entry `index`, from the entry upwards. Raises IndexError for an entry not in the tree."""
    return inclusion_path(index, len(leaf_hashes), _between(leaf_hashes))


def inclusion_path(index: int, size: int, root_between: RootBetween) -> list[bytes]:
    """As `inclusion_proof`, for the tree of the first `size` entries, wherever their hashes are kept."""
    if not 0 <= index < size:
        raise IndexError("no such entry")
    path: list[bytes] = []
    low, high = 0, size
    while high - low > 1:
        middle = low + split(high - low)
        if index < middle:
            path.append(root_between(middle, high))
            high = middle
        else:
            path.append(root_between(low, middle))
            low = middle
    return path[::-1]


def consistency_proof(older: int, leaf_hashes: Sequence[bytes]) -> list[bytes]:
    """The proof that the tree of the first `older` entries is a prefix of the whole. Raises ValueError for size 0.

    From nothing everything can grow, so a proof from size 0 would show nothing.
    """
    return consistency_path(older, len(leaf_hashes), _between(leaf_hashes))


def consistency_path(older: int, newer: int, root_between: RootBetween) -> list[bytes]:
    """As `consistency_proof`, towards the tree of the first `newer` entries, wherever their hashes are kept."""
    if not 0 < older <= newer:
        raise ValueError("the older size lies outside the tree")
    path: list[bytes] = []
    low, high, whole = 0, newer, True
    while older < high:
        middle = low + split(high - low)
        if older <= middle:
            path.append(root_between(middle, high))
            high = middle
        else:
            path.append(root_between(low, middle))
            low, whole = middle, False
    if not whole:
        path.append(root_between(low, high))
    return path[::-1]
