"""Signed notes: the published example, every flipped bit, and what must be ignored or refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editorial.audit.note import Note, NoteSigner, VerifyKey, verify

PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"  # golang.org/x/mod/sumdb/note, example
EXAMPLE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
).encode()
ONE, TWO = NoteSigner("desk.example/log", bytes(range(32))), NoteSigner("another", bytes(32))
TEXT = "desk.example/log\n7\nqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqo=\n"


def test_the_published_example_is_verified() -> None:
    assert verify(EXAMPLE, [PETER]) == ["PeterNeumann"]
    assert verify(EXAMPLE.replace(b"answer", b"answers"), [PETER]) == []


@given(st.data())
def test_every_flipped_bit_is_seen(data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(EXAMPLE) * 8 - 1))
    changed = bytearray(EXAMPLE)
    changed[place // 8] ^= 1 << place % 8
    assert verify(bytes(changed), [PETER]) == []


def test_what_we_sign_is_verified_by_its_vkey_alone() -> None:
    note = ONE.sign(TEXT)
    assert verify(note, [str(ONE.key)]) == ["desk.example/log"]
    assert verify(note, [str(ONE.key), str(TWO.key)]) == ["desk.example/log"]
    assert verify(note, [str(TWO.key)]) == []
    assert verify(note, []) == []
    assert Note.parse(note).text == TEXT


def test_unknown_signatures_are_ignored_and_a_wrong_one_of_a_known_key_spoils_the_note() -> None:
    line = TWO.sign(TEXT).split(b"\n\n")[1]
    both = ONE.sign(TEXT) + line
    assert verify(both, [str(ONE.key)]) == ["desk.example/log"]
    assert verify(both, [str(TWO.key), str(ONE.key)]) == ["desk.example/log", "another"]
    assert verify(both + line, [str(TWO.key)]) == ["another"]
    wrong = ONE.sign(TEXT) + TWO.sign(TEXT + "more\n").split(b"\n\n")[1]
    assert verify(wrong, [str(ONE.key)]) == ["desk.example/log"]
    assert verify(wrong, [str(ONE.key), str(TWO.key)]) == []


@pytest.mark.parametrize(
    "note",
    [
        b"", b"\n", b"text\n", b"text\n\n", EXAMPLE[:-1], EXAMPLE + b"\n", EXAMPLE + b"more\n", b"\xff" + EXAMPLE,
        EXAMPLE.replace(b"\n\n", b"\n"), EXAMPLE.replace(b"problem,", b"problem,\r"), EXAMPLE.replace(b"AM=", b"AM"),
        EXAMPLE.replace("— ".encode(), b"- "), EXAMPLE.replace(b" x08go", b"  x08go"), b"a" * 1_000_001 + EXAMPLE,
        b"text\n\n" + "— PeterNeumann AAAA\n".encode(), EXAMPLE + EXAMPLE.splitlines(keepends=True)[-1] * 100,
    ],
)  # fmt: skip
def test_what_is_no_note_says_nothing(note: bytes) -> None:
    assert verify(note, [PETER]) == []


@pytest.mark.parametrize(
    "vkey",
    [
        "", "PeterNeumann", PETER[:-1], PETER.replace("c74f20a3", "c74f20a4"), PETER.replace("c74f20a3", "C74F20A3"),
        PETER.replace("+AR", "+AhR"), " " + PETER, PETER.replace("Peter", "Peter "), "+" + PETER,
    ],
)  # fmt: skip
def test_what_is_no_vkey_is_refused(vkey: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        verify(EXAMPLE, [vkey])


def test_a_vkey_is_written_as_it_is_read() -> None:
    assert str(VerifyKey.parse(PETER)) == PETER


@pytest.mark.parametrize("text", ["", "no newline", "a\r\n", "nul\0\n"])
def test_a_text_that_would_be_misread_is_not_signed(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        ONE.sign(text)


@pytest.mark.parametrize("name", ["", "two words", "a+b", "line\nbreak"])
def test_a_name_that_would_be_misread_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        NoteSigner(name, bytes(32))


def test_the_key_is_never_shown() -> None:
    assert repr(ONE) == "NoteSigner(desk.example/log)"
