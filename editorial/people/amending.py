"""What officers change in the charter: each command returns the change, which `People.amend` signs and keeps.

Pure. A change raises a DeskError in words where it names what is not there, or would leave a stage without anybody.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import reduce

from editorial.charter.document import Charter, Deputy, Member, Role, Route, RouteKind, Stage
from editorial.errors import BadInputError, NotFoundError
from editorial.people.names import checked_name, same_name, visible
from editorial.plain import plain
from editorial.signoff.routing import shortfall, signers_for

MEANING = 500
"""Characters of what a signature means."""

Change = Callable[[Charter], Charter]


def together(*changes: Change) -> Change:
    """Several changes in one version, in their order."""
    return lambda charter: reduce(lambda so_far, change: change(so_far), changes, charter)


def set_roles(person_id: str, roles: Iterable[Role], *, active: bool = True) -> Change:
    """Gives somebody these roles instead of theirs; with `active` they are (again) on the staff."""
    held = frozenset(roles)

    def change(charter: Charter) -> Charter:
        member = _member(charter, person_id)
        return _walkable(charter, _with(charter, replace(member, roles=held, active=active)))

    return change


def add_deputy(deputy: Deputy) -> Change:
    """Lets somebody sign in another's place for a time. Raises BadInputError where the two cannot be that."""

    def change(charter: Charter) -> Charter:
        for person_id in (deputy.person, deputy.deputy):
            if not _member(charter, person_id).active:
                raise BadInputError("A deputy and the one they stand for work here", field="deputy")
        both = (deputy.person, deputy.deputy)
        same = [each for each in charter.deputies if (each.person, each.deputy) == both]
        if any(each.since <= deputy.until and deputy.since <= each.until for each in same):
            raise BadInputError(
                "They stand in for each other at that time already",
                "The times of the two deputyships overlap.",
                "End the other one first, or choose other days.",
                field="since",
            )
        return replace(charter, deputies=(*charter.deputies, deputy))

    return change


def end_deputy(deputy: Deputy) -> Change:
    """Takes a deputyship back. What was signed in its time goes on counting."""

    def change(charter: Charter) -> Charter:
        if deputy not in charter.deputies:
            raise NotFoundError("This deputyship has ended already", "Nothing was changed.")
        return replace(charter, deputies=tuple(each for each in charter.deputies if each != deputy))

    return change


def set_route(route: Route) -> Change:
    """Puts the route in the place of the one with its name, or at the end of the list."""

    def change(charter: Charter) -> Charter:
        if any(each.name == route.name for each in charter.routes):
            routes = tuple(route if each.name == route.name else each for each in charter.routes)
        else:
            routes = (*charter.routes, route)
        return _walkable(charter, replace(charter, routes=routes))

    return change


def route_of(name: str, kind: RouteKind, stages: Iterable[Stage]) -> Route:
    """A route as typed. Raises BadInputError, naming `name` or `stages`, for one that cannot be."""
    name = checked_name(name, BadInputError("The name is empty", "Posts show it.", field="name"))
    listed = tuple(stages)
    if not listed:
        what = "Nothing is published without a sign-off."
        raise BadInputError("The route has no stage", what, "Add at least one.", field="stages")
    twice = next((each.name for each in listed if sum(other.name == each.name for other in listed) > 1), "")
    if twice:
        raise BadInputError(f"Two stages are called “{twice}”", "", "Give one another name.", field="stages")
    return Route(name, (replace(listed[0], beside=False), *listed[1:]), kind)


def stage_of(stage: Stage, name: str, meaning: str) -> Stage:
    """The stage with a name and a meaning as typed. Raises BadInputError, naming `name` or `meaning`."""
    name = checked_name(name, BadInputError("The name is empty", "Signers read it.", field="name"))
    said = " ".join(plain(meaning).split())
    if not visible(said).strip() or not visible(said).isprintable():
        what = "It says nothing, or has characters that do not show. It stands in every signature."
        raise BadInputError("What is signed cannot be read", what, "Write a sentence.", field="meaning")
    if len(said) > MEANING:
        what = f"It has {len(said)} characters; {MEANING} are kept."
        raise BadInputError("What is signed is too long", what, "Shorten it.", field="meaning")
    return replace(stage, name=name, meaning=said)


def put_route(route: Route, *, instead_of: str = "", first: bool = True) -> Change:
    """Adds a route, or puts it in the place of the one called `instead_of`; with `first` posts of its kind take it.

    Raises BadInputError for a name that is taken, and where a kind of posts would be left without a route.
    """

    def change(charter: Charter) -> Charter:
        if instead_of:
            charter.route(instead_of)
        others = [each for each in charter.routes if each.name != instead_of]
        if any(same_name(each.name, route.name) for each in others):
            raise BadInputError(f"There is a route {route.name} already", "", "Choose another name.", field="name")
        alike = [place for place, each in enumerate(others) if each.kind is route.kind]
        place = len(others) if not alike else alike[0] if first else alike[-1] + 1
        after = _kinds_kept(charter, (*others[:place], route, *others[place:]))
        renamed = (replace(each, name=route.name) if each.name == instead_of else each for each in charter.routes)
        return _walkable(replace(charter, routes=tuple(renamed)), after)

    return change


