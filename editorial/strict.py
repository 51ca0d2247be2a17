"""Reading data whose bytes were hashed or signed: exactly the fields that are known, exactly of the known types."""

from datetime import datetime
from typing import Any

from editorial.canonical import parse
from editorial.clock import stamp, unstamp

Kind = type | tuple[type, ...]


def read(data: bytes | str) -> Any:
    """The JSON in `data`. Raises ValueError for anything else: a key that stands twice, nesting beyond measure."""
    try:
        return parse(data)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def moment(text: str) -> datetime:
    """The time in `text`. Raises ValueError unless `stamp` would write it just so."""
    try:
        found = unstamp(text)
    except OverflowError:
        raise ValueError("a time out of range") from None
    if stamp(found) != text:
        raise ValueError("a time is not written as it must be")
    return found


def fields(value: object, **kinds: Kind) -> dict[str, Any]:
    """`value` as a dict holding exactly the named fields, each of exactly the type (one of the types) given for it.

    A subtype does not do: `True` is no int. Raises ValueError naming the field that is missing, unknown or of another
    type; never the value, which may be private.
    """
    if type(value) is not dict:
        raise ValueError("not a JSON object")
    if missing := sorted(kinds.keys() - value.keys()):
        raise ValueError(f"{missing[0]} is missing")
    if unknown := value.keys() - kinds.keys():
        raise ValueError(f"{len(unknown)} unknown field(s)")
    for name, kind in kinds.items():
        if type(value[name]) not in (kind if isinstance(kind, tuple) else (kind,)):
            raise ValueError(f"{name} has another type")
    return value


def items(value: list[Any], kind: type, name: str) -> list[Any]:
    """`value` when every item is exactly of `kind`. Raises ValueError naming the field `name` otherwise."""
    if any(type(item) is not kind for item in value):
        raise ValueError(f"{name} holds another type")
    return value
