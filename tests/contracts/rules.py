"""The house rules as functions of one file: each yields (line, what is wrong). The tests apply them to the tree."""

import ast
import re
from collections.abc import Callable, Iterator

from tests.contracts.source import Source, calls, dotted, imports

Rule = Callable[[Source], Iterator[tuple[int, str]]]

FUNCTION_LINES, FILE_LINES, CLASS_METHODS, WINDOW_LINES = 40, 400, 25, 300
_FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)
_UNSAFE_MODULES = {"pickle", "marshal", "shelve", "dill", "cloudpickle", "jsonpickle", "imp"}
_UNSAFE_CALLS = {
    "eval",
    "exec",
    "yaml.load",
    "yaml.unsafe_load",
    "os.system",
    "os.popen",
    "builtins.eval",
    "builtins.exec",
}
_CLOCKS = {
    "time.time", "time.time_ns", "time.monotonic", "time.monotonic_ns", "time.perf_counter", "time.localtime",
    "time.gmtime", "time.strftime", "time.ctime", "datetime.datetime.now", "datetime.datetime.utcnow",
    "datetime.datetime.today", "datetime.date.today", "PySide6.QtCore.QDateTime.currentDateTime",
    "PySide6.QtCore.QDateTime.currentDateTimeUtc", "PySide6.QtCore.QDateTime.currentMSecsSinceEpoch",
    "PySide6.QtCore.QDate.currentDate", "PySide6.QtCore.QTime.currentTime",
}  # fmt: skip
_SLEEPS = {"time.sleep", "asyncio.sleep"}
_BARE = re.compile(r"#\s*(noqa|type:\s*ignore)(?![:\[]|\s*:\s*[A-Z])", re.IGNORECASE)


def long_functions(source: Source) -> Iterator[tuple[int, str]]:
    """A function is at most 40 lines, from its `def` to its end."""
    for node in ast.walk(source.tree()):
        if isinstance(node, _FUNCTION) and node.end_lineno is not None:
            lines = node.end_lineno - node.lineno + 1
            if lines > FUNCTION_LINES:
                yield node.lineno, f"{node.name} has {lines} lines, {FUNCTION_LINES} are allowed"


def long_file(source: Source) -> Iterator[tuple[int, str]]:
    """A file is at most 400 lines; the one with the main window 300."""
    lines = len(source.text.splitlines())
    windows = {"PySide6.QtWidgets.QMainWindow", "QtWidgets.QMainWindow", "QMainWindow"}
    nodes = [node for node in ast.walk(source.tree()) if isinstance(node, ast.ClassDef)]
    main_window = any(dotted(base) in windows for node in nodes for base in node.bases)
    allowed = WINDOW_LINES if main_window else FILE_LINES
    if lines > allowed:
        yield 1, f"the file has {lines} lines, {allowed} are allowed"


def crowded_classes(source: Source) -> Iterator[tuple[int, str]]:
    """A class has at most 25 methods."""
    for node in ast.walk(source.tree()):
        if isinstance(node, ast.ClassDef):
            methods = sum(isinstance(child, _FUNCTION) for child in node.body)
            if methods > CLASS_METHODS:
                yield node.lineno, f"{node.name} has {methods} methods, {CLASS_METHODS} are allowed"


def unsafe(source: Source) -> Iterator[tuple[int, str]]:
    """Nothing that turns data into code."""
    tree = source.tree()
    for _, name in imports(tree):
        if name.partition(".")[0] in _UNSAFE_MODULES:
            yield 1, f"imports {name}"
    for line, name, node in calls(tree):
        if name in _UNSAFE_CALLS:
            yield line, f"calls {name}"
        if any(
            word.arg == "shell" and dotted(word.value) != "False" and _is_true(word.value) for word in node.keywords
        ):
            yield line, f"calls {name} through a shell"


def _is_true(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is True


def bare_silencing(source: Source) -> Iterator[tuple[int, str]]:
    """A silenced warning names what it silences."""
    for number, line in enumerate(source.text.splitlines(), 1):
        if _BARE.search(line):
            yield number, "silences everything: name the code"


def sleeps(source: Source) -> Iterator[tuple[int, str]]:
    """Nothing waits by sleeping."""
    for line, name, _ in calls(source.tree()):
        if name in _SLEEPS:
            yield line, f"calls {name}"


def reads_clock(source: Source) -> Iterator[tuple[int, str]]:
    """The time is given, not read. Names count too: a clock handed on as a function is a clock."""
    tree = source.tree()
    known = dict(imports(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute | ast.Name):
            head, dot, rest = dotted(node).partition(".")
            name = known.get(head, head) + dot + rest
            if name in _CLOCKS:
                yield node.lineno, f"reads the clock by {name}"


def prints(source: Source) -> Iterator[tuple[int, str]]:
    """Words for people go through the command line's output module or the log."""
    for line, name, _ in calls(source.tree()):
        if name in {"print", "builtins.print", "pprint.pprint"}:
            yield line, f"calls {name}"


def constructs(name: str) -> Rule:
    """The rule that no instance of the class is made, by whatever way: call, `__new__`, `replace`, `copy`."""

    def rule(source: Source) -> Iterator[tuple[int, str]]:
        for line, called, node in calls(source.tree()):
            if called.rpartition(".")[2] == name:
                yield line, f"constructs {name}"
            named = any(dotted(argument).rpartition(".")[2] == name for argument in node.args)
            if called.endswith("__new__") and (named or called.split(".")[-2:-1] == [name]):
                yield line, f"constructs {name} by __new__"

    return rule


def defines(source: Source, name: str) -> bool:
    """Whether the class is defined in this file."""
    return any(isinstance(node, ast.ClassDef) and node.name == name for node in ast.walk(source.tree()))


def scheduler_reaches_networks(source: Source) -> Iterator[tuple[int, str]]:
    """The scheduler knows the connectors' interface and their registry, no network's own module."""
    allowed = ("connectors.base", "connectors.registry")
    for _, name in imports(source.tree()):
        if name.startswith("connectors.") and not any(name == good or name.startswith(good + ".") for good in allowed):
            yield 1, f"imports {name}"
        if name == "connectors":
            yield 1, "imports connectors as a whole"
