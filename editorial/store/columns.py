"""Column types: moments that keep their zone, and JSON that is read strictly; and the fields that have them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Dialect, LargeBinary, String, Text, func, literal
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field

from editorial.canonical import canonical, parse
from editorial.clock import stamp, unstamp


class Moment(TypeDecorator[datetime]):
    """An aware UTC moment, stored as the text that `stamp` writes: sorts as time and reads the same everywhere."""

    impl = String(30)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """Refuses naive times: a time without a zone is how posts go out an hour late."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        return stamp(value.astimezone(UTC))

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        """The aware moment."""
        return None if value is None else unstamp(value)


class Json(TypeDecorator[Any]):
    """Plain JSON data, stored canonically."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Mapping[str, Any] | list[Any] | None, dialect: Dialect) -> str | None:
        """Canonical text, so that equal data is equal text."""
        return None if value is None else canonical(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """The data; a doubled key is refused."""
        return None if value is None else parse(value)


def moment(*, index: bool = False) -> Any:
    """A field with a moment."""
    return Field(sa_column=Column(Moment(), nullable=False, index=index))


def maybe_moment(*, index: bool = False) -> Any:
    """A field with a moment, or None."""
    return Field(default=None, sa_column=Column(Moment(), nullable=True, index=index))


def json_data() -> Any:
    """A field with a JSON object."""
    return Field(default_factory=dict, sa_column=Column(Json(), nullable=False))


def raw_bytes() -> Any:
    """A field with bytes."""
    return Field(sa_column=Column(LargeBinary(), nullable=False))


def holds_bytes(column: Any, needle: bytes) -> ColumnElement[bool]:
    """The condition that a column of bytes has `needle` somewhere inside."""
    return func.instr(column, literal(needle, LargeBinary)) > 0
