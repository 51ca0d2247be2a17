"""Tokens as one value for the vault, and abilities as protocols."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from connectors.base import Finds, Identifies, Polls, Renews, Revokes, Tokens, Withdraws
from connectors.practice.connector import PracticeConnector
from editorial.secret import Secret
from tests.fakes.canary import new_canary


@pytest.mark.parametrize("refresh", [Secret("refresh-token-1"), None])
@pytest.mark.parametrize("expires_at", [datetime(2026, 11, 21, 10, 0, 0, 123_000, tzinfo=UTC), None])
def test_tokens_come_back_as_they_were(refresh: Secret | None, expires_at: datetime | None) -> None:
    tokens = Tokens(Secret("access-token-1"), refresh, expires_at, "read write")
    assert Tokens.loads(tokens.dumps()) == tokens
    registered = replace(tokens, client_id="client-1", client_secret=Secret("client-secret-1"))
    assert Tokens.loads(registered.dumps()) == registered


def test_tokens_of_an_earlier_signpost_name_no_client() -> None:
    stored = Secret('{"access": "access-token-1", "refresh": null, "expires_at": null, "scope": "read"}')
    assert Tokens.loads(stored) == Tokens(Secret("access-token-1"), None, None, "read")


@pytest.mark.parametrize(
    "stored", ["", "{", "[]", "{}", '{"access": 1, "refresh": null, "expires_at": null, "scope": ""}']
)
def test_stored_tokens_that_are_none(stored: str) -> None:
    with pytest.raises(ValueError, match="cannot be read"):
        Tokens.loads(Secret(stored))


def test_what_cannot_be_read_does_not_show_itself() -> None:
    canary = new_canary()
    with pytest.raises(ValueError, match="cannot be read") as caught:
        Tokens.loads(Secret(f'{{"access": "{canary}", "refresh"'))
    assert canary not in repr(caught.value)
    assert caught.value.__context__ is None


def test_tokens_do_not_show_themselves() -> None:
    canary = new_canary()
    tokens = Tokens(Secret(canary), Secret(canary), None)
    assert canary not in repr(tokens) + str(tokens.dumps())


def test_abilities_of_the_practice_network() -> None:
    connector = PracticeConnector()
    for ability in (Finds, Withdraws, Identifies, Renews, Revokes):
        assert isinstance(connector, ability)
    assert not isinstance(connector, Polls)
