"""Appending: every entry ties in the one before, and nothing that a person typed stands in what is hashed."""

import json
import re
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

from editorial.actors import Actor, computer_name
from editorial.audit.actions import Action
from editorial.audit.auditing import Auditing
from editorial.audit.log import body_of, head_of, rows
from editorial.audit.verify import verify_entries
from editorial.errors import NotAllowedError
from tests.fakes.desks import Staff

BODIES = st.dictionaries(
    st.text(st.characters(), max_size=8),
    st.text(st.characters(), max_size=20) | st.integers(-(2**53) + 1, 2**53 - 1) | st.booleans() | st.none(),
    max_size=4,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(BODIES, max_size=4))
def test_any_readable_parts_make_a_log_that_verifies(staff: Staff, bodies: list[dict[str, Any]]) -> None:
    with staff.desk.writing(staff.mira.actor) as unit:
        numbers = [unit.record(Action.COMMENTED, "post", "post_x", body=body) for body in bodies]
    with staff.desk.reading() as session:
        head = head_of(session)
        verdict = verify_entries(rows(session), head)
        assert verdict.problem is None
        assert (verdict.size, verdict.root) == (head.size, head.root)
        for number in numbers:
            found = body_of(session, number)
            assert found is not None
            json.dumps(found, ensure_ascii=False).encode()


def test_entries_that_begin_later_are_the_same_ones(staff: Staff) -> None:
    with staff.desk.reading() as session:
        everything = list(rows(session))
        assert list(rows(session, 3)) == everything[3:]
        assert body_of(session, 9_999) is None


def test_no_name_and_no_typed_text_is_hashed(staff: Staff) -> None:
    secret_words = "Rosa from ward 7 said so"
    with staff.desk.writing(staff.mira.actor) as unit:
        unit.record(Action.COMMENTED, "post", "post_x", body={"text": secret_words})
    with staff.desk.reading() as session:
        leaves = b"\n".join(row.leaf for row in rows(session))
    for word in (secret_words, "Mira", "Jonas", "Helen", "Alder Bay", computer_name()):
        assert re.search(rb"\b" + re.escape(word.encode()) + rb"\b", leaves) is None, word


@pytest.mark.parametrize("body", [{"when": object()}, {"float": float("nan")}, {"big": 2**60}])
def test_what_is_no_plain_data_is_refused(staff: Staff, body: dict[str, Any]) -> None:
    before = Auditing(staff.desk).size()
    with pytest.raises(ValueError, match=r"."), staff.desk.writing(staff.mira.actor) as unit:
        unit.record(Action.COMMENTED, "post", "post_x", body=body)
    assert Auditing(staff.desk).size() == before


def test_actors(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("USER", "helen")
    assert Actor.at_desk("desk_1") == Actor("desk_1", "operator at this desk (helen)", "operator")
    monkeypatch.setattr("getpass.getuser", lambda: (_ for _ in ()).throw(OSError("no such user")))
    assert Actor.at_desk("desk_1").name == "operator at this desk (unknown)"
    with pytest.raises(NotAllowedError):
        Actor("a", "b", "c", verified=False).must_be_verified()
