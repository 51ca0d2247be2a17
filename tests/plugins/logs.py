"""A test fails when our code logs a warning or worse that the test did not announce, or announced in vain."""

import logging
from collections.abc import Callable, Generator

import pytest

OWN = frozenset({"editorial", "connectors", "scheduler", "desktop", "signpost", "root", "__main__"})


class Watch(logging.Handler):
    """Keeps what our loggers say at WARNING and above."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.seen: list[str] = []
        self.announced: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the line if the logger is one of ours."""
        if record.name.partition(".")[0] in OWN:
            self.seen.append(f"{record.levelname} {record.name}: {record.getMessage()}")

    def complaint(self) -> str:
        """What to tell the test's author; empty if all is as announced."""
        surprises = [line for line in self.seen if not any(text in line for text in self.announced)]
        silent = [text for text in self.announced if not any(text in line for line in self.seen)]
        parts = [f"logged without being announced (fixture `expect_log`): {line}" for line in surprises]
        return "\n".join(parts + [f"announced, but never logged: {text}" for text in silent])


_WATCH = pytest.StashKey[Watch]()


@pytest.fixture
def expect_log(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Call it with a part of the line that is about to be logged: the test then fails if it is not."""
    watch: Watch = request.node.stash[_WATCH]
    return watch.announced.append


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    watch = item.stash[_WATCH] = Watch()
    logging.getLogger().addHandler(watch)
    try:
        return (yield)
    finally:
        logging.getLogger().removeHandler(watch)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    yield
    _fail_on_complaint(item.stash[_WATCH])


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, None, None]:
    item.stash[_WATCH].seen.clear()  # the call's lines were judged
    item.stash[_WATCH].announced.clear()
    yield
    _fail_on_complaint(item.stash[_WATCH])


def _fail_on_complaint(watch: Watch) -> None:
    complaint = watch.complaint()
    if complaint:
        pytest.fail(complaint, pytrace=False)
