"""A notice on the screen of whoever is signed in, for a publisher that the system started and that nobody looks at."""

import logging
import os
from typing import Any

_log = logging.getLogger(__name__)
_BUS = "org.freedesktop.Notifications"
_WITHIN = 2.0  # seconds for the desktop to take it


def notify(title: str, words: str) -> bool:
    """Shows it through the desktop's notification service (freedesktop.org). False where there is none."""
    if not os.environ.get("DBUS_SESSION_BUS_ADDRESS"):
        return False
    from jeepney import DBusAddress, MessageType, new_method_call  # type: ignore[import-untyped]
    from jeepney.io.blocking import open_dbus_connection  # type: ignore[import-untyped]

    place = DBusAddress("/org/freedesktop/Notifications", bus_name=_BUS, interface=_BUS)
    content: tuple[Any, ...] = ("Signpost", 0, "", title, words, [], {}, -1)
    try:
        with open_dbus_connection() as bus:
            answer = bus.send_and_get_reply(new_method_call(place, "Notify", "susssasa{sv}i", content), timeout=_WITHIN)
    except (OSError, TimeoutError, ValueError) as error:
        _log.info("The desktop takes no notices (%s).", type(error).__name__)
        return False
    return bool(answer.header.message_type is MessageType.method_return)
