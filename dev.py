#!/usr/bin/env python3
"""Everything a fresh clone needs, with the standard library alone.

    python3 dev.py run                                    the desktop on a demo workspace, or the tour without a screen
    python3 dev.py test [--slow] [--live] [--soak] [...]  checks and tests; paths and pytest's own options narrow it,
                                                          --coverage ends a full run with the coverage floors
    python3 dev.py lint                                   ruff, mypy and the import contract
    python3 dev.py lock [--upgrade]                       write both lock files anew
    python3 dev.py screens [DIR]                          pictures of every screen, light and dark
    python3 dev.py freeze                                 the program as a folder that needs no Python

It makes `.venv`, installs the hash-locked packages and sees to the system libraries: it installs them where it may
(root with apt-get) and otherwise stops with one sentence that holds the exact command.
"""

# An old Python has to understand this file far enough to be told that it is too old: keep to the syntax of 3.8.
from __future__ import annotations

import argparse
import hashlib
import importlib.util
import os
import platform
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

TYPE_CHECKING = False  # `typing` costs a tenth of a second run's overhead
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import NoReturn

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
STAMP = VENV / "signpost-stamp"  # which packages were installed
FLOOR = (3, 11)
LOCK, DEV_LOCK = "requirements.lock", "requirements-dev.lock"
COMMANDS = ("run", "test", "lint", "lock", "screens", "freeze")

# What Qt loads on Linux, and the Debian package that holds it. The wheel brings everything else.
QT_LIBRARIES = {
    "libglib-2.0.so.0": "libglib2.0-0", "libGL.so.1": "libgl1", "libEGL.so.1": "libegl1",
    "libxkbcommon.so.0": "libxkbcommon0", "libfontconfig.so.1": "libfontconfig1", "libdbus-1.so.3": "libdbus-1-3",
}  # fmt: skip
X11_LIBRARIES = {
    "libxcb-cursor.so.0": "libxcb-cursor0", "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-icccm.so.4": "libxcb-icccm4", "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
}  # fmt: skip
WAYLAND_LIBRARIES = {
    "libwayland-client.so.0": "libwayland-client0", "libwayland-cursor.so.0": "libwayland-cursor0",
}  # fmt: skip
KEYRING_PROGRAMS = {"dbus-daemon": "dbus", "gnome-keyring-daemon": "gnome-keyring"}
PYTHON_PARTS = ("ctypes", "sqlite3", "ssl", "venv")


@dataclass(frozen=True)
class Machine:
    """What the checks may ask about this computer; tests pass another one."""

    system: str  # as platform.system() names it
    version: tuple[int, ...]  # of the running Python
    root: bool
    apt: bool
    distribution_python: bool  # the running Python came with the system
    venv: bool  # `.venv` was finished once, by a Python of this version
    environ: Mapping[str, str]
    loads: Callable[[str], bool]  # can this shared library be loaded?
    finds: Callable[[str], bool]  # is this program on the path?
    has: Callable[[str], bool]  # does this Python have this module?

    @property
    def screen(self) -> bool:
        """Whether a window could be shown."""
        return self.system != "Linux" or bool(self.environ.get("DISPLAY") or self.environ.get("WAYLAND_DISPLAY"))


def loads(name: str) -> bool:
    """Whether the shared library can be loaded, which is the only question that counts."""
    import ctypes

    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def this_machine() -> Machine:
    """The computer that this runs on."""
    return Machine(
        system=platform.system(),
        version=tuple(sys.version_info[:3]),
        root=hasattr(os, "geteuid") and os.geteuid() == 0,
        apt=shutil.which("apt-get") is not None,
        distribution_python=sys.base_prefix == "/usr",
        venv=STAMP.exists() and f"version = {platform.python_version()}" in (VENV / "pyvenv.cfg").read_text(),
        environ=os.environ,
        loads=loads,
        finds=lambda name: shutil.which(name) is not None,
        has=lambda name: importlib.util.find_spec(name) is not None,
    )


