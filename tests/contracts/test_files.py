"""What the repository's other files must say, and what none of them may hold."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import dev
from tests.contracts.source import PACKAGES, ROOT

LOCKS = ("requirements.lock", "requirements-dev.lock")
FOLDERS = (*PACKAGES, "tests", "docs", "resources", ".ci")
TEXT = {".py", ".md", ".toml", ".lock", ".txt", ".json", ".spec", ".html", ".css", ".svg", ".ini", ".cfg", ".mako", ""}
# Written in pieces, so that this file does not hold what it forbids.
_HOSTS = ("pypi" + r"\.(org|python)", "python" + r"hosted\.org", "deb" + r"\.debian\.org", "npm" + r"js\.(org|com)")
_OPTIONS = ("--(extra-)?index-" + "url[ =]", "--find-" + "links[ =]", "proxy." + "golang")
_PATHS = (r"(?<![\w.])/(root|work)/", r"file:///\w")
_HOMES = (r"(?<![\w.])/(home|Users)/\w+", r"\b[A-Z]:\\Users\\")
MACHINE = re.compile("|".join((*_PATHS, *_HOSTS, *_OPTIONS, *_HOMES)))
IN_TESTS = re.compile("|".join((*_PATHS, *_HOSTS, *_OPTIONS)))  # a made-up home is a fair example there


def project() -> dict[str, Any]:
    """pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def texts() -> Iterator[Path]:
    """Every text file of the repository."""
    for folder in FOLDERS:
        yield from (path for path in sorted((ROOT / folder).rglob("*")) if "__pycache__" not in path.parts)
    yield from (path for path in sorted(ROOT.iterdir()) if not path.name.startswith(".coverage"))


def locked(name: str) -> dict[str, tuple[Requirement, int]]:
    """Each requirement of a lock with the number of its hashes."""
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    found: dict[str, tuple[Requirement, int]] = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            requirement, _, hashes = line.partition(" --hash=")
            parsed = Requirement(requirement.strip())
            found[canonicalize_name(parsed.name)] = (parsed, ("--hash=" + hashes).count("--hash=sha256:"))
    return found


def test_no_file_names_a_machine_or_a_package_index() -> None:
    found = []
    for path in texts():
        if path.is_file() and path.suffix in TEXT and path.name != "LICENSE":
            name = path.relative_to(ROOT).as_posix()
            pattern = IN_TESTS if name.startswith("tests/") else MACHINE
            lines = path.read_text(encoding="utf-8").splitlines()
            found += [f"{name}:{n}: {line[:80]}" for n, line in enumerate(lines, 1) if pattern.search(line)]
    assert found == []


@pytest.mark.parametrize(
    "line", ["/ho" + "me/me/x", "/ro" + "ot/x", "see https://py" + "pi.org/x", "C:" + "\\Users\\me"]
)
def test_such_a_line_would_be_found(line: str) -> None:
    assert MACHINE.search(line)


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_is_pinned_and_hashed(name: str) -> None:
    packages = locked(name)
    assert len(packages) > 40
    loose = [
        package
        for package, (requirement, hashes) in packages.items()
        if hashes == 0 or requirement.url or [part.operator for part in requirement.specifier] != ["=="]
    ]
    assert loose == []
    assert "://" not in (ROOT / name).read_text(encoding="utf-8")


def test_the_locks_agree_with_pyproject_and_each_other() -> None:
    runtime, everything = locked(LOCKS[0]), locked(LOCKS[1])
    wanted = project()["project"]
    for lines, packages in ((wanted["dependencies"], runtime), (wanted["optional-dependencies"]["dev"], everything)):
        for requirement in map(Requirement, lines):
            pin = next(iter(packages[canonicalize_name(requirement.name)][0].specifier)).version
            assert requirement.specifier.contains(pin), f"{requirement} and the lock's {pin}: run `python3 dev.py lock`"
    assert {name: str(pin.specifier) for name, (pin, _) in runtime.items()}.items() <= {
        name: str(pin.specifier) for name, (pin, _) in everything.items()
    }.items()


def test_one_python_floor() -> None:
    data = project()
    floor = ".".join(map(str, dev.FLOOR))
    assert data["project"]["requires-python"] == f">={floor}"
    assert data["tool"]["mypy"]["python_version"] == floor
    assert data["tool"]["ruff"]["target-version"] == "py" + floor.replace(".", "")


def test_qt_stays_below_the_release_that_aborts_on_python_3_11() -> None:
    qt = next(line for line in project()["project"]["dependencies"] if line.startswith("PySide6"))
    assert Requirement(qt).specifier.contains("6.11.3")
    assert not Requirement(qt).specifier.contains("6.12.0")


def test_an_old_python_understands_dev_py_far_enough_to_be_refused() -> None:
    source = (ROOT / "dev.py").read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 8))
    imported = {
        (node.module if isinstance(node, ast.ImportFrom) else node.names[0].name)
        for node in ast.parse(source).body
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert not imported & {"tomllib", "enum", "typing"}


@pytest.mark.parametrize("name", ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "LICENSE"])
def test_the_usual_files_are_there(name: str) -> None:
    assert len((ROOT / name).read_text(encoding="utf-8")) > 200


def test_every_decision_has_its_parts_and_numbers_have_no_gap() -> None:
    notes = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [int(note.name[:4]) for note in notes] == list(range(1, len(notes) + 1))
    for note in notes:
        headings = re.findall(r"^## (.+)$", note.read_text(encoding="utf-8"), re.MULTILINE)
        assert headings == ["Question", "Decision", "Reasons", "Alternatives"], note.name


def test_ci_is_executable_and_calls_the_test_command_of_the_readme() -> None:
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o111
    assert "python3 dev.py test" in script.read_text(encoding="utf-8")
    assert "python3 dev.py test" in (ROOT / "README.md").read_text(encoding="utf-8")
