"""What lies between this computer and a network: the hospital's own certificates, its proxies and its web filter."""

import logging
import os
import platform
import re
import ssl
import threading
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import truststore

if TYPE_CHECKING:  # loaded where there is a script: most computers have none, and the window waits for imports
    from pypac.parser import PACFile

_log = logging.getLogger(__name__)

PAC = "SIGNPOST_PAC"
"""The environment variable that names a proxy script's address where the system has no setting for one (Linux)."""

_FETCH = 5.0  # seconds to get the script
_TURN = threading.Lock()  # an interpreter runs one script at a time
_SEEN = 20_000  # bytes of a page in which a filter names itself

# How the usual filters name themselves in headers and pages.
_FILTER = re.compile(
    rb"zscaler|fortiguard|fortigate|blue ?coat|proxysg|websense|forcepoint|squid|mcafee web|skyhigh|sophos|"
    rb"cisco umbrella|ironport|barracuda|palo alto networks|checkpoint|netskope|lightspeed|web ?filter|"
    rb"url (?:category|filtering)|blocked by your|access (?:to this site|to this page|has been) (?:is )?blocked",
    re.IGNORECASE,
)


@cache
def system_trust() -> ssl.SSLContext:
    """The authorities that this computer trusts, where a hospital's IT has put its own."""
    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def proxy_for(url: str) -> str | None:
    """The proxy's address for a request, or None for none: by environment and system settings, else by a PAC script.

    Of several that a script names the first is taken: a request is never made again on another way. A script that
    cannot be had or read counts as none.
    """
    parts, fixed = urlsplit(url), getproxies()
    if proxy := fixed.get(parts.scheme) or fixed.get("all"):
        return None if proxy_bypass(parts.hostname or "") else proxy
    try:
        address = _script_address()
        found = _asked(_script(address), url) if address else None
    except Exception:  # what the system, the script's server, the script and its interpreter may say has no end
        _log.exception("The proxy script could not be used.")
        return None
    return None if found in (None, "DIRECT") else found


def _asked(pac: "PACFile", url: str) -> str | None:
    from pypac.resolver import ProxyResolver

    with _TURN:
        found: str | None = ProxyResolver(pac).get_proxy(url)
        return found


def is_block_page(headers: Mapping[str, str], status: int, content: bytes | None) -> bool:
    """Whether something on the way answered in the network's place: a page for people, by a filter that names itself.

    An interface for programs never refuses with a page; a page that says nothing of itself is believed only then.
    """
    if "html" not in headers.get("Content-Type", "").lower() or status >= 500:
        return False
    said = "\n".join(f"{name}: {value}" for name, value in headers.items()).encode(errors="replace")
    return status >= 400 or _FILTER.search(said + b"\n" + (content or b"")[:_SEEN]) is not None


def _script_address() -> str:
    if named := os.environ.get(PAC, ""):
        return named
    system = platform.system()
    if system not in ("Windows", "Darwin"):
        return ""
    from pypac import os_settings

    windows, mac = os_settings.autoconfig_url_from_registry, os_settings.autoconfig_url_from_preferences
    return (windows if system == "Windows" else mac)() or ""


@lru_cache(maxsize=4)
def _script(address: str) -> "PACFile":
    """Kept while the process lives. Raises LookupError where it cannot be had now."""
    from pypac import get_pac

    web = address.startswith(("http://", "https://"))
    found = get_pac(url=address if web else None, from_dns=False, timeout=_FETCH, allowed_content_types=[""])
    if found is None:
        raise LookupError("the proxy script is not there")
    return found


def read_script(text: str) -> None:
    """Runs a proxy script, to see that this build can. Raises what the interpreter raises."""
    from pypac import get_pac

    _asked(get_pac(js=text), "https://network.invalid/")
