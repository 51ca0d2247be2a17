"""What IT asks about the way to a network's server: which proxy, whose certificate, and whether it is trusted.

Nothing is signed in and nothing is sent.
"""

import base64
import http.client
import ssl
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urlsplit

from cryptography import x509

from connectors.http import is_loopback
from connectors.surroundings import proxy_for, system_trust

_WAIT = 5.0  # seconds for each of connecting, the proxy's answer and the handshake


@dataclass(frozen=True, slots=True)
class Way:
    """How a server is reached. `proxy` is host and port without a password, empty for none; `issuer` as it signs."""

    server: str
    proxy: str
    issuer: str
    verdict: str
    fine: bool


def look(server: str) -> Way:
    """Looks at the way to a server (scheme, host, port). Raises nothing."""
    parts = urlsplit(server)
    proxy = urlsplit(("" if is_loopback(server) else proxy_for(server)) or "")
    shown = f"{proxy.hostname}:{proxy.port or 80}" if proxy.hostname else ""
    if parts.scheme != "https":
        return Way(server, shown, "", "not encrypted, as is right on this computer alone", is_loopback(server))
    try:
        issuer = _issuer(parts, proxy, system_trust())
    except ssl.SSLCertVerificationError as error:
        return Way(server, shown, _untrusted(parts, proxy), f"not trusted here: {error.verify_message}", False)
    except (OSError, http.client.HTTPException, ValueError) as error:
        return Way(server, shown, "", f"cannot be reached ({_words(error)})", False)
    return Way(server, shown, issuer, "trusted", True)


def _untrusted(parts: SplitResult, proxy: SplitResult) -> str:
    """Who signs a certificate that does not fit: the sign of a proxy that opens encrypted connections."""
    anything = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    anything.check_hostname, anything.verify_mode = False, ssl.CERT_NONE  # looks at it; nothing is sent
    try:
        return _issuer(parts, proxy, anything)
    except (OSError, http.client.HTTPException, ValueError):
        return ""


def _issuer(parts: SplitResult, proxy: SplitResult, context: ssl.SSLContext) -> str:
    host, port = parts.hostname or "", parts.port or 443
    if proxy.hostname:
        connection = http.client.HTTPSConnection(proxy.hostname, proxy.port or 80, timeout=_WAIT, context=context)
        connection.set_tunnel(host, port, headers=_sign_in(proxy))
    else:
        connection = http.client.HTTPSConnection(host, port, timeout=_WAIT, context=context)
    try:
        connection.connect()
        found = connection.sock.getpeercert(binary_form=True)
        return x509.load_der_x509_certificate(found).issuer.rfc4514_string() if found else ""
    finally:
        connection.close()


def _sign_in(proxy: SplitResult) -> dict[str, str]:
    if proxy.username is None:
        return {}
    pair = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
    return {"Proxy-Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


def _words(error: Exception) -> str:
    if "407" in str(error):
        return "the proxy asks for a sign-in"
    return "no answer in time" if isinstance(error, TimeoutError) else type(error).__name__
