"""A process that writes to a workspace as fast as it can and says what was kept: `writer.py FOLDER PERSON POST COUNT`.

Without a post it opens new ones; with one it saves that draft, and each line on its output is a save that returned.
"""

import sys
from contextlib import closing
from pathlib import Path

from editorial.actors import Actor
from editorial.desk import open_desk
from editorial.posts.draft import DraftBody
from editorial.posts.drafting import Drafting
from editorial.vault import Vault
from tests.fakes.desks import WEAK, MemoryKeyring


def main(folder: Path, person: str, post: str, count: int) -> None:
    with closing(open_desk(folder, vault=Vault("test", MemoryKeyring()), kdf=WEAK)) as desk:
        drafting, actor = Drafting(desk), Actor(person, "Mira Okafor", "author", person=True)
        for number in range(1, count + 1):
            if post:
                drafting.save(actor, post, DraftBody("Typing", f"{number} {'word ' * 200}"), drafting.read(post).saves)
            else:
                drafting.open(actor, DraftBody(f"{number}"))
            sys.stdout.write(f"{number}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4]))
