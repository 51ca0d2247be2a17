"""A sign-off counts only for what was signed, by whom the charter entitles, with their own key."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from editorial.charter.chain import VerifiedCharter, verify_chain
from editorial.charter.defaults import default_route
from editorial.charter.document import Charter, Role, Route, Stage
from editorial.keys.dsse import Envelope, sign
from editorial.keys.signing import SigningKey
from editorial.signoff.statement import PAYLOAD_TYPE, SignoffError, Statement, sign_statement, verify_signoff
from tests.editorial.charter.staff import (
    ADMIN,
    AUTHOR,
    LEAD,
    PRIVACY,
    following,
    key,
    member,
    signed,
    three_versions,
)

AT = datetime(2026, 11, 21, 12, 0, 0, 123_000, tzinfo=UTC)
VERSIONS, CHAIN = three_versions()
IN_FORCE = verify_chain(CHAIN, None)
DIGEST = "sha256:" + "ab" * 32
STAGE = default_route().stages[0]


def statement(**other: Any) -> Statement:
    """Person 3, a communications lead, signs two accounts of a post."""
    ordinary: dict[str, Any] = {
        "post": "post_1",
        "revision": "rev_5",
        "number": 5,
        "accounts": (("acct_1", DIGEST), ("acct_2", "sha256:" + "cd" * 32)),
        "not_before": AT + timedelta(hours=1),
        "not_after": AT + timedelta(hours=2),
        "as_soon_as_approved": False,
        "authorizations": ("auth_1",),
        "findings": ({"rule": "length", "how": "accepted: shortened by the network"},),
        "rules": DIGEST,
        "stage": STAGE.name,
        "signer": {"id": "person_3", "name": "Person 3", "role": LEAD, "key_id": key(3).key_id, "deputy_for": ""},
        "meaning": STAGE.meaning,
        "signed_at": AT,
        "charter_version": IN_FORCE.version,
        "charter_digest": IN_FORCE.digest(),
    }
    return Statement(**(ordinary | other))


def refused(envelope: Envelope, charter: VerifiedCharter = IN_FORCE) -> str:
    with pytest.raises(SignoffError) as caught:
        verify_signoff(envelope, charter)
    assert caught.value.title == "This signature does not count"
    return caught.value.what


texts = st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=10)
digests = st.binary(min_size=32, max_size=32).map(lambda raw: "sha256:" + raw.hex())
times = st.datetimes(datetime(1990, 1, 1), datetime(2200, 1, 1), timezones=st.timezones())  # noqa: DTZ001


@st.composite
def statements(draw: st.DrawFn) -> Statement:
    window = sorted(draw(st.tuples(times, times)))
    kind = draw(st.sampled_from(["window", "as soon as approved", "from", "open"]))
    return Statement(
        post=draw(texts),
        revision=draw(texts),
        number=draw(st.integers(1, 2**40)),
        accounts=tuple(draw(st.dictionaries(texts, digests, min_size=1, max_size=4)).items()),
        not_before=window[0] if kind in ("window", "from") else None,
        not_after=window[1] if kind in ("window", "as soon as approved") else None,
        as_soon_as_approved=kind == "as soon as approved",
        authorizations=tuple(draw(st.lists(texts, max_size=3))),
        findings=tuple(draw(st.lists(st.fixed_dictionaries({"rule": texts, "how": texts}), max_size=3))),
        rules=draw(digests),
        stage=draw(texts),
        signer={name: draw(texts) for name in ("id", "name", "role", "key_id", "deputy_for")},
        meaning=draw(texts),
        signed_at=draw(times),
        charter_version=draw(st.integers(0, 2**40)),
        charter_digest=draw(digests),
    )


@given(statements())
def test_reading_gives_back_what_was_signed(made: Statement) -> None:
    payload = made.to_payload()
    assert Statement.from_payload(payload) == made
    assert rfc8785.dumps(json.loads(payload)) == payload


@given(statements(), st.data())
def test_no_flipped_bit_leaves_the_same_statement(made: Statement, data: st.DataObject) -> None:
    payload = bytearray(made.to_payload())
    bit = data.draw(st.integers(0, len(payload) * 8 - 1))
    payload[bit // 8] ^= 1 << bit % 8
    try:
        other = Statement.from_payload(bytes(payload))
    except ValueError:
        return
    assert other != made


def test_the_payload_in_full() -> None:
    made = statement(salt="0f" * 32)
    assert json.loads(made.to_payload()) == {
        "v": 1,
        "post": "post_1",
        "revision": "rev_5",
        "number": 5,
        "accounts": [{"id": "acct_1", "digest": DIGEST}, {"id": "acct_2", "digest": "sha256:" + "cd" * 32}],
        "not_before": "2026-11-21T13:00:00.123Z",
        "not_after": "2026-11-21T14:00:00.123Z",
        "as_soon_as_approved": False,
        "authorizations": ["auth_1"],
        "findings": [{"rule": "length", "how": "accepted: shortened by the network"}],
        "rules": DIGEST,
        "stage": "Sign-off",
        "signer": {
            "id": "person_3",
            "name": "Person 3",
            "role": "communications_lead",
            "key_id": key(3).key_id,
            "deputy_for": "",
        },
        "meaning": "I checked this exact content. I approve publishing it in the time shown.",
        "signed_at": "2026-11-21T12:00:00.123Z",
        "charter_version": 2,
        "charter_digest": VERSIONS[2].digest(),
        "salt": "0f" * 32,
    }


def test_the_order_of_accounts_does_not_matter_and_salts_differ() -> None:
    one, two = (statement(accounts=order) for order in ((("b", DIGEST), ("a", DIGEST)), (("a", DIGEST), ("b", DIGEST))))
    assert one.accounts == two.accounts
    assert one.salt != two.salt
    assert one.to_payload() != two.to_payload()


@pytest.mark.parametrize(
    "other",
    [
        {"post": ""},
        {"revision": ""},
        {"stage": ""},
        {"meaning": ""},
        {"number": 0},
        {"charter_version": -1},
        {"accounts": ()},
        {"accounts": (("a", DIGEST), ("a", "sha256:" + "00" * 32))},
        {"accounts": (("a", "ab" * 32),)},
        {"rules": ""},
        {"charter_digest": "sha256:0"},
        {"salt": ""},
        {"salt": "0F" * 32},
        {"salt": "0f" * 31},
        {"signer": {"id": "person_3", "name": "Person 3", "role": "author"}},
        {"signer": {"id": "person_3", "name": "", "role": "author", "key_id": "k", "deputy_for": ""}},
        {"signer": {"id": "person_3", "name": "P", "role": "author", "key_id": "k", "deputy_for": "", "title": "Dr"}},
        {"signer": {"id": "person_3", "name": None, "role": "author", "key_id": "k", "deputy_for": ""}},
        {"findings": ({"rule": "length"},)},
        {"findings": ({"rule": "length", "how": 1},)},
        {"not_after": None, "as_soon_as_approved": True},
        {"not_before": AT, "not_after": AT - timedelta(milliseconds=1)},
        {"signed_at": AT.replace(tzinfo=None)},
        {"not_before": AT.replace(tzinfo=None)},
    ],
)
def test_what_cannot_be_a_statement_is_refused(other: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        statement(**other)


def test_a_statement_does_not_change_with_what_it_was_made_from() -> None:
    finding = {"rule": "length", "how": "edited"}
    made = statement(findings=(finding,))
    finding["how"] = "ignored"
    assert made.findings == ({"rule": "length", "how": "edited"},)
    with pytest.raises(TypeError):
        made.signer["name"] = "x"  # type: ignore[index]


def _edited(change: Callable[[dict[str, Any]], object]) -> bytes:
    data = json.loads(statement().to_payload())
    change(data)
    return rfc8785.dumps(data)


@pytest.mark.parametrize(
    "payload",
    [
        statement().to_payload() + b"\n",
        json.dumps(json.loads(statement().to_payload())).encode(),
        statement().to_payload().replace(b'"number":5', b'"number":5,"number":5'),
        statement().to_payload().replace(b'"number":5', b'"number":5.0'),
        _edited(lambda data: data.update(v=2)),
        _edited(lambda data: data.update(extra=1)),
        _edited(lambda data: data.pop("salt")),
        _edited(lambda data: data.update(number=True)),
        _edited(lambda data: data.update(as_soon_as_approved=0)),
        _edited(lambda data: data["accounts"].reverse()),
        _edited(lambda data: data["accounts"][0].update(network="x")),
        _edited(lambda data: data.update(accounts=["acct_1"])),
        _edited(lambda data: data.update(authorizations=[1])),
        _edited(lambda data: data.update(findings=["x"])),
        _edited(lambda data: data["findings"][0].update(by="x")),
        _edited(lambda data: data["signer"].update(email="x")),
        _edited(lambda data: data.update(signed_at="2026-11-21T12:00:00Z")),
        _edited(lambda data: data.update(not_before=0)),
        _edited(lambda data: data.update(not_after="")),
        b"[" * 100_000,
        b"",
    ],
)
def test_another_payload_is_refused(payload: bytes) -> None:
    assert "cannot be read" in refused(sign(PAYLOAD_TYPE, payload, key(3)))


def test_a_good_sign_off_counts() -> None:
    made = statement()
    envelope = sign_statement(made, key(3))
    assert verify_signoff(envelope, IN_FORCE) == made
    assert verify_signoff(Envelope.from_json(envelope.to_json()), IN_FORCE) == made


def test_as_soon_as_approved_counts_with_an_end() -> None:
    made = statement(as_soon_as_approved=True, not_before=None)
    assert verify_signoff(sign_statement(made, key(3)), IN_FORCE).as_soon_as_approved


def test_nobody_signs_in_anothers_name() -> None:
    with pytest.raises(ValueError, match="another key"):
        sign_statement(statement(), key(1))


def signer(**other: str) -> dict[str, str]:
    return dict(statement().signer) | other


@pytest.mark.parametrize(
    ("other", "signed_with", "what"),
    [
        ({}, 1, "It was not given with the key of Person 3."),
        ({}, 9, "It was not given with the key of Person 3."),
        ({"signer": signer(key_id=key(1).key_id)}, 1, "Person 3 did not hold this key under charter version 2."),
        ({"signer": signer(id="person_2")}, 3, "Person 3 did not hold this key under charter version 2."),
        ({"signer": signer(id="person_9")}, 3, "Person 3 did not hold this key under charter version 2."),
        ({"signer": signer(name="Person 4")}, 3, "The printed name is not the one in the charter."),
        ({"signer": signer(name="person 3")}, 3, "The printed name is not the one in the charter."),
        (
            {"signer": signer(role=PRIVACY)},
            3,
            "Person 3 did not hold the role privacy_officer under charter version 2.",
        ),
        ({"signer": signer(role="boss")}, 3, "Person 3 did not hold the role boss under charter version 2."),
        ({"meaning": "I approve."}, 3, "No stage of the charter gives it this meaning."),
        ({"stage": "Second look"}, 3, "No stage of the charter gives it this meaning."),
        ({"charter_version": 1}, 3, "It was given under a charter that this workspace does not have."),
        ({"charter_version": 3}, 3, "It was given under a charter that this workspace does not have."),
        ({"charter_digest": DIGEST}, 3, "It was given under a charter that this workspace does not have."),
    ],
)
def test_a_sign_off_that_does_not_hold_is_refused(other: dict[str, Any], signed_with: int, what: str) -> None:
    assert refused(sign(PAYLOAD_TYPE, statement(**other).to_payload(), key(signed_with))) == what


def test_a_role_that_the_stage_does_not_ask_for_does_not_sign_it() -> None:
    other = statement(
        signer={"id": "person_1", "name": "Person 1", "role": ADMIN, "key_id": key(1).key_id, "deputy_for": ""}
    )
    assert refused(sign_statement(other, key(1))) == "No stage of the charter gives it this meaning."


def test_a_document_of_another_kind_is_no_sign_off() -> None:
    assert refused(sign("text/plain", statement().to_payload(), key(3))) == "It is a document of another kind."
    assert "another kind" in refused(CHAIN[0])
    as_sign_off = replace(sign("text/plain", statement().to_payload(), key(3)), payload_type=PAYLOAD_TYPE)
    assert "not given with the key" in refused(as_sign_off)


def test_a_signature_does_not_move_to_other_content() -> None:
    envelope = sign_statement(statement(), key(3))
    moved = replace(envelope, payload=statement(accounts=(("acct_1", "sha256:" + "ee" * 32),)).to_payload())
    assert "not given with the key" in refused(moved)
    assert "not given with the key" in refused(replace(envelope, signatures=()))


@given(st.data())
def test_any_flipped_bit_voids_it(data: st.DataObject) -> None:
    envelope = sign_statement(statement(), key(3))
    payload = bytearray(envelope.payload)
    bit = data.draw(st.integers(0, len(payload) * 8 - 1))
    payload[bit // 8] ^= 1 << bit % 8
    assert refused(replace(envelope, payload=bytes(payload)))


def later(*members: Any, **other: Any) -> VerifiedCharter:
    """The chain with one more version."""
    newest: Charter = VERSIONS[-1]
    return verify_chain([*CHAIN, signed(following(newest, *members, **other), 1, 2)], IN_FORCE.pin())


OFFICERS = VERSIONS[1].members
GIVEN = sign_statement(statement(), key(3))


def test_it_goes_on_counting_while_the_person_keeps_key_and_role() -> None:
    assert verify_signoff(GIVEN, later(*OFFICERS, member(3, LEAD, AUTHOR))) == statement(salt=_salt(GIVEN))


def _salt(envelope: Envelope) -> str:
    return Statement.from_payload(envelope.payload).salt


def test_a_person_who_changed_their_name_signed_under_the_old_one() -> None:
    renamed = later(*OFFICERS, member(3, LEAD, name="Person Three"))
    assert verify_signoff(GIVEN, renamed).signer["name"] == "Person 3"
    new = statement(charter_version=3, charter_digest=renamed.digest())
    assert "printed name" in refused(sign_statement(new, key(3)), renamed)


@pytest.mark.parametrize(
    ("members", "what"),
    [
        ((member(3, LEAD, active=False),), "Person 3 no longer holds this key under charter version 3."),
        ((), "Person 3 no longer holds this key under charter version 3."),
        ((member(3, LEAD, key_number=33),), "Person 3 no longer holds this key under charter version 3."),
        ((member(3, AUTHOR),), "Person 3 no longer holds the role communications_lead under charter version 3."),
    ],
)
def test_it_ends_with_the_persons_key_or_role(members: tuple[Any, ...], what: str) -> None:
    assert refused(GIVEN, later(*OFFICERS, *members)) == what


def test_a_role_held_only_now_does_not_reach_back() -> None:
    back_dated = statement(
        signer={"id": "person_4", "name": "Person 4", "role": LEAD, "key_id": key(4).key_id, "deputy_for": ""},
    )
    promoted = later(*OFFICERS, member(4, LEAD))
    assert "did not hold the role" in refused(sign_statement(back_dated, key(4)), promoted)


def test_the_meaning_is_that_of_the_charter_it_was_given_under() -> None:
    stage = Stage("Sign-off", frozenset({Role.COMMUNICATIONS_LEAD}), 1, "Another meaning.")
    reworded = later(routes=(Route("Standard", (stage,)),))
    assert verify_signoff(GIVEN, reworded)
    new = statement(charter_version=3, charter_digest=reworded.digest())
    assert "this meaning" in refused(sign_statement(new, key(3)), reworded)
    assert verify_signoff(sign_statement(replace(new, meaning="Another meaning."), key(3)), reworded)


def test_a_generated_key_signs_nothing() -> None:
    stranger = SigningKey.generate()
    assert "not given with the key" in refused(sign(PAYLOAD_TYPE, statement().to_payload(), stranger))
