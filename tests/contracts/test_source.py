"""The house rules hold for every file of the product, the tests and dev.py."""

import ast
from collections.abc import Iterable
from functools import cache

import pytest

from tests.contracts import rules
from tests.contracts.rules import Rule
from tests.contracts.source import PACKAGES, ROOT, everything, product

# Each exception has its reason; a file is named in full, a folder ends with a slash.
EXCEPTIONS: dict[Rule, dict[str, str]] = {
    rules.long_functions: {
        "editorial/store/migrations/versions/": "a released schema, written out once: its length is the tables' own",
    },
    rules.long_file: {},
    rules.crowded_classes: {},
    rules.unsafe: {},
    rules.bare_silencing: {"tests/contracts/test_rules.py": "holds the examples that the rule must find"},
    rules.sleeps: {"connectors/practice/": "a server: being slow is one of the faults that it is armed with"},
    rules.reads_clock: {
        "editorial/clock.py": "the one place that reads the computer's clocks",
        "editorial/ids.py": "identifiers sort by when they were made; nothing is decided by them",
        "editorial/vault/": "limits on waiting for the keyring's own processes; no post depends on them",
        "connectors/practice/": "a server of its own, whose time is the network's and not the desk's",
    },
    rules.prints: {
        "desktop/cli.py": "the command line's way to its reader",
        "desktop/output.py": "the command line's way to its reader",
    },
    rules.scheduler_reaches_networks: {},
}
EVERY_PLACE = (*PACKAGES, "tests", "dev.py")
EVERYWHERE = (rules.long_functions, rules.long_file, rules.crowded_classes, rules.unsafe, rules.bare_silencing)
PLACES: list[tuple[Rule, tuple[str, ...]]] = [
    *((rule, EVERY_PLACE) for rule in EVERYWHERE),
    (rules.sleeps, ("connectors",)),
    (rules.reads_clock, PACKAGES),
    (rules.prints, PACKAGES),
    (rules.scheduler_reaches_networks, ("scheduler",)),
]


PROOFS: dict[str, Rule] = {name: rules.constructs(name) for name in ("Cleared", "VerifiedCharter")}
"""Classes whose instances prove something: made where it is proven and nowhere else."""


@cache
def findings() -> dict[Rule, list[tuple[str, int, str]]]:
    """What each rule finds in every file, as (path, line, words). A file is parsed once for all of them."""
    wanted = [*PLACES, *((rule, EVERY_PLACE) for rule in PROOFS.values())]
    found: dict[Rule, list[tuple[str, int, str]]] = {rule: [] for rule, _ in wanted}
    for source in everything():
        for rule, places in wanted:
            if source.path.partition("/")[0] in places:
                found[rule] += [(source.path, line, words) for line, words in rule(source)]
    return found


def broken(rule: Rule, exceptions: Iterable[str]) -> list[str]:
    """What the rule finds outside the exceptions, as `path:line: words`."""

    def excepted(path: str) -> bool:
        return any(path == each or (each.endswith("/") and path.startswith(each)) for each in exceptions)

    return [f"{path}:{line}: {words}" for path, line, words in findings()[rule] if not excepted(path)]


@pytest.mark.parametrize(("rule", "places"), PLACES, ids=lambda value: getattr(value, "__name__", "."))
def test_rule_holds(rule: Rule, places: tuple[str, ...]) -> None:
    assert {source.path.partition("/")[0] for source in everything()} >= set(places)
    assert broken(rule, EXCEPTIONS[rule]) == []


@pytest.mark.parametrize("name", PROOFS)
def test_proofs_are_made_only_where_they_are_proven(name: str) -> None:
    homes = [source.path for source in product() if rules.defines(source, name)]
    assert len(homes) == 1
    assert broken(PROOFS[name], homes) == []


def test_every_package_says_what_lives_there() -> None:
    packages = [source for source in product() if source.path.endswith("/__init__.py")]
    assert [source.path for source in packages if len(ast.get_docstring(source.tree()) or "") < 40] == []


def test_every_folder_with_code_is_a_package() -> None:
    folders = {source.path.rpartition("/")[0] for source in everything() if "/" in source.path}
    scripts = {folder for folder in folders if "/migrations" in folder}  # Alembic runs these by path
    # Python runs these by PYTHONPATH.
    scripts |= {"tests/end_to_end/talkative", "tests/end_to_end/without_qt", "tests/desktop/commands/breaking"}
    assert [folder for folder in sorted(folders - scripts) if not (ROOT / folder / "__init__.py").exists()] == []


def test_resources_hold_no_code() -> None:
    # verify.py is data to us: it goes into bundles as it is, and nothing of ours imports it
    code = [path.relative_to(ROOT).as_posix() for path in (ROOT / "resources").rglob("*.py")]
    assert sorted(code) == ["resources/__init__.py", "resources/evidence/verify.py"]
