"""What a new charter version changes, in sentences: what the people who sign it read. Pure functions."""

from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime, tzinfo

from editorial.charter.document import Charter, Deputy, Member, Role, Route, Stage
from editorial.people.session import RANK


def charter_changes(before: Charter, after: Charter, zone: tzinfo = UTC) -> tuple[str, ...]:
    """Every difference between two versions, one sentence each; empty when they say the same. Times are in `zone`.

    Version numbers, dates and the order in which people, deputies, computers and routes of different kinds are listed
    are no differences: nothing follows from them.
    """
    return (
        *_organization(before, after),
        *_people(before, after),
        *_deputies(before, after, zone),
        *_routes(before, after),
        *_desks(before, after),
        *_rules(before, after),
        *_policy(before, after),
        *_crisis(before, after),
    )


def role_words(roles: Iterable[Role], nobody: str = "no role") -> str:
    """Roles in one run of words, the most telling first: “privacy officer and author”."""
    return _run([role.label.lower() for role in sorted(roles, key=RANK.index)]) or nobody


def stage_words(stage: Stage, charter: Charter) -> str:
    """Who signs a stage, and when: “Privacy by one person (privacy officer), due 4 hours before the post’s time”."""
    people = "one person" if stage.count == 1 else f"{stage.count} different people"
    beside = " at the same time" if stage.beside else ""
    times = "".join(f", {each}" for each in _times(stage))
    return f"{stage.name}{beside} by {people} ({takers(stage, charter)}){times}"


def takers(stage: Stage, charter: Charter) -> str:
    """Who may sign the stage: roles, and people by name."""
    roles = [role.label.lower() for role in sorted(stage.roles, key=RANK.index)]
    return _run([*roles, *(_name(charter, person) for person in stage.people)], "or")


def span_words(minutes: int) -> str:
    """A span as people say it, in full hours or days where it fits: “90 minutes”, “4 hours”, “2 days”."""
    for size, unit in ((1440, "day"), (60, "hour")):
        if minutes and minutes % size == 0:
            return f"{minutes // size} {unit}{'' if minutes == size else 's'}"
    return f"{minutes} minute{'' if minutes == 1 else 's'}"


