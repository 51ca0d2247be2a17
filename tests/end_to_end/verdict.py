"""The judgement over a workspace after everything: its database, the network's own list and the exported log agree."""

import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from editorial.delivery.states import NEEDS_PERSON, DeliveryState
from tests.end_to_end.processes import command, done
from tests.end_to_end.world import World

_ROWS = """
    SELECT d.id, d.state, d.reason, d.advice, d.remote_id, a.handle, json_extract(a.settings, '$.profile'), p.title
    FROM delivery d JOIN account a ON a.id = d.account_id JOIN post p ON p.id = d.post_id
"""
S = DeliveryState
Place = tuple[str, str]
"""An account and a text: one delivery."""


@dataclass
class Verdict:
    """What was found; `twice`, `lost` and `wrong` have to be empty. `story`: what was done before."""

    deliveries: int
    published: int
    twice: dict[Place, int]
    lost: list[str]
    wrong: list[str]
    by_network: list[Place] = field(default_factory=list)
    asked: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    entries: int = 0
    story: str = ""

    def told(self) -> str:
        """For people."""
        lines = [
            f"deliveries {self.deliveries}, published {self.published}",
            f"published twice {len(self.twice)}",
            f"silently lost {len(self.lost)}",
            f"asked a person {sum(self.asked.values())}",
        ]
        lines += [f"  {count:5} {profile:31} {state}: {why}" for (profile, state, why), count in self._most()]
        lines.append(f"processed twice by the network itself, as it was told to: {len(self.by_network)}")
        lines.append(f"the log verifies, {self.entries} entries; it and the network's list differ in {len(self.wrong)}")
        return "\n".join(lines)

    def check(self) -> None:
        """Fails the test where anything is not as it must be."""
        assert not self.twice, f"published twice: {self.twice}"
        assert not self.lost, f"silently lost: {self.lost[:5]}"
        assert not self.wrong, f"the log, the database and the network disagree: {self.wrong[:5]}"

    def _most(self) -> list[tuple[tuple[str, str, str], int]]:
        return sorted(self.asked.items(), key=lambda item: (item[0][1:], item[0][0]))


def text_of(title: str) -> str:
    """What a drill's post of this title says."""
    found = re.fullmatch(r"Drill (\w+) (\d+)", title)
    assert found, title
    return f"Drill {found[1]}, post {found[2]}."


def judge(world: World, armed_twice: Iterable[str]) -> Verdict:
    """`armed_twice`: the texts for which the network was told to process one request twice."""
    posts = world.network.posts()
    rows = world.ask(_ROWS)
    there = Counter((post["account"], post["text"]) for post in posts)
    doubled = _by_network(posts, there, set(armed_twice))
    twice = {place: count for place, count in there.items() if count > 1 and place not in doubled}
    verdict = Verdict(len(rows), 0, twice, [], [], doubled)
    ids = {post["id"]: (post["account"], post["text"]) for post in posts}
    for row in rows:
        _judge_row(verdict, row, there, ids)
    strangers = set(there) - {(row[5], text_of(row[7])) for row in rows}
    verdict.wrong += [f"{place} is on the network and in no delivery" for place in strangers]
    _compare_log(world, verdict, {row[0]: (row[5], text_of(row[7])) for row in rows}, {row[0]: row[1] for row in rows})
    return verdict


def _judge_row(verdict: Verdict, row: tuple[Any, ...], there: Counter[Place], ids: dict[str, Place]) -> None:
    delivery, state, reason, advice, remote_id, handle, profile, title = row
    place = (handle, text_of(title))
    if state == S.PUBLISHED:
        verdict.published += 1
        if ids.get(remote_id) != place:
            verdict.wrong.append(f"{delivery} {place} is called published as {remote_id}, which is not there")
    elif state in NEEDS_PERSON and reason and advice:
        verdict.asked[profile, state, reason] += 1
        if there[place] and state != S.UNCERTAIN:
            verdict.wrong.append(f"{delivery} {place} is on the network and told to be {state}")
    else:
        verdict.lost.append(f"{delivery} {place} is {state}: {reason!r} {advice!r}")


def _by_network(posts: list[dict[str, Any]], there: Counter[Place], armed: set[str]) -> list[Place]:
    """The pairs that the network made of one request: stored side by side, with one key, for a text that was armed."""
    found = []
    for place, count in there.items():
        pair = [post for post in posts if (post["account"], post["text"]) == place] if count == 2 else []
        if pair and place[1] in armed and pair[0]["idempotency_key"] == pair[1]["idempotency_key"]:
            near = int(pair[1]["id"]) - int(pair[0]["id"]) <= 20  # other accounts post in between
            found += [place] if near else []
    return found


def _compare_log(world: World, verdict: Verdict, places: dict[str, Place], states: dict[str, str]) -> None:
    """The exported log, which does not come about unless it verifies, against the network's list."""
    told = json.loads(done(command(world.folder, "audit", "verify", "--json", timeout=300)).splitlines()[-1])
    assert told["intact"]
    file = world.folder.parent / "log.jsonl"
    done(command(world.folder, "audit", "export", "--out", str(file), timeout=300))
    published: Counter[str] = Counter()
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            verdict.entries += 1
            entry = json.loads(line)
            if entry["action"] == "delivery.published":
                published[entry["object"]["id"]] += 1
    verdict.wrong += [
        f"{each} was published {count} times, says the log" for each, count in published.items() if count > 1
    ]
    logged = {places[each] for each in published}
    there = {(post["account"], post["text"]) for post in world.network.posts()}
    open_ = {places[each] for each, state in states.items() if state == S.UNCERTAIN}
    verdict.wrong += [f"{place} is published in the log and not on the network" for place in logged - there]
    verdict.wrong += [f"{place} is on the network and not in the log" for place in there - logged - open_]
