"""Charters drawn by Hypothesis, with everything that a charter can say."""

from datetime import datetime

from hypothesis import strategies as st

from editorial.charter.document import Charter, Deputy, Role, Route, RouteKind, Stage
from tests.editorial.charter.staff import ADMIN, desk, first, member

names = st.text(alphabet=st.characters(categories=["L", "M", "N", "P"]), min_size=1, max_size=12)
role_sets = st.frozensets(st.sampled_from(list(Role)))
digests = st.binary(min_size=32, max_size=32).map(lambda raw: "sha256:" + raw.hex())
times = st.datetimes(datetime(1990, 1, 1), datetime(2200, 1, 1), timezones=st.timezones())  # noqa: DTZ001
minutes = st.integers(0, 3000)


@st.composite
def stages(draw: st.DrawFn, people: list[str]) -> Stage:
    """A stage for these people (member ids), or for roles, or for both."""
    named = tuple(draw(st.lists(st.sampled_from(people), unique=True, max_size=2)))
    roles = draw(st.frozensets(st.sampled_from(list(Role)), min_size=0 if named else 1))
    return Stage(
        draw(names), roles, draw(st.integers(1, 5)), draw(names), named, draw(st.booleans()), draw(minutes),
        draw(minutes), draw(minutes),
    )  # fmt: skip


@st.composite
def routes(draw: st.DrawFn, people: list[str]) -> Route:
    """A route of any kind. Its first stage has none beside it."""
    drawn = draw(st.lists(stages(people), min_size=1, max_size=3, unique_by=lambda stage: stage.name))
    first_stage = drawn[0]
    alone = Stage(
        first_stage.name, first_stage.roles, first_stage.count, first_stage.meaning, first_stage.people, False,
        first_stage.due_minutes, first_stage.remind_minutes, first_stage.escalate_minutes,
    )  # fmt: skip
    return Route(draw(names), (alone, *drawn[1:]), draw(st.sampled_from(RouteKind)))


@st.composite
def deputies(draw: st.DrawFn, people: list[str]) -> Deputy:
    """One person for another; there have to be two."""
    person, deputy = draw(st.permutations(people))[:2]
    since, until = sorted(draw(st.tuples(times, times)))
    return Deputy(person, deputy, since, until)


@st.composite
def charters(draw: st.DrawFn) -> Charter:
    """A charter of up to five people, in any version."""
    count = draw(st.integers(0, 4))
    people = [
        member(number, *draw(role_sets), name=draw(names), active=draw(st.booleans())) for number in range(2, count + 2)
    ]
    ids = ["person_1", *(person.id for person in people)]
    drawn = draw(st.lists(routes(ids), max_size=3, unique_by=lambda route: route.name))
    plain = Route("Standard route", (Stage("Sign-off", frozenset({ADMIN}), 1, "I agree."),))
    version = draw(st.integers(0, 2**40))
    return first(
        member(1, ADMIN),
        *people,
        version=version,
        previous=draw(digests) if version else None,
        organization=draw(names),
        routes=(plain, *drawn),
        desks=tuple(desk(number) for number in draw(st.sets(st.integers(1, 9), max_size=3))),
        minimum_rules=draw(st.none() | digests),
        made_at=draw(times),
        deputies=tuple(draw(st.lists(deputies(ids), unique=True, max_size=2))) if count else (),
        allow_list=draw(st.none() | digests),
        policy=draw(st.none() | digests),
        crisis_passes_hold=draw(st.booleans()),
    )
