"""The tiers beyond the default run: `slow`, `live` and `soak` tests run when the option of that name asks for them."""

import time

import pytest

TIERS = ("slow", "live", "soak")
_START = pytest.StashKey[float]()
_NO_TIME = "no time left"


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("signpost")
    for tier in TIERS:
        group.addoption(f"--{tier}", action="store_true", help=f"run the tests marked {tier} too")
    group.addoption("--budget", type=float, metavar="SECONDS", help="start no further test after this time")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_START] = time.monotonic()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        for tier in TIERS:
            if item.get_closest_marker(tier) and not config.getoption(f"--{tier}"):
                item.add_marker(pytest.mark.skip(reason=f"needs --{tier}"))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    budget: float | None = item.config.getoption("--budget")
    if budget is not None and time.monotonic() - item.config.stash[_START] > budget:
        pytest.skip(_NO_TIME)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = terminalreporter.stats.get("skipped", [])  # the reports: with several processes all that comes home
    untried = [report.nodeid for report in skipped if _NO_TIME in str(report.longrepr)]
    if untried:
        terminalreporter.section("cut short")
        terminalreporter.line(f"{len(untried)} tests were not run: the time for this tier was over.")
        for name in untried:
            terminalreporter.line(f"  {name}")