def unusable_python(machine: Machine) -> str | None:
    """One sentence if this Python cannot run Signpost and no package would mend it."""
    if machine.version < FLOOR:
        wanted, found = (".".join(map(str, version)) for version in (FLOOR, machine.version))
        return f"Signpost needs Python {wanted} or newer and this is {found}: start dev.py with a newer one."
    gone = [part for part in PYTHON_PARTS if not machine.has("_" + part if part != "venv" else part)]
    if gone:
        return f"This Python was built without {words(gone)}: start dev.py with one that has it."
    if not machine.venv and not machine.has("ensurepip") and not machine.distribution_python:
        return "This Python was built without ensurepip: start dev.py with one that has it."
    return None


def needs(command: str, machine: Machine) -> dict[str, str]:
    """What the command needs and this computer lacks, each with the Debian package that holds it."""
    minor = ".".join(map(str, machine.version[:2]))
    lacking = {}
    if not machine.venv and not machine.has("ensurepip"):
        lacking["Python's ensurepip"] = f"python{minor}-venv"
    if machine.system != "Linux" or command in ("lint", "lock"):
        return lacking
    libraries, programs = dict(QT_LIBRARIES), dict(KEYRING_PROGRAMS)
    if command == "run" and machine.environ.get("DISPLAY"):
        libraries.update(X11_LIBRARIES)
    if command == "run" and machine.environ.get("WAYLAND_DISPLAY"):
        libraries.update(WAYLAND_LIBRARIES)
    if command == "run" and machine.screen and machine.environ.get("DBUS_SESSION_BUS_ADDRESS"):
        programs = {}  # a desktop session has a keyring of its own, or Signpost says on screen that it has none
    if command == "freeze":
        programs = {"objdump": "binutils"}
        if machine.distribution_python:
            libraries[f"libpython{minor}.so.1.0"] = f"libpython{minor}"
    lacking.update({name: package for name, package in libraries.items() if not machine.loads(name)})
    lacking.update({name: package for name, package in programs.items() if not machine.finds(name)})
    return lacking


def words(names: Iterable[str]) -> str:
    """A list as a sentence has it: a, b and c."""
    names = list(names)
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)


def install_commands(lacking: Mapping[str, str]) -> list[list[str]]:
    """What root has to run with apt-get; a package that holds several things is named once."""
    packages = dict.fromkeys(lacking.values())
    return [["apt-get", "update"], ["apt-get", "install", "-y", "--no-install-recommends", *packages]]


def remedy(lacking: Mapping[str, str], machine: Machine) -> str:
    """The one sentence for somebody whose computer lacks these and where dev.py may not install them."""
    names = words(lacking)
    if not machine.apt:
        return f"Signpost needs {names}: install them with this system's package manager and start again."
    commands = " && ".join(" ".join(["sudo", *command]) for command in install_commands(lacking))
    return f"Signpost needs {names}, which this computer lacks: run `{commands}` and start again."


def say(sentence: str) -> None:
    """A line for the person, in order with what child processes print."""
    print(sentence, flush=True)


def stop(sentence: str) -> NoReturn:
    """End with exit code 1 and one sentence."""
    raise SystemExit(sentence)


