"""A sealed stream comes back as it was, or not at all."""

import io
import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editorial.backup import sealing
from editorial.backup.sealing import HEADER, SealedReader, SealedWriter, SealError

KEY = bytes(range(32))
SMALL = 100  # bytes of a segment in these tests


@pytest.fixture(autouse=True, scope="module")
def small_segments() -> object:
    patch = pytest.MonkeyPatch()
    patch.setattr(sealing, "SEGMENT", SMALL)
    yield
    patch.undo()


def sealed(data: bytes, pieces: int = 7, associated: bytes = b"line") -> bytes:
    target = io.BytesIO()
    writer = SealedWriter(target, KEY, associated)
    for start in range(0, len(data), pieces):
        writer.write(data[start : start + pieces])
    writer.finish()
    return target.getvalue()


def opened(data: bytes, key: bytes = KEY, associated: bytes = b"line") -> bytes:
    return SealedReader(io.BytesIO(data), key, associated).readall()


def segments(data: bytes) -> list[bytes]:
    first = SMALL - HEADER
    body = data[HEADER:]
    return [body[:first], *(body[start : start + SMALL] for start in range(first, len(body), SMALL))]


@given(st.binary(max_size=600), st.integers(1, 300))
def test_what_was_written_is_read(data: bytes, pieces: int) -> None:
    assert opened(sealed(data, pieces)) == data


@given(st.binary(max_size=400), st.data())
def test_any_flipped_bit_is_noticed(data: bytes, choose: st.DataObject) -> None:
    found = bytearray(sealed(data))
    place = choose.draw(st.integers(0, len(found) - 1))
    found[place] ^= 1 << choose.draw(st.integers(0, 7))
    with pytest.raises(SealError):
        opened(bytes(found))


@given(st.binary(max_size=400), st.data())
def test_any_cut_is_noticed(data: bytes, choose: st.DataObject) -> None:
    found = sealed(data)
    with pytest.raises(SealError):
        opened(found[: choose.draw(st.integers(0, len(found) - 1))])


def test_segments_cannot_be_dropped_repeated_or_moved() -> None:
    found = sealed(secrets.token_bytes(500))
    parts = segments(found)
    assert len(parts) > 4
    for changed in (
        [*parts[:2], *parts[3:]],
        [*parts[:3], *parts[2:]],
        [parts[0], parts[2], parts[1], *parts[3:]],
        parts[:-1],
        [*parts, parts[-1]],
    ):
        with pytest.raises(SealError):
            opened(found[:HEADER] + b"".join(changed))


def test_another_key_and_other_associated_data_open_nothing() -> None:
    found = sealed(b"words")
    with pytest.raises(SealError):
        opened(found, key=bytes(32))
    with pytest.raises(SealError):
        opened(found, associated=b"another")


def test_the_same_words_are_never_sealed_the_same_way() -> None:
    assert sealed(b"words") != sealed(b"words")


def test_a_stream_that_was_not_finished_cannot_be_read() -> None:
    target = io.BytesIO()
    SealedWriter(target, KEY, b"line").write(bytes(300))
    with pytest.raises(SealError):
        opened(target.getvalue())
