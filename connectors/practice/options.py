"""The options of the practice network's server, apart from it: reading them loads no web framework."""

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options, on a parser of its own or on a subcommand's."""
    parser.add_argument("--port", type=int, default=0, help="0: the port of last time, else a free one")
    parser.add_argument("--data", type=Path, default=None, metavar="DIR", help="accounts, posts and pictures")
    parser.add_argument("--late-list", type=float, default=30.0, metavar="SECONDS", help="for keyless+late-list")
    parser.add_argument("--forget-after", type=float, default=60.0, metavar="SECONDS", help="for keyed-60s")
    parser.add_argument("--rate", type=int, default=1_000, metavar="N", help="publishing calls per account and minute")
    parser.add_argument("--token-lifetime", type=int, default=3_600, metavar="SECONDS", help="of access tokens")
    parser.add_argument("--until-stdin-ends", action="store_true", help="end when standard input is closed")
