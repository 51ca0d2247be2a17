"""dev.py as a person starts it, in a tree of its own with an interpreter that records what it is asked."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import dev

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the recording interpreter is a script with a shebang")

# Answers the two questions that dev.py asks; notes everything else, and fails if FAILING names the module.
RECORDER = f"""#!{sys.executable}
import json, os, sys
here = os.path.dirname(__file__)
if "import pip" in sys.argv[2]:
    sys.exit(print(sys.version))
if "purelib" in sys.argv[2]:
    sys.exit(print(here))
with open(os.path.join(here, "asked"), "a") as log:
    log.write(json.dumps([sys.argv[1:], os.environ.get("QT_QPA_PLATFORM", "")]) + "\\n")
if "compile" in sys.argv:
    with open(sys.argv[sys.argv.index("--output-file") + 1], "w") as lock:
        lock.write(os.environ.get("LOCKED", "thing==1 --hash=sha256:00\\n"))
sys.exit(sys.argv[2] in os.environ.get("FAILING", "").split())
"""


class Tree:
    """A copy of dev.py with locks and the recording interpreter."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.programs = root / ".venv" / "bin"
        self.programs.mkdir(parents=True)
        shutil.copy(dev.ROOT / "dev.py", root)
        for name in (dev.LOCK, dev.DEV_LOCK):
            (root / name).write_text("thing==1 --hash=sha256:00\n")
        (self.programs / "python").write_text(RECORDER)
        (self.programs / "python").chmod(0o755)
        (root / ".venv" / "pyvenv.cfg").write_text("")

    def start(self, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """Run dev.py without a screen, unless the environment says otherwise."""
        known = {name: value for name, value in os.environ.items() if not name.startswith(("QT_", "COVERAGE_"))}
        known = {name: value for name, value in known.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
        command = [sys.executable, str(self.root / "dev.py"), *arguments]
        return subprocess.run(command, env={**known, **environ}, capture_output=True, text=True, cwd=self.root.parent)

    def asked(self) -> list[tuple[list[str], str]]:
        """What the interpreter was asked since the last time: arguments and Qt's platform."""
        log = self.programs / "asked"
        lines = log.read_text().splitlines() if log.exists() else []
        log.unlink(missing_ok=True)
        return [(arguments, platform) for arguments, platform in map(json.loads, lines)]


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """Where nothing is installed yet."""
    return Tree(tmp_path / "tree")


@pytest.fixture
def installed(tree: Tree) -> Tree:
    """Where everything is installed."""
    assert tree.start("lint").returncode == 0
    tree.asked()
    return tree


def test_packages_are_installed_by_hash_and_once(tree: Tree) -> None:
    assert tree.start("run").returncode == 0
    (pip, _), (command, _) = tree.asked()
    assert pip[:3] == ["-m", "pip", "install"]
    assert {"--require-hashes", "--only-binary", ":all:"} < set(pip)
    assert pip[-1] == str(tree.root / "requirements.lock")
    assert command == ["-m", "desktop.cli", "tour"]
    assert tree.start("run").returncode == 0
    assert [command for command, _ in tree.asked()] == [["-m", "desktop.cli", "tour"]]


def test_the_larger_lock_serves_for_the_smaller_and_a_changed_lock_is_installed(installed: Tree) -> None:
    installed.start("run")
    assert len(installed.asked()) == 1
    (installed.root / "requirements.lock").write_text("thing==2 --hash=sha256:00\n")
    installed.start("run")
    assert installed.asked()[0][0][:3] == ["-m", "pip", "install"]


def test_a_failed_install_is_said_and_tried_again(tree: Tree) -> None:
    failed = tree.start("run", FAILING="pip")
    assert failed.returncode == 1
    assert failed.stderr == (
        "pip could not install the packages of requirements.lock (exit code 1); what it said stands above.\n"
    )
    assert len(tree.asked()) == 1
    tree.start("run")
    assert len(tree.asked()) == 2


def test_run_says_that_there_is_no_screen_and_takes_the_tour(installed: Tree) -> None:
    done = installed.start("run")
    assert (
        done.stdout
        == "There is no screen here, so this is the tour instead of the desktop: the main job, step by step.\n"
    )
    assert installed.start("run", FAILING="desktop.cli").returncode == 1


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a screen")
def test_run_opens_the_demo_on_a_screen(installed: Tree) -> None:
    done = installed.start("run", DISPLAY=":0")
    lacking = "Signpost needs" in done.stderr  # a computer without a screen may lack what only a screen needs
    assert lacking or installed.asked() == [(["-m", "desktop.cli", "demo"], "")]


def test_a_full_run_checks_first_then_tests_and_judges_coverage_when_asked(installed: Tree) -> None:
    done = installed.start("test", FAILING="mypy")
    assert done.returncode == 1
    assert "FAILED: mypy. The tests run all the same" in done.stdout
    asked = installed.asked()
    assert [command[1] for command, _ in asked[:3]] == ["ruff", "ruff", "mypy"]
    assert "importlinter" in asked[3][0][1]
    options = ["--numprocesses=auto", "--dist=loadscope"]
    assert asked[4] == (["-m", "pytest", *options], "offscreen")
    installed.start("test", "--coverage")
    options += ["--cov", "--cov-report=term:skip-covered", "--coverage-floors"]
    assert installed.asked()[-1] == (["-m", "pytest", *options], "offscreen")


def test_paths_and_tiers_narrow_the_run(installed: Tree) -> None:
    assert installed.start("test", "--slow", "-m", "slow", "tests/house").returncode == 0
    assert installed.asked() == [(["-m", "pytest", "--slow", "-m", "slow", "tests/house"], "offscreen")]
    assert installed.start("test", "tests/house", FAILING="pytest").returncode == 1


def test_lint_names_all_that_failed(installed: Tree) -> None:
    done = installed.start("lint", FAILING="ruff mypy")
    assert done.returncode == 1
    assert done.stdout.endswith("FAILED: ruff check, ruff format and mypy\n")
    assert len(installed.asked()) == 4


def test_screens_go_where_the_person_stands(installed: Tree) -> None:
    assert installed.start("screens", "pictures").returncode == 0
    assert installed.asked() == [(["-m", "tests.screens", str(installed.root.parent / "pictures")], "offscreen")]


def test_lock_writes_both_and_refuses_an_address(installed: Tree) -> None:
    assert installed.start("lock").returncode == 0
    for name in (dev.LOCK, dev.DEV_LOCK):
        assert (installed.root / name).read_text() == (
            "# Written by `python3 dev.py lock`.\nthing==1 --hash=sha256:00\n"
        )
    installed.start("lint")
    refused = installed.start("lock", LOCKED="thing @ https://example.org/thing.whl\n")
    assert refused.returncode == 1
    assert refused.stderr.startswith("requirements.lock names an address")


def test_the_tree_is_found_from_any_folder_and_has_its_command(installed: Tree) -> None:
    assert (installed.programs / "signpost.pth").read_text() == f"{installed.root}\n"
    script = installed.programs / "signpost"
    done = subprocess.run([str(script), "hold", "--reason", "two words"], capture_output=True, cwd="/")
    assert done.returncode == 0
    assert installed.asked()[-1][0] == ["-m", "desktop.cli", "hold", "--reason", "two words"]
