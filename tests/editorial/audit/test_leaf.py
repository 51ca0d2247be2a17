"""An entry has one form as bytes, and nothing else can be read as one."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from editorial.audit.leaf import Leaf, commitment, fits, new_salt
from editorial.clock import stamp
from tests.editorial.audit.logs import leaf

ids = st.from_regex(r"[A-Za-z0-9_.:@/-]{1,40}", fullmatch=True)
maybe_ids = st.just("") | ids
codes = st.from_regex(r"[a-z][a-z0-9_]{0,9}(\.[a-z][a-z0-9_]{0,9}){0,3}", fullmatch=True)
maybe_codes = st.just("") | codes
hexes = st.binary(min_size=32, max_size=32).map(bytes.hex)
numbers = st.integers(0, 2**53 - 1)
times = st.datetimes(timezones=st.timezones()).filter(lambda at: 2 < at.year < 9998).map(stamp)


@st.composite
def leaves(draw: st.DrawFn) -> Leaf:
    seq = draw(numbers)
    return Leaf(
        log=draw(st.from_regex(r"[a-z0-9][a-z0-9._/-]{0,30}", fullmatch=True)),
        seq=seq,
        ts=draw(times),
        boot=draw(maybe_ids),
        actor={"id": draw(ids), "role": draw(maybe_codes), "key": draw(maybe_ids)},
        action=draw(codes),
        object={"type": draw(codes), "id": draw(ids), "rev": draw(maybe_ids)},
        digest=draw(st.just("") | hexes.map("sha256:{}".format)),
        result=draw(codes),
        reason=draw(maybe_codes),
        app=draw(st.from_regex(r"[0-9A-Za-z.+-]{1,20}", fullmatch=True)),
        prev=draw(hexes) if seq else "",
    )


@given(leaves())
def test_reading_gives_back_what_was_written(entry: Leaf) -> None:
    assert Leaf.decode(entry.encode()) == entry


@given(leaves())
def test_the_bytes_are_those_of_rfc_8785(entry: Leaf) -> None:
    data = json.loads(entry.encode())
    assert rfc8785.dumps(data) == entry.encode()
    assert data == {
        "v": 1, "log": entry.log, "seq": str(entry.seq), "ts": entry.ts, "boot": entry.boot, "actor": entry.actor,
        "action": entry.action, "object": entry.object, "digest": entry.digest, "result": entry.result,
        "reason": entry.reason, "app": entry.app, "prev": entry.prev,
    }  # fmt: skip


@given(leaves(), st.data())
def test_no_flipped_bit_leaves_the_same_entry(entry: Leaf, data: st.DataObject) -> None:
    written = bytearray(entry.encode())
    bit = data.draw(st.integers(0, len(written) * 8 - 1))
    written[bit // 8] ^= 1 << bit % 8
    try:
        other = Leaf.decode(bytes(written))
    except ValueError:
        return
    assert other != entry
    assert other.encode() == bytes(written)


@given(st.binary(max_size=400) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
def test_other_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        Leaf.decode(data)


def _edited(change: Callable[[dict[str, Any]], object]) -> bytes:
    data = json.loads(leaf().encode())
    change(data)
    return json.dumps(data, separators=(",", ":"), sort_keys=True).encode()


@pytest.mark.parametrize(
    "data",
    [
        leaf().encode() + b"\n",
        b" " + leaf().encode(),
        leaf().encode().replace(b'"v":1', b'"v":2'),
        leaf().encode().replace(b'"v":1', b'"v":1.0'),
        leaf().encode().replace(b'"v":1', b'"v":"1"'),
        leaf().encode().replace(b'"v":1', b'"v":true'),
        leaf().encode().replace(b'"seq":"0"', b'"seq":0'),
        leaf().encode().replace(b'"seq":"0"', b'"seq":"00"'),
        leaf().encode().replace(b'"seq":"0"', b'"seq":"-0"'),
        leaf().encode().replace(b'"seq":"0"', '"seq":"٠"'.encode()),
        leaf().encode().replace(b'"app":', b'"app":"1.4.2","app":'),
        leaf().encode().replace(b'"id":"post_01"', b'"id":"post_01","id":"post_02"'),
        leaf().encode().replace(b"post_01", rb"post_\u0030\u0031"),
        leaf().encode().replace(b'"boot":"8c1f"', b'"boot":null'),
        leaf().encode().decode().encode("utf-16"),
        _edited(lambda data: data.update(extra="x")),
        _edited(lambda data: data.pop("reason")),
        _edited(lambda data: data["actor"].update(name="Mira Okafor")),
        _edited(lambda data: data["actor"].pop("key")),
        _edited(lambda data: data.update(object=[])),
        json.dumps(json.loads(leaf().encode())).encode(),
        b"[" * 100_000,
        b"",
    ],
)
def test_anything_but_the_one_form_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"written as an entry|codec"):
        Leaf.decode(data)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("log", ""),
        ("log", "with space"),
        ("log", "with+plus"),
        ("seq", -1),
        ("seq", 1.0),
        ("seq", True),
        ("seq", 10**16),
        ("ts", "2026-11-20T20:44:02Z"),
        ("ts", "2026-11-20T20:44:02.123+00:00"),
        ("ts", "2026-13-20T20:44:02.123Z"),
        ("ts", "2026-11-20T20:44:60.123Z"),
        ("boot", "a b"),
        ("action", "Post approved"),
        ("action", ""),
        ("digest", "sha256:abc"),
        ("digest", "0" * 64),
        ("result", ""),
        ("reason", "Mrs Smith asked for it"),
        ("app", ""),
        ("actor", {"id": "Mira Okafor", "role": "author", "key": ""}),
        ("actor", {"id": "", "role": "author", "key": ""}),
        ("actor", {"id": "p", "role": "author"}),
        ("actor", {"id": "p", "role": "author", "key": "", "name": "Mira"}),
        ("object", {"type": "post", "id": 'x","rev":"', "rev": "1"}),
        ("object", {"type": "post", "id": "x", "rev": None}),
        ("prev", "0" * 64),
        ("prev", "0" * 63 + "G"),
    ],
)
def test_prose_names_and_wrong_forms_never_become_an_entry(field: str, value: object) -> None:
    with pytest.raises((ValueError, TypeError), match=r"."):
        leaf(**{field: value})


def test_every_entry_but_the_first_names_the_one_before() -> None:
    with pytest.raises(ValueError, match="entry before"):
        leaf(seq=1)
    assert leaf(seq=1, prev="0" * 64).seq == 1


def test_an_entry_does_not_change_with_what_it_was_made_from() -> None:
    actor = {"id": "p", "role": "author", "key": ""}
    entry = leaf(actor=actor)
    actor["id"] = "somebody-else"
    assert entry.actor["id"] == "p"
    with pytest.raises(TypeError):
        entry.actor["id"] = "x"  # type: ignore[index]


def test_columns_repeat_the_leaf() -> None:
    entry = replace(leaf(), reason="late", digest="sha256:" + "0" * 64)
    assert entry.columns() == {
        "ts": "2026-11-20T20:44:02.123Z", "action": "post.submitted", "result": "ok", "reason": "late",
        "digest": "sha256:" + "0" * 64, "actor_id": "person_01", "actor_role": "author", "actor_key": "ed25519:00ff",
        "object_type": "post", "object_id": "post_01", "object_rev": "3",
    }  # fmt: skip


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=50), st.binary(max_size=50))
def test_a_commitment_fits_its_own_body_only(salt: bytes, body: bytes, other: bytes) -> None:
    digest = commitment(salt, body)
    assert fits(digest, salt, body)
    assert fits(digest, salt, other) == (other == body)
    assert not fits(digest, salt[:-1] + bytes([salt[-1] ^ 1]), body)


def test_a_commitment_needs_a_whole_salt() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        commitment(b"short", b"body")
    assert not fits("sha256:" + "0" * 64, b"short", b"body")


def test_salts_are_fresh() -> None:
    assert len({new_salt() for _ in range(50)}) == 50
    assert len(new_salt()) == 32


def test_a_known_commitment() -> None:
    # SHA-256 over 32 zero bytes, then "body": computed with `(head -c 32 /dev/zero; printf body) | sha256sum`
    expected = "sha256:818aaa5975b4a596522fed86d4fdf5da2edcb24507f3c07bee5849765a8a21d7"
    assert commitment(bytes(32), b"body") == expected
