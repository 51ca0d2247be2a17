"""A charter has one form as bytes, and what cannot be a charter is none."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from editorial.charter.defaults import default_route
from editorial.charter.document import Charter, Deputy, DeskKey, Role, Route, RouteKind
from editorial.errors import NotFoundError
from tests.editorial.charter.drawn import charters
from tests.editorial.charter.staff import ADMIN, AUTHOR, LEAD, MADE, PRIVACY, desk, first, following, key, member


@given(charters())
def test_reading_gives_back_what_was_written(charter: Charter) -> None:
    payload = charter.to_payload()
    assert Charter.from_payload(payload) == charter
    assert rfc8785.dumps(json.loads(payload)) == payload


@given(charters(), st.data())
def test_no_flipped_bit_leaves_the_same_charter(charter: Charter, data: st.DataObject) -> None:
    payload = bytearray(charter.to_payload())
    bit = data.draw(st.integers(0, len(payload) * 8 - 1))
    payload[bit // 8] ^= 1 << bit % 8
    try:
        other = Charter.from_payload(bytes(payload))
    except ValueError:
        return
    assert other != charter
    assert other.digest() != charter.digest()
    assert other.to_payload() == bytes(payload)


@given(st.binary(max_size=200) | st.recursive(st.none() | st.text(), st.lists).map(lambda x: json.dumps(x).encode()))
def test_other_bytes_are_refused(payload: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        Charter.from_payload(payload)


def _edited(change: Callable[[dict[str, Any]], object]) -> bytes:
    data = json.loads(first().to_payload())
    change(data)
    return rfc8785.dumps(data)


PAYLOAD = first().to_payload()
DEPUTY = {
    "person": "person_1", "deputy": "person_1", "since": "2026-11-20T09:00:00.000Z",
    "until": "2026-11-21T09:00:00.000Z",
}  # fmt: skip


@pytest.mark.parametrize(
    "payload",
    [
        PAYLOAD + b"\n",
        json.dumps(json.loads(PAYLOAD)).encode(),
        PAYLOAD.decode().encode("utf-16"),
        PAYLOAD.replace(b'"version":0', b'"version":-0'),
        PAYLOAD.replace(b'"version":0', b'"version":0.0'),
        PAYLOAD.replace(b'"version":0', b'"version":false'),
        PAYLOAD.replace(b'"version":0', b'"version":0,"version":0'),
        _edited(lambda data: data.update(v=2)),
        _edited(lambda data: data.update(extra=1)),
        _edited(lambda data: data.pop("desks")),
        _edited(lambda data: data.update(desks=[1])),
        _edited(lambda data: data["desks"][0].update(vkey="x")),
        _edited(lambda data: data["desks"][0].pop("vkey")),
        _edited(lambda data: data["desks"].append(data["desks"][0])),
        _edited(lambda data: data.update(desks="x")),
        _edited(lambda data: data.update(members=["x"])),
        _edited(lambda data: data["members"][0].update(active=1)),
        _edited(lambda data: data["members"][0].update(email="x")),
        _edited(lambda data: data["members"][0].update(roles=["administrator", "administrator"])),
        _edited(lambda data: data["members"][0].update(roles=["author", "administrator"])),
        _edited(lambda data: data["members"][0].update(roles=["superuser", "administrator"])),
        _edited(lambda data: data["members"][0].update(roles=[None])),
        _edited(lambda data: data["routes"][0]["stages"][0].update(count=1.5)),
        _edited(lambda data: data["routes"][0]["stages"][0].update(count=True)),
        _edited(lambda data: data["routes"][0]["stages"][0].update(people="x")),
        _edited(lambda data: data["routes"][0]["stages"][0].update(people=["person_9"])),
        _edited(lambda data: data["routes"][0]["stages"][0].update(beside=0)),
        _edited(lambda data: data["routes"][0]["stages"][0].update(beside=True)),
        _edited(lambda data: data["routes"][0]["stages"][0].update(due_minutes=-1)),
        _edited(lambda data: data["routes"][0]["stages"][0].pop("escalate_minutes")),
        _edited(lambda data: data["routes"][0].update(kind="other")),
        _edited(lambda data: data["routes"][0].update(kind="crisis")),
        _edited(lambda data: data["routes"][0].pop("kind")),
        _edited(lambda data: data.update(deputies=[{"person": "person_1"}])),
        _edited(lambda data: data.update(deputies=[{**DEPUTY, "since": "2026-11-20T09:00:00Z"}])),
        _edited(lambda data: data.update(deputies=[{**DEPUTY, "deputy": "person_9"}])),
        _edited(lambda data: data.update(crisis_passes_hold=None)),
        _edited(lambda data: data.update(policy="sha256:0")),
        _edited(lambda data: data.update(allow_list=1)),
        _edited(lambda data: data.update(made_at="2026-11-20T09:00:00Z")),
        _edited(lambda data: data.update(made_at="2026-11-20T10:00:00.000+01:00")),
        _edited(lambda data: data.update(made_at="0001-01-01T00:00:00.000+23:59")),
        _edited(lambda data: data.update(made_at="yesterday")),
        b"[" * 100_000,
    ],
)
def test_anything_but_the_one_form_is_refused(payload: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        Charter.from_payload(payload)


@pytest.mark.parametrize(
    "other",
    [
        {"version": -1},
        {"version": 1},
        {"previous": "sha256:" + "0" * 64},
        {"version": 1, "previous": "sha256:0"},
        {"minimum_rules": "newest"},
        {"workspace": ""},
        {"workspace": "a b"},
        {"organization": " "},
        {"organization": "Alder\u202eBay"},
        {"desks": (desk(1), desk(1))},
        {"desks": (desk(1), desk(2, key_number=1))},
        {"routes": ()},
        {"routes": (default_route(), default_route())},
        {"members": ()},
        {"members": (member(1, AUTHOR, LEAD, Role.COMPLIANCE_OFFICER, Role.DUTY_MANAGER),)},
        {"members": (member(1, ADMIN, active=False),)},
        {"members": (member(1, ADMIN), member(1, AUTHOR, key_number=2, sign_in="other"))},
        {"members": (member(1, ADMIN), member(2, AUTHOR, key_number=1))},
        {"members": (member(1, ADMIN), member(2, AUTHOR, sign_in="P1"))},
        {"members": (member(1, ADMIN), member(2, AUTHOR, sign_in="ｐ1"))},
        {"members": (member(1, ADMIN), member(2, AUTHOR, sign_in="p\u200d1"))},
        {"made_at": datetime(2026, 11, 20, 9, 0)},  # noqa: DTZ001
        {"policy": "newest"},
        {"allow_list": "sha256:" + "0" * 63},
        {"deputies": (Deputy("person_1", "person_9", MADE, MADE),)},
        {"deputies": (Deputy("person_9", "person_1", MADE, MADE),)},
        {
            "members": (member(1, ADMIN), member(2, AUTHOR)),
            "deputies": (Deputy("person_1", "person_2", MADE, MADE), Deputy("person_1", "person_2", MADE, MADE)),
        },
        {"routes": (replace(default_route(), kind=RouteKind.CRISIS),)},
        {"routes": (replace(default_route(), stages=(replace(default_route().stages[0], people=("person_9",)),)),)},
    ],
)
def test_what_cannot_be_a_charter_is_refused(other: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        first(**other)


@pytest.mark.parametrize(
    "other",
    [
        {"id": ""},
        {"id": "a b"},
        {"name": ""},
        {"name": "\u200d"},
        {"name": "Mira\nOkafor"},
        {"name": "Mira \u202erofakO"},
        {"sign_in": ""},
        {"key_id": key(2).key_id},
        {"public_key": "AAAA"},
        {"public_key": key(2).public},
    ],
)
def test_what_cannot_be_a_member_is_refused(other: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        member(1, ADMIN, **other)


@pytest.mark.parametrize("name", ["Zoë Müller", "O’Brien-Smith", "محمدرضا", "می\u200cخواهم", "क्\u200dष", "王小明"])
def test_names_of_the_world_are_names(name: str) -> None:
    charter = first(member(1, ADMIN, name=name))
    assert Charter.from_payload(charter.to_payload()).members[0].name == name


def test_routes_need_stages_and_stages_need_people() -> None:
    stage = default_route().stages[0]
    changes: list[dict[str, Any]] = [
        {"roles": frozenset()}, {"count": 0}, {"name": ""}, {"meaning": " "}, {"people": ("person_1", "person_1")},
        {"due_minutes": -1}, {"remind_minutes": -1}, {"escalate_minutes": -1},
    ]  # fmt: skip
    for change in changes:
        with pytest.raises(ValueError, match=r"."):
            replace(stage, **change)
    beside = replace(stage, beside=True)
    for name, stages in (("Standard", ()), ("Standard", (stage, stage)), ("", (stage,)), ("Standard", (beside,))):
        with pytest.raises(ValueError, match=r"."):
            Route(name, stages)


def test_people_are_found_by_what_they_are() -> None:
    left = member(4, ADMIN, PRIVACY, LEAD, active=False)
    charter = first(member(1, ADMIN), member(2, PRIVACY, LEAD), member(3, LEAD), left)
    assert [person.id for person in charter.officers()] == ["person_1", "person_2"]
    assert [person.id for person in charter.holders(LEAD)] == ["person_2", "person_3"]
    assert charter.member("person_4") is left
    assert charter.member("person_9") is None
    assert charter.two_signers()
    assert not first().two_signers()


def test_routes_and_stages_are_found_by_name() -> None:
    charter = first()
    assert charter.route("Standard") == default_route()
    assert default_route().stage("Sign-off") == default_route().stages[0]
    assert default_route().stage("Other") is None
    with pytest.raises(NotFoundError, match="No route is called Other"):
        charter.route("Other")


def test_the_default_route_is_one_sign_off() -> None:
    (stage,) = default_route().stages
    assert (stage.name, stage.count, stage.roles) == ("Sign-off", 1, frozenset({LEAD, PRIVACY}))
    assert stage.meaning == "I checked this exact content. I approve publishing it in the time shown."


def test_roles_have_words() -> None:
    assert [role.label for role in Role] == [
        "Author", "Communications lead", "Privacy officer", "Clinical reviewer", "Administrator", "Compliance officer",
        "Duty manager",
    ]  # fmt: skip


def test_times_are_kept_in_utc_to_the_millisecond() -> None:
    charter = first(made_at=MADE + timedelta(microseconds=1999))
    assert charter.made_at == MADE + timedelta(milliseconds=1)
    assert charter.made_at.tzinfo is UTC


def test_the_digest_is_over_what_is_signed() -> None:
    charter = first()
    assert following(charter).previous == charter.digest()
    assert charter.digest() != replace(charter, organization="Other").digest()


def test_a_stage_may_name_people_instead_of_roles() -> None:
    stage = replace(default_route().stages[0], roles=frozenset(), people=("person_2",))
    assert stage.role_of(member(2, AUTHOR, LEAD)) is AUTHOR
    assert stage.role_of(member(2)) is None, "somebody without a role signs as nothing"
    assert stage.role_of(member(2, AUTHOR, active=False)) is None
    assert stage.role_of(member(3, LEAD)) is None


def test_deputies_are_others_for_a_time() -> None:
    later = MADE + timedelta(days=2)
    deputy = Deputy("person_1", "person_2", MADE, later)
    assert [deputy.stands_in(at) for at in (MADE, later)] == [True, True]
    just = timedelta(milliseconds=1)
    assert not deputy.stands_in(MADE - just)
    assert not deputy.stands_in(later + just)
    for wrong in (("person_1", "person_1", MADE, later), ("person_1", "person_2", later, MADE)):
        with pytest.raises(ValueError, match=r"."):
            Deputy(*wrong)
    with pytest.raises(ValueError, match="without a zone"):
        Deputy("person_1", "person_2", datetime(2026, 11, 20), later)  # noqa: DTZ001


def test_principals_are_those_who_are_still_there() -> None:
    later = MADE + timedelta(days=2)
    both = tuple(Deputy(person, "person_2", MADE, later) for person in ("person_1", "person_3"))
    charter = first(member(1, ADMIN), member(2, AUTHOR), member(3, LEAD, active=False), deputies=both)
    assert [each.id for each in charter.principals("person_2", MADE)] == ["person_1"]
    assert charter.principals("person_2", later + timedelta(seconds=1)) == ()
    assert charter.principals("person_1", MADE) == ()


def test_each_kind_has_its_first_route() -> None:
    crisis = replace(default_route(), name="Crisis", kind=RouteKind.CRISIS)
    charter = first(routes=(default_route(), crisis, replace(crisis, name="Crisis two")))
    assert charter.route_for(RouteKind.CRISIS) is crisis
    with pytest.raises(NotFoundError, match="No route for story posts"):
        charter.route_for(RouteKind.STORY)


@pytest.mark.parametrize(("desk_id", "vkey"), [("", desk(1).vkey), ("a b", desk(1).vkey), ("desk_1", "no vkey")])
def test_what_cannot_be_a_desk_is_refused(desk_id: str, vkey: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        DeskKey(desk_id, vkey)
