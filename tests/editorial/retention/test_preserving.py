"""Preserve: by post, person, days or word; what it touches stays until a person ends it with a reason."""

import sqlite3
from contextlib import closing
from datetime import date, timedelta

import pytest

from editorial.audit.actions import Action
from editorial.audit.auditing import Auditing
from editorial.charter.document import Role
from editorial.desk import DATABASE
from editorial.errors import BadInputError, ChangedMeanwhileError, NotAllowedError
from editorial.people.desk_people import Signer
from editorial.posts.comments import Comments
from editorial.posts.drafting import Drafting
from editorial.posts.reading import Reading
from editorial.retention.erasing import Erasing
from editorial.retention.periods import RetentionError
from editorial.retention.plan import Kind
from editorial.retention.preserving import By, Preserving, Reach
from editorial.store.models import AuditEntry
from tests.editorial.media.pictures import encoded, photo
from tests.editorial.retention.records import YEAR, bytes_left, draft, erase, names, planned, published
from tests.fakes.authorizations import PDF, recorded, sign, story
from tests.fakes.desks import HELEN, JONAS, Staff, add_person


def keep(staff: Staff, reach: Reach, why: str = "Case 4711") -> str:
    key, _ = Preserving(staff.desk).set(staff.helen.actor, reach, why)
    return key


def word(text: str) -> Reach:
    return Reach(By.WORD, word=text)


class TestReach:
    def test_by_post_everything_about_it_stays(self, staff: Staff) -> None:
        post = published(staff, "Zebrafish rehabilitation begins.", pictures=1)
        other = published(staff, "Parking is free on Sunday.")
        Comments(staff.desk).say(staff.helen.actor, post, "Quokkas were promised.")
        keep(staff, Reach(By.POST, post))
        staff.clock.forward(9 * YEAR)
        plan = planned(staff.desk)
        assert post not in names(plan)
        assert other in names(plan)
        assert post in {each.item.id for each in plan.kept}
        erase(staff)
        left = bytes_left(staff.desk)
        assert [each for each in (b"Zebrafish", b"Quokkas", b"answers the telephone") if each not in left] == []
        assert b"Parking is free" not in left
        assert Reading(staff.desk).page(staff.helen.actor, post).subject.snapshot.title.startswith("Zebrafish")
        entries = Auditing(staff.desk).entries(object_id=post)
        assert entries
        assert all(each.readable for each in entries)

    def test_an_authorization_goes_along_with_the_post(self, staff: Staff) -> None:
        key = recorded(staff, scan=PDF)
        unsent = story(staff, [key], staff.connect_practice())
        Drafting(staff.desk).withdraw(staff.mira.actor, unsent)
        Drafting(staff.desk).discard(staff.mira.actor, unsent)
        keep(staff, Reach(By.POST, unsent))
        staff.clock.forward(9 * YEAR)
        assert {unsent, key} & names(planned(staff.desk)) == set()
        assert {unsent, key} <= {each.item.id for each in planned(staff.desk).kept}

    def test_a_name_in_an_authorization_keeps_the_posts_that_rest_on_it(self, staff: Staff) -> None:
        key = recorded(staff, scan=PDF, signer_name="Søren Müller-Quist")
        post = story(staff, [key], staff.connect_practice())
        Drafting(staff.desk).withdraw(staff.mira.actor, post)
        Drafting(staff.desk).discard(staff.mira.actor, post)
        keep(staff, word("soren muller"))
        staff.clock.forward(9 * YEAR)
        assert {post, key} & names(planned(staff.desk)) == set()

    def test_by_person(self, staff: Staff) -> None:
        officers = [Signer(staff.jonas.person_id, JONAS), Signer(staff.helen.person_id, HELEN)]
        noor = add_person(staff.people, staff.jonas.actor, "Noor", "noor", "velvet orchard ninety canals", Role.AUTHOR,
                          officers)  # fmt: skip
        hers = draft(staff, "By Mira")
        signed = published(staff, "Signed by Helen")
        _, item, _ = Drafting(staff.desk).add_picture(staff.mira.actor, encoded(photo(3), "PNG"), "3.png")
        keep(staff, Reach(By.PERSON, noor))
        first = keep(staff, Reach(By.PERSON, staff.helen.person_id))
        staff.clock.forward(9 * YEAR)
        assert {hers, item.sha256} <= names(planned(staff.desk))
        assert signed not in names(planned(staff.desk))
        keep(staff, Reach(By.PERSON, staff.mira.person_id))
        Preserving(staff.desk).end(staff.helen.actor, first, "Settled")
        assert {hers, item.sha256, signed} & names(planned(staff.desk)) == set()
        with staff.desk.reading() as session:
            for seq in names(planned(staff.desk), Kind.ENTRY):
                assert session.get_one(AuditEntry, int(seq)).actor_id != staff.mira.person_id

    def test_by_days(self, staff: Staff) -> None:
        before = published(staff, "Before")
        staff.clock.forward(timedelta(days=10))
        during = published(staff, "During")
        staff.clock.forward(timedelta(days=10))
        after = published(staff, "After")
        keep(staff, Reach(By.DATES, first=date(2027, 3, 20), last=date(2027, 3, 20)))
        staff.clock.forward(9 * YEAR)
        assert names(planned(staff.desk), Kind.POST) == {before, after}
        assert during in {each.item.id for each in planned(staff.desk).kept}

    @pytest.mark.parametrize(
        ("wanted", "touched"),
        [
            ("zebrafish", True), ("ZEBRAFISH", True), ("Zébrafísh", True), ("zebra", False), ("fish", False),
            ("zebrafish rehabilitation", True), ("rehabilitation zebrafish", False), ("quokkas", True),
            ("telephone", True), ("published", False), ("Böll", True), ("boll", True), ("0.png", True),
        ],
    )  # fmt: skip
    def test_by_word_in_titles_texts_comments_and_alt_texts(self, staff: Staff, wanted: str, *, touched: bool) -> None:
        post = published(staff, "Zebrafish rehabilitation begins with Dr Böll.", pictures=1)
        Comments(staff.desk).say(staff.helen.actor, post, "Quokkas were promised.")
        keep(staff, word(wanted))
        staff.clock.forward(9 * YEAR)
        assert (post not in names(planned(staff.desk))) is touched

    def test_a_word_in_an_entry_alone(self, staff: Staff) -> None:
        draft(staff, "A thought")
        key = keep(staff, Reach(By.DATES, first=date(2001, 1, 1), last=date(2001, 1, 1)), "About the armadillo")
        Preserving(staff.desk).end(staff.helen.actor, key, "Settled")
        keep(staff, word("Armadillo"))
        staff.clock.forward(9 * YEAR)
        erase(staff)
        assert b"armadillo" in bytes_left(staff.desk)


