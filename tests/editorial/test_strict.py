"""Strict reading: the known fields of the known types, told without telling values."""

from datetime import UTC, datetime
from typing import Any

import pytest

from editorial.strict import fields, items, moment, read


def test_exactly_the_fields_of_exactly_the_types() -> None:
    data = {"name": "x", "number": 1, "maybe": None}
    assert fields(data, name=str, number=int, maybe=(str, type(None))) is data


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ([], "not a JSON object"),
        (None, "not a JSON object"),
        ({"name": "x"}, "number is missing"),
        ({"number": 1, "name": "x", "private words": 2}, r"1 unknown field"),
        ({"number": True, "name": "x"}, "number has another type"),
        ({"number": 1.0, "name": "x"}, "number has another type"),
        ({"number": 1, "name": None}, "name has another type"),
    ],
)
def test_anything_else_is_refused_without_repeating_it(data: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words) as caught:
        fields(data, name=str, number=int)
    assert "private" not in str(caught.value)


def test_items_are_all_of_one_type() -> None:
    assert items(["a", "b"], str, "names") == ["a", "b"]
    assert items([], str, "names") == []
    for value in (["a", 1], [True], [None]):
        with pytest.raises(ValueError, match="names holds another type"):
            items(value, str if value[0] == "a" else int, "names")


@pytest.mark.parametrize("text", ["", "{", '{"a":1,"a":2}', "NaN", "[" * 100_000, b"\xff"])
def test_what_is_not_strict_json_is_refused(text: str | bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        read(text)


def test_moments_have_one_form() -> None:
    assert moment("2026-11-20T20:44:02.123Z") == datetime(2026, 11, 20, 20, 44, 2, 123_000, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "", "2026-11-20", "2026-11-20T20:44:02.123", "2026-11-20T20:44:02Z", "2026-11-20T20:44:02.123+00:00",
        "2026-11-20T21:44:02.123+01:00", "0001-01-01T00:00:00.000+23:59", "9999-12-31T23:59:59.999-23:59",
    ],
)  # fmt: skip
def test_other_forms_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        moment(text)
