"""Texts from outside, as they can be stored: windows, command lines and the system may hand over half a character."""

from typing import TypeVar, cast

T = TypeVar("T")


def plain(value: T) -> T:
    """JSON data in which every text can be written as UTF-8.

    The two halves of a character (surrogates) are joined; a half without the other becomes the replacement character.
    Everything else stays as it is: nothing typed is lost over it.
    """
    return cast(T, _plain(value))


def _plain(value: object) -> object:
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {_plain(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
