"""The source of the product as the house rules see it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("editorial", "connectors", "scheduler", "desktop")


@dataclass(frozen=True)
class Source:
    """One Python file: its path from the top, with slashes, and its text."""

    path: str
    text: str

    def tree(self) -> ast.Module:
        """The parsed file; the last one is kept, so ask all rules about a file before the next."""
        return _parsed(self.path, self.text)

    @property
    def module(self) -> str:
        """The dotted name it is imported by."""
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


@lru_cache(maxsize=1)
def _parsed(path: str, text: str) -> ast.Module:
    return ast.parse(text, path)


@cache
def _files(folder: str) -> tuple[Source, ...]:
    files = sorted((ROOT / folder).rglob("*.py"))
    return tuple(Source(file.relative_to(ROOT).as_posix(), file.read_text(encoding="utf-8")) for file in files)


def product() -> tuple[Source, ...]:
    """Every file of the four packages."""
    return tuple(source for package in PACKAGES for source in _files(package))


def everything() -> tuple[Source, ...]:
    """The four packages, the tests and dev.py."""
    dev = Source("dev.py", (ROOT / "dev.py").read_text(encoding="utf-8"))
    return (*product(), *_files("tests"), dev)


def dotted(node: ast.AST) -> str:
    """`a.b.c` for a name or a chain of attributes; empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        head = dotted(node.value)
        return f"{head}.{node.attr}" if head else ""
    return ""


def calls(tree: ast.Module) -> Iterator[tuple[int, str, ast.Call]]:
    """Every call as (line, full dotted name, node), with the names that imports gave undone."""
    known = dict(imports(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            head, dot, rest = dotted(node.func).partition(".")
            yield node.lineno, known.get(head, head) + dot + rest, node


def imports(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Every imported thing as (name here, full dotted name), wherever in the file it is imported."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield (alias.asname, alias.name) if alias.asname else (alias.name.partition(".")[0],) * 2
                if not alias.asname and "." in alias.name:
                    yield "", alias.name
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            for alias in node.names:
                yield alias.asname or alias.name, f"{node.module}.{alias.name}"
