"""Put this folder on PYTHONPATH, and Python and all its children log everything, whatever levels a program sets.

Each process writes what its root logger is told into a file of its own in the folder that SIGNPOST_TALK names.
"""

import logging
import os
import sys
from pathlib import Path


class Talkative(logging.Logger):
    """A logger that lets every record through."""

    def isEnabledFor(self, level: int) -> bool:  # noqa: N802 - logging's name
        """Always."""
        return True


logging.setLoggerClass(Talkative)
logging.getLogger().isEnabledFor = lambda level: True  # type: ignore[method-assign]
_handler = logging.FileHandler(Path(os.environ["SIGNPOST_TALK"]) / f"{os.getpid()}.log", encoding="utf-8")
_handler.setFormatter(logging.Formatter("%(levelname)s %(name)s %(args)s %(message)s"))
logging.getLogger().addHandler(_handler)
logging.getLogger("talkative").debug("%s", sys.argv)
