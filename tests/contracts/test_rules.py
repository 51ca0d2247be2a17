"""Each house rule finds what it forbids and leaves alone what it does not."""

import pytest

from tests.contracts import rules
from tests.contracts.rules import Rule
from tests.contracts.source import Source

LONG = "def f():\n" + "    x = 1\n" * 40
WINDOW = "from PySide6.QtWidgets import QMainWindow\nclass Main(QMainWindow):\n    a = 1\n" + "\n" * 298
CROWDED = "class C:\n" + "".join(f"    def m{n}(self): ...\n" for n in range(26))

BROKEN: list[tuple[Rule, str]] = [
    (rules.long_functions, LONG),
    (rules.long_functions, LONG.replace("def", "async def")),
    (rules.long_file, "x = 1\n" * 401),
    (rules.long_file, WINDOW),
    (rules.crowded_classes, CROWDED),
    (rules.unsafe, "import pickle"),
    (rules.unsafe, "def f():\n    from marshal import loads"),
    (rules.unsafe, "import shelve as s"),
    (rules.unsafe, "eval('1')"),
    (rules.unsafe, "exec('1')"),
    (rules.unsafe, "import yaml\nyaml.load(x)"),
    (rules.unsafe, "from yaml import load as get\nget(x)"),
    (rules.unsafe, "import subprocess\nsubprocess.run('ls', shell=True)"),
    (rules.bare_silencing, "x = 1  # noqa"),
    (rules.bare_silencing, "x = 1  # type: ignore"),
    (rules.bare_silencing, "x = 1  # NOQA - because"),
    (rules.sleeps, "import time\ntime.sleep(1)"),
    (rules.sleeps, "from time import sleep as nap\nnap(1)"),
    (rules.reads_clock, "from datetime import datetime, UTC\ndatetime.now(UTC)"),
    (rules.reads_clock, "import datetime as d\nd.datetime.utcnow()"),
    (rules.reads_clock, "from datetime import date\ndate.today()"),
    (rules.reads_clock, "import time\ntime.time()"),
    (rules.reads_clock, "from time import monotonic\nf(default=monotonic)"),
    (rules.reads_clock, "from PySide6.QtCore import QDateTime\nQDateTime.currentDateTime()"),
    (rules.prints, "print(1)"),
    (rules.constructs("Cleared"), "Cleared(1)"),
    (rules.constructs("Cleared"), "from editorial import gate\ngate.Cleared(1)"),
    (rules.constructs("Cleared"), "from editorial.gate import Cleared as Free\nFree(1)"),
    (rules.constructs("Cleared"), "object.__new__(Cleared)"),
    (rules.constructs("Cleared"), "Cleared.__new__(Cleared)"),
    (rules.scheduler_reaches_networks, "from connectors.oauth import refresh"),
    (rules.scheduler_reaches_networks, "from connectors import practice"),
    (rules.scheduler_reaches_networks, "import connectors.practice.server"),
    (rules.scheduler_reaches_networks, "import connectors"),
]

KEPT: list[tuple[Rule, str]] = [
    (rules.long_functions, LONG.removesuffix("    x = 1\n")),
    (rules.long_file, "x = 1\n" * 400),
    (rules.long_file, WINDOW.removesuffix("\n")),
    (rules.crowded_classes, CROWDED.replace("    def m0(self): ...\n", "")),
    (rules.unsafe, "dialog.exec()\nimport json\njson.loads(x)"),
    (rules.unsafe, "import subprocess\nsubprocess.run(['ls'], shell=False)"),
    (rules.bare_silencing, "x = 1  # noqa: S101\ny = 2  # type: ignore[misc]\nnoqa = 3"),
    (rules.sleeps, "event.wait(1)\nself.sleep()"),
    (rules.reads_clock, "clock.now()\nself.clock.monotonic()\ndatetime.fromisoformat(x)"),
    (rules.prints, "report.print(1)"),
    (rules.constructs("Cleared"), "def f(cleared: Cleared) -> Cleared:\n    return run(cleared)"),
    (rules.scheduler_reaches_networks, "from connectors.base import Step\nfrom connectors import registry"),
]


def problems(rule: Rule, text: str) -> list[tuple[int, str]]:
    """What the rule says of a file with this text."""
    return list(rule(Source("editorial/example.py", text)))


@pytest.mark.parametrize(("rule", "text"), BROKEN)
def test_a_broken_rule_is_found(rule: Rule, text: str) -> None:
    assert problems(rule, text)


@pytest.mark.parametrize(("rule", "text"), KEPT)
def test_a_kept_rule_is_silent(rule: Rule, text: str) -> None:
    assert problems(rule, text) == []