def prepare_system(command: str, machine: Machine) -> None:
    """Leave this computer with everything that the command needs, or stop with one sentence."""
    sentence = unusable_python(machine)
    if sentence:
        stop(sentence)
    lacking = needs(command, machine)
    if not lacking:
        return
    if not (machine.root and machine.apt):
        stop(remedy(lacking, machine))
    say(f"Installing {words(lacking.values())} with apt-get ...")
    environ = {**machine.environ, "DEBIAN_FRONTEND": "noninteractive"}
    said = ""
    for apt in install_commands(lacking):  # an update may fail over a source that is not needed: the check decides
        quiet = [apt[0], "-qq", "-o", "DPkg::Lock::Timeout=300", *apt[1:]]
        done = subprocess.run(
            quiet, env=environ, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        said += done.stdout
    importlib.invalidate_caches()
    lacking = needs(command, machine)
    if lacking:
        print(said[-4000:], file=sys.stderr)
        stop(f"apt-get could not provide {words(lacking)}; what it said stands above.")


def venv_program(name: str) -> Path:
    """A program of the virtual environment."""
    return VENV / ("Scripts/" + name + ".exe" if os.name == "nt" else "bin/" + name)


def fingerprint() -> str:
    """Changes with everything that the installed packages depend on."""
    parts = [(ROOT / name).read_bytes() for name in (LOCK, DEV_LOCK)]
    return hashlib.sha256(b"\0".join([*parts, sys.version.encode(), str(ROOT).encode()])).hexdigest()


def prepare_packages(lock: str) -> None:
    """Leave `.venv` with the packages of the lock. Takes no time if they are there; the dev lock holds the other."""
    wanted = fingerprint()
    found, _, installed = STAMP.read_text().partition(" ") if STAMP.exists() else ("", "", "")
    if found == wanted and installed in (lock, DEV_LOCK) and venv_program("python").exists():
        return
    make_venv()
    say(f"Installing the packages of {lock} into .venv ...")
    pip = python("-m", "pip", "install", "--disable-pip-version-check", "--no-input", "-qq")
    pip += ["--require-hashes", "--only-binary", ":all:", "--requirement", str(ROOT / lock)]
    code = call(pip)
    if code != 0:
        stop(f"pip could not install the packages of {lock} (exit code {code}); what it said stands above.")
    make_commands()
    STAMP.write_text(f"{wanted} {lock}")


def make_venv() -> None:
    """Leave `.venv` with a working pip of this very Python."""
    if venv_program("python").exists():
        probe = python("-c", "import pip, sys; print(sys.version)")
        answer = subprocess.run(probe, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if answer.stdout.strip() == sys.version.strip():
            return
    say("Making .venv ...")
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], stdin=subprocess.DEVNULL)
    if made.returncode != 0:
        shutil.rmtree(VENV, ignore_errors=True)
        stop("Python could not make .venv; what it said stands above.")


def make_commands() -> None:
    """Let `.venv` find the tree from any folder, and give it the `signpost` command."""
    query = python("-c", "import sysconfig; print(sysconfig.get_path('purelib'))")
    packages = subprocess.run(query, capture_output=True, text=True, check=True).stdout.strip()
    (Path(packages) / "signpost.pth").write_text(f"{ROOT}\n", encoding="utf-8")
    folder = venv_program("python").parent
    if os.name == "nt":
        (folder / "signpost.cmd").write_text('@"%~dp0python.exe" -m desktop.cli %*\n')
        return
    (folder / "signpost").write_text(f'#!/bin/sh\nexec "{folder}/python" -m desktop.cli "$@"\n')
    (folder / "signpost").chmod(0o755)


def call(command: Sequence[str], environ: Mapping[str, str] | None = None) -> int:
    """Run and return the exit code. Ctrl-C reaches the child too, which is left to end in its own way."""
    process = subprocess.Popen(command, cwd=ROOT, env=environ)
    while True:
        try:
            code = process.wait()
        except KeyboardInterrupt:
            continue
        return code if code >= 0 else 128 - code  # as a shell reports a signal


def become(command: Sequence[str], environ: Mapping[str, str]) -> int:
    """Hand this process over, so that signals and the terminal reach the program itself."""
    if os.name != "nt":
        os.chdir(ROOT)
        os.execve(command[0], list(command), dict(environ))  # noqa: S606 - the Python of .venv
    return call(command, environ)


