"""What a command changed, in kinds: the record from which each screen sees whether it is concerned."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The kinds of things that screens show."""

    WORKSPACE = "workspace"
    PEOPLE = "people"
    POSTS = "posts"
    MEDIA = "media"
    DELIVERIES = "deliveries"
    ACCOUNTS = "accounts"
    HOLDS = "holds"
    AUTHORIZATIONS = "authorizations"
    TASKS = "tasks"
    CONCERNS = "concerns"
    LOG = "log"
    TIMES = "times"
    RETENTION = "retention"


@dataclass(frozen=True, slots=True)
class Changes:
    """Kinds and the ids of the objects touched; `through` is the newest log entry known when it was made."""

    kinds: frozenset[Kind] = frozenset()
    ids: frozenset[str] = frozenset()
    through: int = -1

    def __or__(self, other: "Changes") -> "Changes":
        return Changes(self.kinds | other.kinds, self.ids | other.ids, max(self.through, other.through))

    def __bool__(self) -> bool:
        return bool(self.kinds)
