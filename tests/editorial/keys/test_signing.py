"""Keys: what they are called, that they sign, and that they keep their seed to themselves."""

import copy
import hashlib
import operator
from base64 import b64decode, b64encode
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from editorial.keys.signing import SigningKey, from_base64, key_id_of, to_base64, verify_signature

SEED = bytes(range(32))


def test_a_seed_always_gives_the_same_key() -> None:
    expected = Ed25519PrivateKey.from_private_bytes(SEED).public_key().public_bytes_raw()
    for key in (SigningKey.from_seed(SEED), SigningKey.from_seed(bytearray(SEED))):
        assert b64decode(key.public) == expected
        assert key.key_id == "ed25519:" + hashlib.sha256(expected).hexdigest()[:32] == key_id_of(key.public)
        assert key.reveal_seed() == SEED


def test_new_keys_differ() -> None:
    assert len({SigningKey.generate().key_id for _ in range(20)}) == 20


@given(st.binary(max_size=40), st.binary(max_size=40))
def test_a_signature_is_for_its_data_and_key(data: bytes, other: bytes) -> None:
    key, stranger = SigningKey.from_seed(SEED), SigningKey.from_seed(bytes(32))
    signature = key.sign(data)
    assert verify_signature(key.public, signature, data)
    assert verify_signature(key.public, signature, other) == (other == data)
    assert not verify_signature(stranger.public, signature, data)
    assert not verify_signature(key.public, signature[:-1], data)
    assert not verify_signature(key.public, b"", data)


@pytest.mark.parametrize("public", ["", "AA==", "é", "not base64", to_base64(bytes(33))])
def test_no_key_no_signature(public: str) -> None:
    assert not verify_signature(public, bytes(64), b"")
    with pytest.raises(ValueError, match=r"base64|32 bytes|ASCII"):
        key_id_of(public)


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_seed_has_32_bytes(size: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        SigningKey.from_seed(bytes(size))


def test_a_wiped_key_is_gone() -> None:
    seed = bytearray(SEED)
    with SigningKey.from_seed(seed) as key:
        key.sign(b"")
    assert seed == bytes(32)
    with pytest.raises(ValueError, match="wiped"):
        key.sign(b"")
    with pytest.raises(ValueError, match="wiped"):
        key.reveal_seed()
    key.wipe()


def test_a_key_is_wiped_when_the_block_fails() -> None:
    seed = bytearray(SEED)
    with pytest.raises(KeyError), SigningKey.from_seed(seed):
        raise KeyError
    assert seed == bytes(32)


def test_a_key_shows_only_its_name() -> None:
    key = SigningKey.from_seed(SEED)
    assert repr(key) == str(key) == f"SigningKey({key.key_id})"
    assert not hasattr(key, "__dict__")
    ways: tuple[Callable[[object], object], ...] = (copy.copy, copy.deepcopy, operator.methodcaller("__reduce_ex__", 4))
    for way in ways:
        with pytest.raises(TypeError, match="never copied"):
            way(key)


@given(st.binary(max_size=60))
def test_base64_has_one_form(data: bytes) -> None:
    text = to_base64(data)
    assert text == b64encode(data).decode()
    assert from_base64(text) == data
    for other in (text + "\n", " " + text, text + "=", text.rstrip("=") + "==="):
        with pytest.raises(ValueError, match="base64"):
            from_base64(other)


PRIME = 2**255 - 19
D = -121665 * pow(121666, -1, PRIME) % PRIME
Point = tuple[int, int]


def add(one: Point, two: Point) -> Point:
    """The sum of two points of -x^2 + y^2 = 1 + d x^2 y^2."""
    (a, b), (c, d) = one, two
    product = D * a * b * c * d
    x = (a * d + b * c) * pow(1 + product, -1, PRIME)
    return x % PRIME, (b * d + a * c) * pow(1 - product, -1, PRIME) % PRIME


def point_at(y: int) -> Point | None:
    """A point with that y, if the curve has one."""
    square = (y * y - 1) * pow(D * y * y + 1, -1, PRIME) % PRIME
    root = pow(square, (PRIME + 3) // 8, PRIME)
    for x in (root, root * pow(2, (PRIME - 1) // 4, PRIME) % PRIME):
        if x * x % PRIME == square:
            return x, y
    return None


def small_order() -> set[Point]:
    """The points that times eight are the neutral one: what any point is, times the order of the large subgroup."""
    order = 2**252 + 27742317777372353535851937790883648493
    found: set[Point] = set()
    y = 2
    while len(found) < 8:
        point, total, factor = point_at(y), (0, 1), order
        while point is not None and factor:
            total, point, factor = (add(total, point) if factor & 1 else total), add(point, point), factor >> 1
        multiple = total
        for _ in range(8):
            found.add(multiple)
            multiple = add(multiple, total)
        y += 1
    return found


def test_a_key_for_which_anybody_can_sign_is_refused_however_it_is_written() -> None:
    neutral = b"\x01" + bytes(31)
    fits_everything = neutral + bytes(32)
    Ed25519PublicKey.from_public_bytes(neutral).verify(fits_everything, b"anything")  # the library takes it
    weak = {y for _, y in small_order()}
    assert len(weak) == 5
    written = {y + more | sign << 255 for y in weak for more in (0, PRIME) for sign in (0, 1) if y + more < 2**255}
    assert len(written) > 10
    for number in written:
        public = to_base64(number.to_bytes(32, "little"))
        assert not verify_signature(public, fits_everything, b"anything")
        with pytest.raises(ValueError, match="anybody can sign"):
            key_id_of(public)