def remove_route(name: str) -> Change:
    """Takes a route out. Raises BadInputError where its kind of posts would be left without one."""

    def change(charter: Charter) -> Charter:
        charter.route(name)
        return _kinds_kept(charter, tuple(each for each in charter.routes if each.name != name))

    return change


def set_crisis_passes_hold(passes: bool) -> Change:
    """Whether crisis posts go out while everything is held."""
    return lambda charter: replace(charter, crisis_passes_hold=passes)


def set_minimum_rules(digest: str | None) -> Change:
    """The digest of the weakest checks that a sign-off may rest on; None: any."""
    return lambda charter: replace(charter, minimum_rules=digest)


def set_allow_list(digest: str | None) -> Change:
    """The digest of the values that are the hospital's own; None: there are none."""
    return lambda charter: replace(charter, allow_list=digest)


def set_policy(digest: str) -> Change:
    """The digest of the social media policy in force; everybody acknowledges it anew."""
    return lambda charter: replace(charter, policy=digest)


def leave_staff(person_id: str, successor: str = "") -> Change:
    """Takes somebody off the staff for good.

    `successor` (a member id) takes their place in stages that name them and as somebody's deputy; without one, both
    end. Whoever stood in for them does so no longer. Raises BadInputError while a stage would be left without anybody,
    or fewer than two officers would remain.
    """

    def change(charter: Charter) -> Charter:
        leaver = _member(charter, person_id)
        if not leaver.active:
            raise BadInputError(f"{leaver.name} has left already", "Nothing was changed.")
        if successor and (successor == person_id or not _member(charter, successor).active):
            raise BadInputError("The successor is somebody else who works here", field="successor")
        after = replace(
            _with(charter, replace(leaver, active=False)),
            routes=tuple(_without(route, leaver, successor) for route in charter.routes),
            deputies=_deputies(charter, person_id, successor),
        )
        if charter.two_signers() and not after.two_signers():
            raise BadInputError(
                f"{leaver.name} is one of two officers",
                "A charter needs two people who sign it together: administrators or privacy officers.",
                "Name another officer first.",
            )
        return _walkable(charter, after)

    return change


def stranded(before: Charter, after: Charter) -> tuple[tuple[Route, Stage], ...]:
    """The stages that lack people after a change and did not before. Deputies do not count: their time ends."""
    then, now = (replace(charter, deputies=()) for charter in (before, after))
    found = []
    for route in now.routes:
        known = next((each for each in then.routes if each.name == route.name), None)
        for stage in route.stages:
            old = known.stage(stage.name) if known is not None else None
            if _lacks(stage, now) and (old is None or not _lacks(old, then)):
                found.append((route, stage))
        whole = shortfall(route, now, (), now.made_at)
        could = known is None or shortfall(known, then, (), now.made_at) is None
        if whole is not None and could and (route, whole) not in found:
            found.append((route, whole))
    return tuple(found)


def _lacks(stage: Stage, charter: Charter) -> bool:
    return len(signers_for(stage, charter, (), charter.made_at)) < stage.count


def _kinds_kept(before: Charter, routes: tuple[Route, ...]) -> Charter:
    for kind in RouteKind:
        if all(each.kind is not kind for each in routes) and any(each.kind is kind for each in before.routes):
            raise BadInputError(
                f"{kind.capitalize()} posts would have no route",
                "Nobody could sign them off. Nothing was changed.",
                f"Add another route for {kind} posts first.",
                field="kind",
            )
    return replace(before, routes=routes)


def _walkable(before: Charter, after: Charter) -> Charter:
    if missing := stranded(before, after):
        route, stage = missing[0]
        raise BadInputError(
            f"Too few people are left for “{stage.name}”",
            f"Posts on the {route.name} route could not be signed any more. Nothing was changed.",
            "Give somebody else the role first, or change the route.",
            field="roles",
        )
    return after


def _member(charter: Charter, person_id: str) -> Member:
    member = charter.member(person_id)
    if member is None:
        raise NotFoundError("The charter does not name this person", "Nothing was changed.")
    return member


def _with(charter: Charter, member: Member) -> Charter:
    return replace(charter, members=tuple(member if each.id == member.id else each for each in charter.members))


def _without(route: Route, leaver: Member, successor: str) -> Route:
    return replace(route, stages=tuple(_renamed(route, stage, leaver, successor) for stage in route.stages))


def _renamed(route: Route, stage: Stage, leaver: Member, successor: str) -> Stage:
    if leaver.id not in stage.people:
        return stage
    put = (successor if each == leaver.id else each for each in stage.people)
    people = tuple(dict.fromkeys(each for each in put if each))
    if not people and not stage.roles:
        raise BadInputError(
            f"“{stage.name}” names only {leaver.name}",
            f"Posts on the {route.name} route could not be signed any more. Nothing was changed.",
            "Choose who takes their place.",
            field="successor",
        )
    return replace(stage, people=people)


def _deputies(charter: Charter, leaver: str, successor: str) -> tuple[Deputy, ...]:
    kept = []
    for each in charter.deputies:
        if each.person == leaver:
            continue
        if each.deputy != leaver:
            kept.append(each)
        elif successor not in ("", each.person):
            kept.append(replace(each, deputy=successor))
    return tuple(dict.fromkeys(kept))
