"""The command line of the practice network's server, for `python -m connectors.practice` and `signpost practice`."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from connectors.practice.options import add_arguments
from connectors.practice.server.serving import serve
from connectors.practice.server.settings import Settings
from editorial.secret import install_redaction


def run(arguments: argparse.Namespace, data: Path) -> int:
    """Serve from `data` until stopped; the exit code. 1 where the port is taken."""
    os.umask(0o077)
    install_redaction()  # oauthlib writes codes and tokens at DEBUG
    settings = Settings(
        data, late_list=arguments.late_list, forget_after=arguments.forget_after, rate=arguments.rate,
        token_lifetime=arguments.token_lifetime,
    )  # fmt: skip
    try:
        return serve(settings, arguments.port, until_stdin_ends=arguments.until_stdin_ends, ready=_say)
    except OSError as error:
        sys.stderr.write(f"The practice network cannot use port {arguments.port}: {error.strerror}.\n")
        return 1


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main(arguments: Sequence[str] | None = None) -> int:
    """`python -m connectors.practice`."""
    parser = argparse.ArgumentParser(
        "connectors.practice", description="The practice network: nothing on it is public."
    )
    add_arguments(parser)
    chosen = parser.parse_args(arguments)
    if chosen.data is None:
        parser.error("--data DIR is needed")
    return run(chosen, chosen.data)
