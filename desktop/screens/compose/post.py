"""The post that is open, as plain data: its texts, where they go, and how long each is for its network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from editorial.counting import Limits, count
from editorial.posts.draft import DraftBody
from editorial.posts.listing import Opened, Place

SHARED = ""
"""The key of the text that accounts share."""

_KEPT = 60  # lengths remembered: a dozen texts by five rules


@dataclass
class OpenPost:
    """What was read, what is typed since, and which text is being edited: an account's id or `SHARED`."""

    opened: Opened | None = None
    body: DraftBody = field(default_factory=DraftBody)
    active: str = SHARED
    _lengths: dict[tuple[str, str], int] = field(default_factory=dict, repr=False)

    @property
    def id(self) -> str:
        """The post's id, empty while none is open."""
        return self.opened.working.post_id if self.opened else ""

    @property
    def places(self) -> Mapping[str, Place]:
        """The accounts that can be chosen, by id, in their steady order."""
        return {place.target.id: place for place in self.opened.places} if self.opened else {}

    @property
    def place(self) -> Place | None:
        """The account whose text is edited; None for the shared text."""
        return self.places.get(self.active)

    def text_of(self, account_id: str) -> str:
        """The text that an account gets, or the shared one."""
        place = self.places.get(account_id)
        return self.body.text_for(place.target) if place else self.body.text

    def has_own(self, account_id: str) -> bool:
        """Whether an account has a text of its own."""
        place = self.places.get(account_id)
        return place is not None and self.body.has_own_text(place.target)

    def used(self, account_id: str, limits: Limits) -> int:
        """How long an account's text is in its own counting; counted once for all that count alike."""
        key = (self.text_of(account_id), limits.rule)
        if key not in self._lengths:
            if len(self._lengths) > _KEPT:
                self._lengths.clear()
            self._lengths[key] = count(*key)
        return self._lengths[key]

    def take(self, opened: Opened, *, keep: bool) -> bool:
        """Takes over what was read, with `keep` under the text that is typed; says whether the text became another."""
        body = self.body if keep else opened.working.body
        other = body != self.body
        self.opened, self.body = opened, body
        if self.active not in self.places:
            self.active = SHARED
        return other
