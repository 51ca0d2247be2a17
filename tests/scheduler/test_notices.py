"""Notices reach the notification service of the session; where there is none nothing happens."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from jeepney import MessageType, new_method_return  # type: ignore[import-untyped]
from jeepney.bus_messages import message_bus  # type: ignore[import-untyped]
from jeepney.io.blocking import Proxy, open_dbus_connection  # type: ignore[import-untyped]

from editorial.vault.private import PrivateSecretService
from scheduler.notices import notify

NAME = "org.freedesktop.Notifications"


@contextmanager
def service() -> Iterator[list[tuple[Any, ...]]]:
    """A notification service on the session's bus that takes one notice and keeps it."""
    taken: list[tuple[Any, ...]] = []
    with open_dbus_connection() as bus:
        Proxy(message_bus, bus).RequestName(NAME)

        def serve() -> None:
            while not taken:
                message = bus.receive(timeout=10)
                if message.header.message_type is MessageType.method_call:
                    taken.append(message.body)
                    bus.send(new_method_return(message, "u", (1,)))

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield taken
        finally:
            thread.join(10)


def test_a_notice_is_shown(secret_service: PrivateSecretService) -> None:
    assert secret_service.environment
    with service() as taken:
        assert notify("Publishing waits", "The keyring is locked.")
    (notice,) = taken
    assert (notice[0], notice[3], notice[4]) == ("Signpost", "Publishing waits", "The keyring is locked.")


def test_without_a_service_or_a_session_nothing_happens(
    secret_service: PrivateSecretService, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert secret_service.environment
    assert not notify("Publishing waits", "Nobody is there.")
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS")
    assert not notify("Publishing waits", "Nobody is there.")
