"""The web application: the parts put together, and what holds for every request.

Only this computer may ask: the server binds to loopback, and a request for any other host name is refused, because a
web page can point a name of its own at 127.0.0.1. Changes that a browser brings must come from our own pages.
"""

import secrets
from urllib.parse import urlsplit

from flask import Flask, Response, g, jsonify, request
from werkzeug.exceptions import HTTPException

from connectors.practice.server import api, pages
from connectors.practice.server.faults import Switchboard
from connectors.practice.server.oauth_provider import Provider
from connectors.practice.server.publishing import Publishing, RateLimiter
from connectors.practice.server.settings import Settings
from connectors.practice.server.store import Store

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_FORM = 64_000  # bytes of a form around the picture in it


def create_app(settings: Settings, store: Store, url: str) -> Flask:
    """The application of the practice network that is reached at `url`."""
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = settings.limits.media_bytes + _FORM
    app.config["PROPAGATE_EXCEPTIONS"] = True  # a cut connection has to reach the server's connection code
    network = api.Network(
        settings, Publishing(store, settings, url), Provider(store, settings, url), Switchboard(store),
        RateLimiter(settings),
    )  # fmt: skip
    app.register_blueprint(api.build(network))
    app.register_blueprint(pages.build(network, store))
    app.before_request(_guard)
    app.after_request(_seal)
    app.register_error_handler(HTTPException, _refused)
    return app


def _guard() -> tuple[Response, int] | None:
    g.nonce = secrets.token_urlsafe(16)
    if urlsplit(f"//{request.host}").hostname not in _LOOPBACK:
        return _words(421, "wrong_host", "The practice network answers on this computer's loopback address only.")
    origin = request.headers.get("Origin")
    own = origin is None or origin == f"http://{request.host}"
    if request.method not in ("GET", "HEAD") and not own:
        return _words(403, "wrong_origin", "Another web page may not change the practice network.")
    return None


def _words(status: int, error: str, words: str) -> tuple[Response, int]:
    return jsonify({"error": error, "error_description": words}), status


def _refused(error: HTTPException) -> tuple[Response, int]:
    return _words(error.code or 500, error.name.lower().replace(" ", "_"), error.description or error.name)


def _seal(response: Response) -> Response:
    """No script, nothing from elsewhere, no frames. Referrers stay on the page: with none at all, a browser's own form
    would arrive without an origin. Sending the browser on to the loopback listener counts as a form's target.
    """
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'nonce-{g.get('nonce', '')}'; img-src 'self'; base-uri 'none'; "
        "frame-ancestors 'none'; form-action 'self' http://127.0.0.1:* http://[::1]:*"
    )
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers.setdefault("Cache-Control", "no-store")
    return response
