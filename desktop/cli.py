"""The command line. Exit codes: 0 done; 1 a known problem, told in words; 2 wrong usage; 3 the audit log was tampered
with; 4 no usable keyring; 5 another process has the workspace; 6 the workspace disappeared while it was published;
70 a bug of ours; 130 stopped by Ctrl+C.

With --json every line on standard output and on standard error is one JSON object. Only the desktop imports Qt.
"""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from desktop.commands.output import Output

DONE, PROBLEM, USAGE, TAMPERED, NO_KEYRING, TAKEN, GONE, BUG, STOPPED = 0, 1, 2, 3, 4, 5, 6, 70, 130


def _named(arguments: argparse.Namespace) -> Path | None:
    return Path(arguments.workspace).absolute() if arguments.workspace else None


def _workspace(arguments: argparse.Namespace) -> Path:
    from desktop.commands.workspace import default_workspace

    return _named(arguments) or default_workspace()


def _desktop(arguments: argparse.Namespace) -> int:
    from desktop.app import run_desktop

    return run_desktop(_workspace(arguments), self_check=arguments.self_check)


def _demo(arguments: argparse.Namespace) -> int:
    from desktop.commands.demo import run_demo

    return run_demo(_named(arguments), _output(arguments))


def _tour(arguments: argparse.Namespace) -> int:
    from desktop.commands.tour import run_tour

    return run_tour(_named(arguments), _output(arguments))


def _drill(arguments: argparse.Namespace) -> int:
    from desktop.commands.drill import Drill, run_drill

    drill = Drill(arguments.deliveries, arguments.accounts, arguments.profile, arguments.due)
    return run_drill(_workspace(arguments), drill, _output(arguments))


def _practice(arguments: argparse.Namespace) -> int:
    from connectors.practice.command import run
    from desktop.practice import practice_data
    from editorial.errors import BadInputError

    if not 0 <= arguments.port <= 65_535:
        raise BadInputError(f"There is no port {arguments.port}", "Ports go from 1 to 65,535.", "Name another.")
    return run(arguments, arguments.data or practice_data(_workspace(arguments)))


def _publisher(arguments: argparse.Namespace) -> int:
    if arguments.service:
        from desktop.commands.services import System, service_file

        text = service_file(System(arguments.service), _workspace(arguments))
        _output(arguments).say(text.rstrip("\n"), system=arguments.service, file=text)
        return DONE
    from desktop.commands.publish import run_publisher

    return run_publisher(_workspace(arguments), _output(arguments), until_stdin_ends=arguments.until_stdin_ends)


def _hold(arguments: argparse.Namespace) -> int:
    from desktop.commands.hold import run_hold

    return run_hold(_workspace(arguments), arguments.reason, _output(arguments))


def _verify(arguments: argparse.Namespace) -> int:
    from desktop.commands.audit import run_verify

    return run_verify(_workspace(arguments), _output(arguments))


def _export(arguments: argparse.Namespace) -> int:
    from desktop.commands.audit import Wanted, run_export

    wanted = Wanted(arguments.format, Path(arguments.out).absolute(), arguments.post, arguments.with_patients)
    return run_export(_workspace(arguments), wanted, _output(arguments))


def _keys(arguments: argparse.Namespace) -> int:
    from desktop.commands.audit import run_keys

    return run_keys(_workspace(arguments), _output(arguments))


def _backup(arguments: argparse.Namespace) -> int:
    from desktop.commands.backup import run_create

    return run_create(_workspace(arguments), Path(arguments.path).absolute(), _output(arguments))


def _restore(arguments: argparse.Namespace) -> int:
    from desktop.commands.backup import run_restore

    return run_restore(_workspace(arguments), Path(arguments.path).absolute(), _output(arguments))


def _doctor(arguments: argparse.Namespace) -> int:
    from desktop.commands.doctor import run_doctor, run_network

    if arguments.network:
        return run_network(_workspace(arguments), _output(arguments))
    return run_doctor(_workspace(arguments), _output(arguments))


def _keeper(arguments: argparse.Namespace) -> int:
    from editorial.vault.keeper import main as keep

    return keep([arguments.folder])


def _output(arguments: argparse.Namespace) -> "Output":
    from desktop.commands.output import Output

    return Output(as_json=arguments.json)


class _Parser(argparse.ArgumentParser):
    """Tells wrong usage as every other problem: with --json as JSON."""

    as_json = False

    def error(self, message: str) -> NoReturn:
        if not self.as_json:
            super().error(message)
        from desktop.commands.output import Output

        Output(as_json=True).complain("E-USAGE", message)
        sys.exit(USAGE)


