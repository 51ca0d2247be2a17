"""What a new charter version changes, in sentences: what the people who sign it read. Pure functions."""

from collections.abc import Iterable, Iterator

from editorial.charter.document import Charter, Member, Role, Route, Stage
from editorial.people.session import RANK


def charter_changes(before: Charter, after: Charter) -> tuple[str, ...]:
    """Every difference between two versions, one sentence each; empty when they say the same.

    Version numbers, dates and the order in which people are listed are no differences.
    """
    return (
        *_organization(before, after),
        *_people(before, after),
        *_routes(before, after),
        *_desks(before, after),
        *_rules(before, after),
    )


def _organization(before: Charter, after: Charter) -> Iterator[str]:
    if before.workspace != after.workspace:
        yield "It belongs to another workspace."
    if before.organization != after.organization:
        yield f"The organization is called {after.organization}; it was {before.organization}."


def _people(before: Charter, after: Charter) -> Iterator[str]:
    for member in after.members:
        known = before.member(member.id)
        if known is None:
            yield f"{member.name} joins as {_roles(member.roles)}{'' if member.active else ', not active'}."
        else:
            yield from _person(known, member)
    for member in before.members:
        if after.member(member.id) is None:
            yield f"{member.name} is taken off the list."


def _person(known: Member, member: Member) -> Iterator[str]:
    name = member.name
    if known.name != name:
        yield f"{known.name} is called {name}."
    if known.sign_in != member.sign_in:
        yield f"{name} signs in as {member.sign_in}; it was {known.sign_in}."
    if known.active != member.active:
        yield f"{name} is back on the staff." if member.active else f"{name} leaves the staff and can sign nothing."
    if gained := member.roles - known.roles:
        yield f"{name} becomes {_roles(gained)}."
    if lost := known.roles - member.roles:
        yield f"{name} is no longer {_roles(lost)}."
    if known.public_key != member.public_key:
        yield f"{name} gets a new key; signatures with the old one that still wait stop counting."


def _routes(before: Charter, after: Charter) -> Iterator[str]:
    old, new = ({route.name: route for route in charter.routes} for charter in (before, after))
    for name, route in new.items():
        if name not in old:
            yield f"There is a new route {name}: {_stages(route)}."
        elif old[name] != route:
            yield f"The route {name} is now: {_stages(route)}. It was: {_stages(old[name])}."
    for name in old:
        if name not in new:
            yield f"The route {name} is gone."


def _stages(route: Route) -> str:
    return ", then ".join(_stage(stage) for stage in route.stages)


def _stage(stage: Stage) -> str:
    people = "one" if stage.count == 1 else f"{stage.count} different people, each"
    beside = " at the same time" if stage.beside else ""
    return f"{stage.name}{beside} by {people} of {_takers(stage)}, meaning “{stage.meaning}”"


def _takers(stage: Stage) -> str:
    named = f"{len(stage.people)} named people" if stage.people else ""
    return " or ".join(words for words in (_roles(stage.roles) if stage.roles else "", named) if words)


def _desks(before: Charter, after: Charter) -> Iterator[str]:
    for desk in after.desks:
        if desk not in before.desks:
            yield f"The computer {desk} may publish."
    for desk in before.desks:
        if desk not in after.desks:
            yield f"The computer {desk} may publish no longer."


def _rules(before: Charter, after: Charter) -> Iterator[str]:
    if before.minimum_rules == after.minimum_rules:
        return
    if after.minimum_rules is None:
        yield "A sign-off may rest on any set of checks."
    else:
        yield f"A sign-off has to rest on the checks {after.minimum_rules}."


def _roles(roles: Iterable[Role]) -> str:
    listed = sorted(roles, key=RANK.index)
    words = [role.label.lower() for role in listed] or ["somebody without a role"]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
