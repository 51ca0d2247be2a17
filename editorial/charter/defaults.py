"""The routes that a new workspace begins with. They are data in resources/; two officers change them in the charter."""

import json
from importlib.resources import files

from editorial.charter.document import Route, RouteKind


def default_routes() -> tuple[Route, ...]:
    """One route of each kind."""
    text = files("resources").joinpath("routes.json").read_text(encoding="utf-8")
    return tuple(Route.from_data(route) for route in json.loads(text))


def default_route() -> Route:
    """The one for routine posts: one sign-off, by a communications lead or a privacy officer."""
    return next(route for route in default_routes() if route.kind is RouteKind.ROUTINE)
