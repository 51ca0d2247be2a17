"""Put this folder on PYTHONPATH, and Python and all its children refuse to import Qt, as where it is not installed."""

import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType


class Refusing(MetaPathFinder, Loader):
    """Finds Qt, so that a look at what is installed sees it, and loads none of it."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """A spec that cannot be loaded for Qt's packages; all others are not ours."""
        return ModuleSpec(fullname, self) if fullname.partition(".")[0] in ("PySide6", "shiboken6") else None

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """Raises ImportError."""
        raise ImportError(f"{spec.name} is refused here: this process must do without Qt")

    def exec_module(self, module: ModuleType) -> None:
        """Never reached."""
        raise ImportError(module.__name__)


sys.meta_path.insert(0, Refusing())