def offscreen(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment in which Qt draws without a screen, unless the caller chose one."""
    calm = {"QT_QPA_PLATFORM": "offscreen", "QT_LOGGING_RULES": "qt.text.font.db=false"}
    return {**calm, **environ}


def python(*arguments: str) -> list[str]:
    """A command line of the virtual environment's Python."""
    return [str(venv_program("python")), *arguments]


def failed_checks() -> list[str]:
    """Run the four quick checks, each to its end, and name those that failed."""
    imports = "from importlinter.cli import lint_imports_command as main; main()"
    checks = {
        "ruff check": python("-m", "ruff", "check", "."),
        "ruff format": python("-m", "ruff", "format", "--check", "."),
        "mypy": python("-m", "mypy"),
        "import contract": python("-c", imports, "--no-logo"),
    }
    failed = []
    for name, command in checks.items():
        say(f"--- {name}")
        if call(command) != 0:
            failed.append(name)
    return failed


def run(machine: Machine) -> int:
    """The desktop on the demo workspace; without a screen the tour."""
    if machine.screen:
        return become(python("-m", "desktop.cli", "demo"), machine.environ)
    say("There is no screen here, so this is the tour instead of the desktop: the main job, step by step.")
    return become(python("-m", "desktop.cli", "tour"), machine.environ)


def test(machine: Machine, tiers: Sequence[str], rest: Sequence[str], coverage: bool) -> int:
    """The tests; a full run starts with the quick checks. `coverage` ends it with the floors of pyproject.toml."""
    failed: list[str] = []
    options = list(tiers)
    if not rest:
        if failed := failed_checks():
            say(f"FAILED: {words(failed)}. The tests run all the same; the exit code will not be 0.")
        options += ["--numprocesses=auto", "--dist=loadscope"]
    if coverage:
        options += ["--cov", "--cov-report=term:skip-covered", "--coverage-floors"]
    code = call(python("-m", "pytest", *options, *rest), offscreen(machine.environ))
    return code or int(bool(failed))


def lint() -> int:
    """The quick checks alone."""
    failed = failed_checks()
    say(f"FAILED: {words(failed)}" if failed else "All checks passed.")
    return int(bool(failed))


def lock(upgrade: bool) -> int:
    """Resolve pyproject.toml for every system and write both locks, without an address of any index or machine."""
    uv = python("-m", "uv", "pip", "compile", "--quiet", "--universal", "--python-version", ".".join(map(str, FLOOR)))
    uv += ["--generate-hashes", "--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links"]
    uv += ["--no-strip-extras"]  # the pip of Python 3.11 takes `name==1` for no pin of a wanted `name[extra]`
    uv += ["--upgrade"] if upgrade else []
    for name, options in ((LOCK, []), (DEV_LOCK, ["--extra", "dev", "--constraint", LOCK])):
        code = call([*uv, *options, "--output-file", name, "pyproject.toml"])
        if code != 0:
            return code
        text = (ROOT / name).read_text(encoding="utf-8")
        if "://" in text or " @ " in text:
            stop(f"{name} names an address: make the lock where packages come from an index, then compare it.")
        (ROOT / name).write_text(f"# Written by `python3 dev.py lock`.\n{text}", encoding="utf-8")
    return 0


def freeze(machine: Machine) -> int:
    """Build the one-folder program and let it check itself, without a screen and without writing beside itself."""
    code = call(python("-m", "PyInstaller", "--noconfirm", "build.spec"))
    if code != 0:
        return code
    folder = ROOT / "dist" / "signpost"
    before = sorted(folder.rglob("*"))
    program = folder / ("signpost.exe" if os.name == "nt" else "signpost")
    code = call([str(program), "--self-check"], offscreen(os.environ))
    if code == 0 and sorted(folder.rglob("*")) != before:
        stop("The frozen program wrote into its own folder, which an ordinary user may not do.")
    say(f"{folder} works." if code == 0 else f"The self-check of {folder} failed with exit code {code}.")
    return code


def parse(arguments: Sequence[str]) -> tuple[argparse.Namespace, list[str]]:
    """The command and its options; what `test` does not know goes to pytest."""
    parser = argparse.ArgumentParser(prog="dev.py", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    parsers = {name: commands.add_parser(name, allow_abbrev=False) for name in COMMANDS}
    for tier in ("--slow", "--live", "--soak"):
        parsers["test"].add_argument(tier, dest="tiers", action="append_const", const=tier)
    parsers["test"].add_argument("--coverage", action="store_true")
    parsers["lock"].add_argument("--upgrade", action="store_true")
    parsers["screens"].add_argument("folder", nargs="?", default="screens")
    options, rest = parser.parse_known_args(arguments)
    if rest and options.command != "test":
        parser.error(f"{options.command} does not know {words(rest)}")
    return options, rest


def main(arguments: Sequence[str]) -> int:
    """Prepare what the command needs, then do it. Returns the exit code."""
    machine = this_machine()
    options, rest = parse(arguments)
    prepare_system(options.command, machine)
    prepare_packages(LOCK if options.command == "run" else DEV_LOCK)
    if options.command == "run":
        return run(machine)
    if options.command == "test":
        return test(machine, options.tiers or [], rest, options.coverage)
    if options.command == "lint":
        return lint()
    if options.command == "lock":
        return lock(options.upgrade)
    if options.command == "screens":
        return call(python("-m", "tests.screens", str(Path(options.folder).resolve())), offscreen(os.environ))
    return freeze(machine)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
