"""Moments between two steps at which a drill ends the process, as kill -9 would: by name, from outside.

`SIGNPOST_FAILPOINT=answer:3` ends the publisher when its third answer has come and nothing of it is written down. Only
`signpost publisher` and `signpost backup create` read it, and only for a practising workspace.
"""

import os
import threading
from enum import StrEnum

from editorial.backup.making import Step
from editorial.drills import Reached
from editorial.errors import BadInputError
from editorial.retention.erasing import Step as EraseStep

VARIABLE = "SIGNPOST_FAILPOINT"
CODE = 137
"""The exit code of a process that ended so; a shell shows the same after kill -9."""


class Point(StrEnum):
    """The boundaries of a step and of what else has to survive its own middle."""

    RECOVER = "recover"  # the lock is held, and nothing that was cut off is looked at yet
    CLAIM = "claim"  # a delivery is to be claimed
    CALL = "call"  # the step is on disk, its call not made
    ANSWER = "answer"  # the call ended, and nothing of it is on disk
    RECORD = "record"  # the outcome is on disk
    REPEAT = "repeat"  # a step in doubt is to be made once more
    ADOPT = "adopt"  # a look-up found the post, and nothing of it is on disk
    RENEW = "renew"  # the network gave another credential, and the keyring does not have it


def failpoint(wanted: str) -> Reached:
    """Ends the process at the `count`-th time that `name:count` is reached. Raises BadInputError for anything else."""
    name, _, count = wanted.partition(":")
    names = [*Point, *Step, *EraseStep]
    if name not in names or not (count or "1").isdecimal() or int(count or "1") < 1:
        raise BadInputError(
            f"There is no failpoint {wanted}", f"There are: {', '.join(names)}.", "Name one, such as answer:3."
        )
    guard, left = threading.Lock(), [int(count or "1")]

    def reached(point: StrEnum) -> None:
        if point == name:
            with guard:
                left[0] -= 1
                if left[0] == 0:
                    os._exit(CODE)

    return reached