def build_parser(*, as_json: bool = False) -> argparse.ArgumentParser:
    """Every command and option. `as_json`: how wrong usage is told."""
    kind = type("Parser", (_Parser,), {"as_json": as_json})
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--workspace", metavar="DIR", default=argparse.SUPPRESS, help="another workspace folder")
    shared.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print JSON Lines")
    parser: argparse.ArgumentParser = kind("signpost", description="Draft, sign off, schedule, publish, prove.")
    parser.add_argument("--workspace", metavar="DIR", default=None, help="another workspace folder")
    parser.add_argument("--json", action="store_true", help="print JSON Lines")
    parser.add_argument("--self-check", action="store_true", help="open a window and a workspace, then exit")
    parser.set_defaults(command=_desktop)
    commands = parser.add_subparsers(title="commands", metavar="")

    def add(name: str, command: Callable[[argparse.Namespace], int], help_text: str) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = commands.add_parser(name, parents=[shared], help=help_text)
        made.set_defaults(command=command)
        return made

    add("demo", _demo, "the desktop on a demo workspace")
    add("tour", _tour, "the main job without a window, each step with its proof")
    _add_drill(add("drill", _drill, "seed signed practice deliveries for load and fault tests"))
    _add_practice(add("practice", _practice, "the practice network's server"))
    publisher = add("publisher", _publisher, "the process that publishes")
    publisher.add_argument("--until-stdin-ends", action="store_true", help="end when standard input is closed")
    publisher.add_argument("--service", choices=("systemd", "windows"), help="print the file that starts it at sign-in")
    hold = add("hold", _hold, "hold all publishing, now")
    hold.add_argument("--reason", default="", metavar="TEXT", help="a note for the audit log")
    _add_audit(add("audit", _verify, "verify or export the audit log"), shared)
    _add_backup(add("backup", _backup, "make or restore an encrypted backup"), shared)
    doctor = add("doctor", _doctor, "versions, Qt, keyring, database, clock; no secrets")
    doctor.add_argument("--network", action="store_true", help="the way to each account's server: proxy, certificate")
    keeper = commands.add_parser("keyring-keeper")  # for the program itself: no help, so it is not listed
    keeper.set_defaults(command=_keeper, workspace=None, json=False)
    keeper.add_argument("folder")
    return parser


def _add_drill(drill: argparse.ArgumentParser) -> None:
    drill.add_argument("--deliveries", type=int, default=10, metavar="N")
    drill.add_argument("--accounts", type=int, default=1, metavar="K")
    drill.add_argument("--profile", default="keyed", metavar="P", help="how the accounts treat repeats")
    drill.add_argument("--due", type=float, default=10.0, metavar="SECONDS", help="from now")


def _add_practice(practice: argparse.ArgumentParser) -> None:
    from connectors.practice.options import add_arguments

    add_arguments(practice)


def _add_audit(audit: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    verbs = audit.add_subparsers(required=True, metavar="verify|export|keys")
    verify = verbs.add_parser("verify", parents=[shared], help="recompute the whole log")
    verify.set_defaults(command=_verify)
    export = verbs.add_parser("export", parents=[shared], help="write the verified log to a file or a bundle")
    export.add_argument("--format", choices=("jsonl", "csv", "bundle"), default="jsonl")
    export.add_argument("--out", required=True, metavar="PATH", help="a bundle is a folder, or a .zip file")
    export.add_argument("--post", default="", metavar="P-12", help="of a bundle: the entries about one post")
    export.add_argument("--with-patients", action="store_true", help="of a bundle: also what may name patients")
    export.set_defaults(command=_export)
    keys = verbs.add_parser("keys", parents=[shared], help="print the key sheet, by which others verify the log")
    keys.set_defaults(command=_keys)


def _add_backup(backup: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    verbs = backup.add_subparsers(required=True, metavar="create|restore")
    create = verbs.add_parser("create", parents=[shared], help="write a backup, then read it back")
    create.set_defaults(command=_backup)
    create.add_argument("path", metavar="PATH", help="a folder, or the file to write")
    restore = verbs.add_parser(
        "restore", parents=[shared], help="bring a backup back; on a new computer type the words"
    )
    restore.set_defaults(command=_restore)
    restore.add_argument("path", metavar="PATH")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command and returns its exit code."""
    os.umask(0o077)
    given = sys.argv[1:] if arguments is None else list(arguments)
    parsed = build_parser(as_json="--json" in given).parse_args(given)
    if parsed.command is not _desktop:  # the desktop does that once its window is painted
        from editorial.secret import install_redaction

        install_redaction()
    try:
        return int(parsed.command(parsed))
    except KeyboardInterrupt:
        return STOPPED
    except BrokenPipeError:
        from desktop.commands.output import silence_broken_pipe

        silence_broken_pipe()
        return PROBLEM
    except Exception as error:  # the last border: a person reads a sentence, never a traceback
        return _explain(error, _output(parsed))


def _explain(error: Exception, output: "Output") -> int:
    from editorial.errors import DeskError
    from editorial.secret import redacted_traceback
    from editorial.vault import VaultError

    if not isinstance(error, DeskError):
        kind = type(error).__name__
        output.complain("E-BUG", f"Something is wrong in Signpost itself ({kind}). Nothing was published by this.")
        if os.environ.get("SIGNPOST_TRACE"):
            sys.stderr.write(redacted_traceback(error))
        return BUG
    output.fail(error)
    if isinstance(error, VaultError):
        return NO_KEYRING
    return TAMPERED if error.code == "E-LOG" else PROBLEM


if __name__ == "__main__":
    if getattr(sys, "frozen", False):
        from multiprocessing import freeze_support  # the worker's processes start this program again

        freeze_support()
    sys.exit(main())