def deputy_words(deputy: Deputy, charter: Charter, zone: tzinfo = UTC) -> str:
    """A deputyship: who, for whom, from when until when."""
    who, whom = _name(charter, deputy.deputy), _name(charter, deputy.person)
    return (
        f"{who} may sign in the place of {whom} from {_moment(deputy.since, zone)} until {_moment(deputy.until, zone)}"
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
            joins = role_words(member.roles, "somebody without a role")
            yield f"{member.name} joins as {joins}{'' if member.active else ', not active'}."
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
        yield f"{name} becomes {role_words(gained)}."
    if lost := known.roles - member.roles:
        yield f"{name} is no longer {role_words(lost)}."
    if known.public_key != member.public_key:
        yield f"{name} gets a new key; signatures with the old one that still wait stop counting."


def _deputies(before: Charter, after: Charter, zone: tzinfo) -> Iterator[str]:
    for deputy in after.deputies:
        if deputy not in before.deputies:
            yield f"{deputy_words(deputy, after, zone)}."
    for deputy in before.deputies:
        if deputy not in after.deputies:
            yield f"No longer: {deputy_words(deputy, before, zone)}."


def _routes(before: Charter, after: Charter) -> Iterator[str]:
    old, new = ({route.name: route for route in charter.routes} for charter in (before, after))
    for name, route in new.items():
        if name not in old:
            yield f"There is a new route {name} for {route.kind} posts: {_stages(route, after)}."
        elif old[name] != route:
            yield from _route(old[name], route, before, after)
    for name in old:
        if name not in new:
            yield f"The route {name} is gone."
    yield from _firsts(before, after)


def _route(old: Route, new: Route, before: Charter, after: Charter) -> Iterator[str]:
    if old.kind != new.kind:
        yield f"The route {new.name} is for {new.kind} posts; it was for {old.kind} posts."
    if old.stages == new.stages:
        return
    if [stage.name for stage in old.stages] != [stage.name for stage in new.stages]:
        yield f"The route {new.name} is now: {_stages(new, after)}. It was: {_stages(old, before)}."
        return
    for was, now in zip(old.stages, new.stages, strict=True):
        if was == now:
            continue
        words = stage_words if was.meaning == now.meaning else _stage  # what stays the same is not said twice
        if words(was, before) != words(now, after):
            yield f"In the route {new.name}: {words(now, after)} instead of {words(was, before)}."
        else:  # people who are called alike, or the same ones in another order
            ids = _run([f"{_name(after, person)}, {person}" for person in now.people])
            yield f"In the route {new.name}, {now.name} names other people or another order: {ids}."


def _firsts(before: Charter, after: Charter) -> Iterator[str]:
    """The first route of a kind is the one that posts take: its place counts, all others do not."""
    for kind in sorted({route.kind for route in after.routes} & {route.kind for route in before.routes}):
        was, now = (next(each.name for each in charter.routes if each.kind == kind) for charter in (before, after))
        if was != now:
            yield f"{kind.capitalize()} posts take the route {now}; it was {was}."


def _stages(route: Route, charter: Charter) -> str:
    return ", then ".join(_stage(stage, charter) for stage in route.stages)


def _stage(stage: Stage, charter: Charter) -> str:
    return f"{stage_words(stage, charter)}, meaning “{stage.meaning}”"


def _times(stage: Stage) -> Iterator[str]:
    if stage.due_minutes:
        yield f"due {span_words(stage.due_minutes)} before the post’s time"
    if stage.remind_minutes:
        yield f"reminded {span_words(stage.remind_minutes)} earlier"
    if stage.escalate_minutes:
        yield f"deputies asked {span_words(stage.escalate_minutes)} later"


def _desks(before: Charter, after: Charter) -> Iterator[str]:
    known, later = ({desk.id: desk.vkey for desk in each.desks} for each in (before, after))
    for desk in later:
        if desk not in known:
            yield f"The computer {desk} may publish."
        elif later[desk] != known[desk]:
            yield f"The computer {desk} signs checkpoints of the log with another key."
    for desk in known:
        if desk not in later:
            yield f"The computer {desk} may publish no longer."


def _rules(before: Charter, after: Charter) -> Iterator[str]:
    if before.minimum_rules != after.minimum_rules:
        if after.minimum_rules is None:
            yield "A sign-off may rest on any set of checks."
        else:
            yield f"A sign-off has to rest on the checks {_code(after.minimum_rules)}."
    if before.allow_list != after.allow_list:
        if after.allow_list is None:
            yield "No values are the hospital’s own any more: the checks find all of them."
        else:
            code = _code(after.allow_list)
            yield f"The values that are the hospital’s own and no patient’s are those of the list {code}."


def _policy(before: Charter, after: Charter) -> Iterator[str]:
    if before.policy == after.policy:
        return
    if after.policy is None:
        yield "There is no social media policy any more, and nobody has to acknowledge one."
    else:
        yield "There is a new social media policy. Everybody has to read and acknowledge it again."
        yield f"The policy’s content code: {_code(after.policy)}."


def _crisis(before: Charter, after: Charter) -> Iterator[str]:
    if before.crisis_passes_hold == after.crisis_passes_hold:
        return
    if after.crisis_passes_hold:
        yield "Crisis posts go out even while everything is held."
    else:
        yield "Crisis posts no longer go out while everything is held."


def _name(charter: Charter, person_id: str) -> str:
    """The person, with the sign-in name where somebody else has the same."""
    member = charter.member(person_id)
    if member is None:
        return person_id
    alone = sum(each.name == member.name for each in charter.members) == 1
    return member.name if alone else f"{member.name} ({member.sign_in})"


def _code(digest: str) -> str:
    """A digest in groups of eight, so that it can be compared by eye and fits into any width."""
    kind, _, hexadecimal = digest.partition(":")
    return " ".join([f"{kind}:", *(hexadecimal[at : at + 8] for at in range(0, len(hexadecimal), 8))])


def _moment(at: datetime, zone: tzinfo) -> str:
    local = at.astimezone(zone)
    return f"{local.day} {local:%B %Y %H:%M %Z}"


def _run(words: Collection[str], last: str = "and") -> str:
    """Words with commas and `last` before the last one; empty for none."""
    listed = list(words)
    return f" {last} ".join([", ".join(listed[:-1]), listed[-1]]) if len(listed) > 1 else "".join(listed)