class TestCommands:
    def test_it_is_in_the_log_and_its_word_in_no_leaf(self, staff: Staff) -> None:
        key = keep(staff, word("Zebrafish"))
        entry = Auditing(staff.desk).entries(limit=1)[0]
        assert (entry.action, entry.reason, entry.actor) == (Action.PRESERVE_SET, "word", "Helen Castellanos")
        assert entry.body["word"] == "Zebrafish"
        with staff.desk.reading() as session:
            assert b"ebrafish" not in session.get_one(AuditEntry, entry.seq).leaf
        (kept,) = Preserving(staff.desk).all()
        assert (kept.id, kept.words, kept.why, kept.by) == (
            key,
            "the word “Zebrafish”",
            "Case 4711",
            "Helen Castellanos",
        )
        Preserving(staff.desk).end(staff.jonas.actor, key, "  Settled  ")
        entry = Auditing(staff.desk).entries(limit=1)[0]
        assert (entry.action, entry.object_id, entry.body["why"]) == (Action.PRESERVE_ENDED, key, "Settled")
        assert Preserving(staff.desk).all() == ()

    def test_ending_needs_a_reason_and_happens_once(self, staff: Staff) -> None:
        key = keep(staff, word("Zebrafish"))
        with pytest.raises(BadInputError, match="The reason is missing"):
            Preserving(staff.desk).end(staff.helen.actor, key, "  ")
        Preserving(staff.desk).end(staff.helen.actor, key, "Settled")
        with pytest.raises(ChangedMeanwhileError):
            Preserving(staff.desk).end(staff.helen.actor, key, "Settled")

    @pytest.mark.parametrize(
        "reach",
        [Reach(By.POST, "post_none"), Reach(By.PERSON, ""), Reach(By.WORD, word=" - "), Reach(By.WORD, word="x" * 201),
         Reach(By.DATES), Reach(By.DATES, first=date(2027, 2, 2), last=date(2027, 2, 1))],
    )  # fmt: skip
    def test_what_keeps_nothing_is_refused(self, staff: Staff, reach: Reach) -> None:
        with pytest.raises(BadInputError):
            Preserving(staff.desk).set(staff.helen.actor, reach)

    def test_an_author_preserves_and_ends_nothing(self, staff: Staff) -> None:
        key = keep(staff, word("Zebrafish"))
        with pytest.raises(NotAllowedError):
            Preserving(staff.desk).set(staff.mira.actor, word("Quokka"))
        with pytest.raises(NotAllowedError):
            Preserving(staff.desk).end(staff.mira.actor, key, "Settled")

    def test_while_one_cannot_be_read_nothing_is_erased(self, staff: Staff) -> None:
        draft(staff, "A thought")
        keep(staff, word("Zebrafish"))
        seq = Auditing(staff.desk).size() - 1
        staff.clock.forward(timedelta(days=100))
        with closing(sqlite3.connect(staff.desk.folder / DATABASE)) as database, database:
            database.execute("DELETE FROM audit_body WHERE seq = ?", (seq,))
        with pytest.raises(RetentionError, match="What is preserved cannot be read"):
            Erasing(staff.desk).erase_unattended()

    def test_its_own_words_stay_six_years_after_its_end(self, staff: Staff) -> None:
        key = keep(staff, word("Zebrafish"))
        staff.clock.forward(10 * YEAR)
        erase(staff)
        assert Preserving(staff.desk).all()
        Preserving(staff.desk).end(staff.helen.actor, key, "Settled")
        staff.clock.forward(timedelta(days=6 * 365))
        erase(staff)
        assert b"Zebrafish" in bytes_left(staff.desk)
        staff.clock.forward(timedelta(days=4))
        erase(staff)
        assert b"Zebrafish" not in bytes_left(staff.desk)


def test_a_signed_story_of_years_ago(staff: Staff) -> None:
    """All together: the post, its authorization and pictures stay with the Preserve and go with its end."""
    key = recorded(staff, scan=PDF)
    post = story(staff, [key], staff.connect_practice(), pictures=1)
    sign(staff, post)
    with staff.desk.writing(staff.desk.system()) as unit:
        unit.session.connection().exec_driver_sql("UPDATE delivery SET state = 'cancelled'")
        unit.session.connection().exec_driver_sql("UPDATE post SET state = 'discarded'")
        unit.record(Action.POST_STATE, "post", post)
    kept = keep(staff, word("choir"))
    staff.clock.forward(9 * YEAR)
    erase(staff)
    assert b"choir" in bytes_left(staff.desk)
    Preserving(staff.desk).end(staff.helen.actor, kept, "Settled")
    assert {post, key} <= names(planned(staff.desk))
    erase(staff)
    assert b"choir visit" not in bytes_left(staff.desk)
