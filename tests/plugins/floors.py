"""The coverage floors of pyproject.toml, judged at the end of a full run (`--coverage-floors`, which dev.py passes)."""

import io
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest
from coverage import Coverage
from coverage.exceptions import NoDataError

ROOT = Path(__file__).resolve().parents[2]
_LINES = pytest.StashKey[list[str]]()


def floors() -> dict[str, float]:
    """Lowest per cent of branches and lines by package, `all` being everything measured."""
    data = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return {str(name): float(value) for name, value in data["tool"]["signpost"]["coverage-floors"].items()}


def measured(package: str, data_file: str | None = None) -> float:
    """Per cent covered of a package, or of `all`; 0 where nothing was measured."""
    coverage = Coverage() if data_file is None else Coverage(data_file=data_file)
    coverage.load()
    try:
        return coverage.report(include=None if package == "all" else [f"{package}/*"], file=io.StringIO())
    except NoDataError:
        return 0.0


def verdicts(wanted: Mapping[str, float], found: Mapping[str, float]) -> tuple[list[str], bool]:
    """A line for each floor, and whether all hold."""
    lines = [
        f"{name}: {found[name]:.2f} % covered, the floor is {floor:g} %{'' if found[name] >= floor else ': TOO LOW'}"
        for name, floor in wanted.items()
    ]
    return lines, all(found[name] >= floor for name, floor in wanted.items())


def pytest_addoption(parser: pytest.Parser) -> None:
    help_text = "fail below the coverage floors of pyproject.toml (with --cov)"
    parser.getgroup("signpost").addoption("--coverage-floors", action="store_true", help=help_text)


def pytest_sessionfinish(session: pytest.Session) -> None:
    config = session.config
    worker = hasattr(config, "workerinput")  # one of several processes: the first one judges them all
    if worker or not config.getoption("--coverage-floors") or config.getoption("collectonly"):
        return
    wanted = floors()
    lines, good = verdicts(wanted, {name: measured(name) for name in wanted})
    config.stash[_LINES] = lines
    if not good and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    lines = config.stash.get(_LINES, [])
    if lines:
        terminalreporter.section("coverage floors")
        for line in lines:
            terminalreporter.line(line, red="TOO LOW" in line)
