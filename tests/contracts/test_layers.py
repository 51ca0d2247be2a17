"""desktop -> scheduler -> connectors -> editorial, downward only; and whatever runs without a window needs no Qt."""

import json
import subprocess
import sys

import pytest

from tests.contracts.source import ROOT, Source, product

BLOCKED = """
import importlib, json, sys

class NoQt:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("PySide6", "shiboken6"):
            raise ModuleNotFoundError(name + " is blocked", name=name)

sys.meta_path.insert(0, NoQt())
found = {}
for name in json.load(sys.stdin):
    try:
        importlib.import_module(name)
        found[name] = ""
    except BaseException as error:
        found[name] = repr(error)
json.dump(found, sys.stdout)
"""


def windowless(sources: tuple[Source, ...]) -> list[str]:
    """The modules that must do without Qt: all below the desktop, and the command line."""
    names = [source.module for source in sources if not source.path.startswith("desktop/")]
    names = [name for name in names if not name.endswith("__main__") and ".migrations" not in name]
    return [*names, "desktop.cli"]


def test_the_import_contracts_hold() -> None:
    # in a process of its own: import-linter sets logging up anew, which would silence the loggers of other tests
    program = "from importlinter.cli import lint_imports_command as main; main()"
    command = [sys.executable, "-c", program, "--no-logo", "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.fixture(scope="module")
def imported_without_qt() -> dict[str, str]:
    """What went wrong by module, in one process that has no Qt."""
    done = subprocess.run(
        [sys.executable, "-c", BLOCKED],
        input=json.dumps(windowless(product())),
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    found: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize("name", windowless(product()))
def test_imports_with_qt_blocked(name: str, imported_without_qt: dict[str, str]) -> None:
    assert imported_without_qt[name] == ""


def test_the_block_works() -> None:
    done = subprocess.run(
        [sys.executable, "-c", BLOCKED], input='["PySide6.QtCore", "json"]', capture_output=True, text=True, check=True
    )
    found = json.loads(done.stdout)
    assert found["json"] == ""
    assert "is blocked" in found["PySide6.QtCore"]
