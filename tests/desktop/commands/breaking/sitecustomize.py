"""Put this folder on PYTHONPATH: Python and its children refuse Qt, and SIGNPOST_BREAK names what else is broken.

A break is made right after the module it belongs to was loaded, so that everybody who imports it gets the broken one.
"""

import importlib.util
import os
import runpy
import sys
from collections.abc import Callable, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

NO_QT = Path(__file__).parents[3] / "end_to_end" / "without_qt" / "sitecustomize.py"


def _drop_alt(module: Any) -> None:
    kept = module.Publishing.add_media
    module.Publishing.add_media = lambda self, account, data, alt: kept(self, account, data, "")


def _vouch_for_anything(module: Any) -> None:
    honest = module.verify_entries

    def blind(rows: Any, head: Any = None) -> Any:
        verdict = honest(rows, head)
        return module.Verdict(head.size, head.root) if verdict.problem is not None and head else verdict

    module.verify_entries = blind


def _let_everybody_sign(module: Any) -> None:
    module.Review.why_not = lambda self, actor, post_id: ""


def _see_no_hold(module: Any) -> None:
    module.stopping = lambda session, account_id, post_id: None


def _release_nothing(module: Any) -> None:
    module._release = lambda unit, lifted: None


def _bug(module: Any) -> None:
    def run_hold(*arguments: object) -> int:
        raise RuntimeError("token=very-secret-0123456789")

    module.run_hold = run_hold


def _interrupt(module: Any) -> None:
    def run_hold(*arguments: object) -> int:
        raise KeyboardInterrupt

    module.run_hold = run_hold


BREAKS: dict[str, tuple[str, Callable[[Any], None]]] = {
    "alt": ("connectors.practice.server.publishing", _drop_alt),
    "verifier": ("editorial.audit.verify", _vouch_for_anything),
    "four eyes": ("editorial.posts.review", _let_everybody_sign),
    "hold": ("editorial.delivery.holds", _see_no_hold),
    "lift": ("editorial.delivery.stopping", _release_nothing),
    "bug": ("desktop.commands.hold", _bug),
    "interrupt": ("desktop.commands.hold", _interrupt),
}


class Breaking(MetaPathFinder, Loader):
    """Loads one module as usual and breaks it."""

    def __init__(self, name: str, break_it: Callable[[Any], None]) -> None:
        self._name, self._break_it = name, break_it

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The module's own spec, loaded by us."""
        if fullname != self._name:
            return None
        sys.meta_path.remove(self)
        self._spec = importlib.util.find_spec(fullname)
        assert self._spec is not None
        return importlib.util.spec_from_file_location(fullname, self._spec.origin, loader=self)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """An ordinary module."""
        return None

    def exec_module(self, module: ModuleType) -> None:
        """As usual, then broken."""
        assert self._spec is not None
        assert self._spec.loader is not None
        self._spec.loader.exec_module(module)
        self._break_it(module)


runpy.run_path(str(NO_QT))
if (wanted := os.environ.get("SIGNPOST_BREAK", "")) in BREAKS:
    sys.meta_path.insert(0, Breaking(*BREAKS[wanted]))
