"""Erasing: what goes, what is left of it, who may, and that the log stays whole."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from editorial.audit.actions import Action
from editorial.audit.auditing import Auditing, TamperedError
from editorial.audit.verify import gone_words
from editorial.authorizations.register import Register
from editorial.backup.making import make_backup
from editorial.concerns import ConcernKind, Concerns
from editorial.desk import DATABASE
from editorial.errors import ChangedMeanwhileError, NotAllowedError
from editorial.posts.comments import Comments
from editorial.posts.drafting import Drafting
from editorial.posts.listing import Listing
from editorial.posts.reading import Reading
from editorial.posts.records import DamagedError, ErasedError, erased_content, versions_of
from editorial.retention.erasing import Erasing
from editorial.retention.periods import Periods, Retention, Span
from editorial.retention.plan import Kind, Plan
from editorial.store.models import AsPublished, Media, SignOff
from editorial.upkeep import Upkeep
from tests.editorial.media.pictures import encoded, photo
from tests.editorial.retention.records import (
    YEAR,
    bytes_left,
    draft,
    erase,
    live,
    names,
    planned,
    published,
    row_of,
)
from tests.fakes.authorizations import PDF, recorded, sign, story
from tests.fakes.desks import Staff


class TestWhatGoes:
    def test_nothing_young(self, staff: Staff) -> None:
        published(staff, "Flu vaccination starts on Monday.", pictures=1)
        draft(staff, "A thought about parking")
        recorded(staff, scan=PDF)
        staff.clock.forward(timedelta(days=90))
        assert planned(staff.desk).items == ()

    def test_after_its_time_all_of_it_and_no_byte_is_left(self, staff: Staff) -> None:
        post = published(staff, "Zebrafish rehabilitation begins.", pictures=2)
        Comments(staff.desk).say(staff.helen.actor, post, "Quokkas were promised.")
        key = recorded(staff, scan=PDF, signer_name="Quetzalcoatl Meyer")
        staff.clock.forward(8 * YEAR)
        words = (b"Zebrafish", b"Quetzalcoatl", b"answers the telephone", b"Quokkas")
        before = bytes_left(staff.desk)
        assert all(word in before for word in words)
        assert {post, key} <= names(planned(staff.desk))
        done = erase(staff)
        assert (done.counts[Kind.POST], done.counts[Kind.AUTHORIZATION], done.left) == (1, 1, 0)
        after = bytes_left(staff.desk)
        assert [word for word in words if word in after] == []
        files = [path for name in ("media", "documents") for path in (staff.desk.folder / name).rglob("*")]
        assert [path for path in files if path.is_file()] == []
        assert planned(staff.desk).items == ()

    def test_the_salts_go_with_the_bodies(self, staff: Staff) -> None:
        published(staff, "Zebrafish rehabilitation begins.")
        with closing(sqlite3.connect(staff.desk.folder / DATABASE)) as database:
            salts = [salt for (salt,) in database.execute("SELECT salt FROM audit_body")]
        staff.clock.forward(7 * YEAR)
        erase(staff)
        after = bytes_left(staff.desk)
        assert sum(salt in after for salt in salts) == 0

    def test_a_draft_goes_after_ninety_days_without_a_keystroke(self, staff: Staff) -> None:
        post = draft(staff, "A thought about parking")
        staff.clock.forward(timedelta(days=60))
        working = Drafting(staff.desk).read(post)
        Drafting(staff.desk).save(staff.mira.actor, post, replace(working.body, text="Another one"), working.saves)
        staff.clock.forward(timedelta(days=90))
        assert post not in names(planned(staff.desk))
        staff.clock.forward(timedelta(days=1))
        assert names(planned(staff.desk), Kind.DRAFT) == {post}

    def test_a_post_that_was_in_review_is_a_record(self, staff: Staff) -> None:
        post = draft(staff, "Visiting hours", accounts=(staff.connect_practice(),))
        drafting = Drafting(staff.desk)
        drafting.submit(staff.mira.actor, post)
        drafting.withdraw(staff.mira.actor, post)
        drafting.discard(staff.mira.actor, post)
        staff.clock.forward(timedelta(days=6 * 365))
        assert post not in names(planned(staff.desk))
        staff.clock.forward(timedelta(days=3))
        assert post in names(planned(staff.desk), Kind.POST)

    def test_what_somebody_still_works_on_stays(self, staff: Staff) -> None:
        waiting = draft(staff, "Visiting hours", accounts=(staff.connect_practice(),))
        Drafting(staff.desk).submit(staff.mira.actor, waiting)
        doubtful = published(staff, "Flu vaccination starts on Monday.")
        Concerns(staff.desk).report(staff.mira.actor, doubtful, ConcernKind.OTHER, "A patient may be seen.")
        staff.clock.forward(20 * YEAR)
        assert {waiting, doubtful} & names(planned(staff.desk)) == set()

    def test_an_authorization_is_kept_six_years_from_its_last_day(self, staff: Staff) -> None:
        key = recorded(staff, scan=PDF)  # until 30 November 2027, in New York
        staff.clock.at = datetime(2033, 12, 1, 4, 59, tzinfo=UTC)
        assert key not in names(planned(staff.desk))
        staff.clock.at = datetime(2033, 12, 2, 5, 0, tzinfo=UTC)
        assert key in names(planned(staff.desk), Kind.AUTHORIZATION)

    def test_one_that_ends_with_an_event_stays_until_that_happened(self, staff: Staff) -> None:
        key = recorded(staff, scan=PDF, expires_on=None, expires_with="End of the choir")
        staff.clock.forward(20 * YEAR)
        assert key not in names(planned(staff.desk))
        Register(staff.desk).note_event(staff.helen.actor, key)
        staff.clock.forward(7 * YEAR)
        assert key in names(planned(staff.desk))

    def test_the_proof_that_a_post_was_allowed_stays_as_long_as_the_post(self, staff: Staff) -> None:
        key = recorded(staff, scan=PDF)
        staff.clock.forward(timedelta(days=100))
        post = story(staff, [key], staff.connect_practice())
        sign(staff, post)
        staff.clock.forward(20 * YEAR)  # its delivery is not final: the post is still open
        assert key not in names(planned(staff.desk))

    def test_unused_and_given_up_pictures(self, staff: Staff) -> None:
        drafting = Drafting(staff.desk)
        _, unused, _ = drafting.add_picture(staff.mira.actor, encoded(photo(1), "PNG"), "1.png")
        _, typed, _ = drafting.add_picture(staff.mira.actor, encoded(photo(2), "PNG"), "2.png")
        _, rejected, _ = drafting.add_picture(staff.mira.actor, encoded(photo(3), "PNG"), "3.png")
        account = staff.connect_practice()
        kept = draft(staff, "Visiting hours", accounts=(account,), media=(replace(typed, alt="A door"),))
        drafting.submit(staff.mira.actor, kept)
        gone = draft(staff, "Parking", accounts=(account,), media=(replace(rejected, alt="A car park"),))
        drafting.submit(staff.mira.actor, gone)
        drafting.withdraw(staff.mira.actor, gone)
        drafting.discard(staff.mira.actor, gone)
        staff.clock.forward(timedelta(days=91))
        assert names(planned(staff.desk)) == {unused.sha256, rejected.sha256}
        drafting.add_picture(staff.mira.actor, encoded(photo(1), "PNG"), "again.png")
        assert names(planned(staff.desk)) == {rejected.sha256}
        erase(staff)
        assert staff.desk.media.is_intact(unused.sha256)
        assert staff.desk.media.is_intact(typed.sha256)
        assert not staff.desk.media.is_intact(rejected.sha256)

    def test_times_can_be_longer(self, staff: Staff) -> None:
        post = published(staff, "Flu vaccination starts on Monday.")
        Retention(staff.desk).set(staff.helen.actor, Periods(Span(8), drafts=200))
        late = draft(staff, "A thought")
        staff.clock.forward(timedelta(days=199))
        assert late not in names(planned(staff.desk))
        staff.clock.forward(6 * YEAR)
        assert post not in names(planned(staff.desk))
        staff.clock.forward(2 * YEAR)
        assert {post, late} <= names(planned(staff.desk))


class TestWhatIsLeft:
    def test_versions_say_when_and_by_whom(self, staff: Staff) -> None:
        post = published(staff, "Zebrafish rehabilitation begins.", pictures=1)
        staff.clock.forward(7 * YEAR)
        erase(staff)
        for read in (
            lambda: Reading(staff.desk).page(staff.helen.actor, post),
            lambda: Reading(staff.desk).differences(post, 1, 1),
        ):
            with pytest.raises(ErasedError, match=r"Version 1 was erased on 2034-03-15 by Helen Castellanos"):
                read()
        with staff.desk.reading() as session:
            assert row_of(session, post).title == "Erased on 2034-03-15 by Helen Castellanos"
            assert versions_of(session, post).stored[0].digest.startswith("sha256:")
            assert session.exec(select(SignOff.envelope)).one()
            seen = session.exec(select(AsPublished)).one()
            assert (seen.verdict, seen.shown) == ("same", {})
            assert session.exec(select(Media)).all() == []
        Listing(staff.desk).shelf()
        assert Register(staff.desk).rows() == ()

    def test_a_version_that_somebody_took_away_was_not_erased(self, staff: Staff) -> None:
        post = published(staff, "Zebrafish rehabilitation begins.")
        with closing(sqlite3.connect(staff.desk.folder / DATABASE)) as database, database:
            content = erased_content(staff.clock.now(), "Helen Castellanos")
            database.execute("UPDATE revision SET content = ?", (content,))
        with pytest.raises(DamagedError, match="the log knows of no erasing") as told:
            Reading(staff.desk).page(staff.helen.actor, post)
        assert not isinstance(told.value, ErasedError)

    def test_the_log_says_what_went_and_verifies(self, staff: Staff) -> None:
        post = published(staff, "Zebrafish rehabilitation begins.")
        size = Auditing(staff.desk).size()
        staff.clock.forward(7 * YEAR)
        erase(staff)
        verdict = Auditing(staff.desk).check()
        assert (verdict.problem, verdict.erased, verdict.lost) == (None, size, 0)
        assert gone_words(verdict) == f"{size:,} readable parts were erased, as the log says."
        newest, about, *older = Auditing(staff.desk).entries()
        assert (newest.action, newest.actor, newest.body["posts"]) == (Action.ERASED, "Helen Castellanos", [post])
        assert newest.body["counts"]["post"] == 1
        assert (about.action, about.object_id, about.readable) == (Action.POST_ERASED, post, True)
        assert all((each.readable, each.body) == (False, {}) for each in older)
        assert {(each.erasure.by, each.erasure.seq) for each in older if each.erasure} == {
            ("Helen Castellanos", newest.seq)
        }
        assert "Mira Okafor" in {each.actor for each in older}

    def test_a_part_that_is_lost_is_told_apart(self, staff: Staff) -> None:
        with closing(sqlite3.connect(staff.desk.folder / DATABASE)) as database, database:
            database.execute("DELETE FROM audit_body WHERE seq = 5")
        verdict = Auditing(staff.desk).check()
        assert (verdict.erased, verdict.lost) == (0, 1)
        assert gone_words(verdict).startswith("One readable part was missing, and no entry says why.")
        entry = next(each for each in Auditing(staff.desk).entries() if each.seq == 5)
        assert (entry.readable, entry.erasure) == (False, None)

    def test_erasings_of_long_ago_still_tell(self, staff: Staff) -> None:
        published(staff, "Zebrafish rehabilitation begins.")
        staff.clock.forward(7 * YEAR)
        erase(staff)
        staff.clock.forward(14 * YEAR)
        erase(staff)
        assert Auditing(staff.desk).check().lost == 0

    def test_copies_are_named(self, staff: Staff, tmp_path: Path) -> None:
        folder = tmp_path / "backups"
        folder.mkdir()
        (staff.desk.folder / "replaced-1").mkdir()
        Upkeep(folder, 5).keep(staff.desk.folder)
        make_backup(staff.desk, folder, staff.helen.actor)
        copies = Erasing(staff.desk).preview().copies
        assert (copies.folder, copies.backups, copies.aside) == (folder, 1, ("replaced-1",))
        assert copies.gone_at == staff.clock.now() + timedelta(days=5)


class TestWhoAndWhen:
    def test_an_author_erases_nothing(self, staff: Staff) -> None:
        draft(staff, "A thought")
        staff.clock.forward(timedelta(days=100))
        with pytest.raises(NotAllowedError):
            Erasing(staff.desk).erase(staff.mira.actor, planned(staff.desk).fingerprint())
        assert planned(staff.desk).items

    def test_only_what_was_seen(self, staff: Staff) -> None:
        draft(staff, "A thought")
        staff.clock.forward(timedelta(days=50))
        draft(staff, "Another")
        staff.clock.forward(timedelta(days=45))
        seen = planned(staff.desk).fingerprint()
        staff.clock.forward(timedelta(days=50))
        with pytest.raises(ChangedMeanwhileError):
            Erasing(staff.desk).erase(staff.helen.actor, seen)
        assert len(planned(staff.desk).of(Kind.DRAFT)) == 2

    def test_nothing_of_a_log_that_does_not_verify(self, staff: Staff) -> None:
        draft(staff, "A thought")
        staff.clock.forward(timedelta(days=100))
        with closing(sqlite3.connect(staff.desk.folder / DATABASE)) as database, database:
            database.execute("DROP TRIGGER audit_entry_no_update")
            database.execute("UPDATE audit_entry SET leaf = replace(leaf, 'ok', 'no') WHERE seq = 4")
        with pytest.raises(TamperedError, match="Entry 4"):
            Erasing(staff.desk).erase(staff.helen.actor, planned(staff.desk).fingerprint())
        assert planned(staff.desk).items

    def test_the_publisher_erases_drafts_and_pictures_and_no_record(self, staff: Staff) -> None:
        post = published(staff, "Flu vaccination starts on Monday.", pictures=1)
        thought = draft(staff, "A thought")
        staff.clock.forward(8 * YEAR)
        live(staff)
        done = Erasing(staff.desk).erase_unattended()
        assert done.counts == {Kind.DRAFT: 1}
        assert thought not in names(planned(staff.desk))
        assert post in names(planned(staff.desk), Kind.POST)
        assert planned(staff.desk).of(Kind.PICTURE)
        size = Auditing(staff.desk).size()
        assert not Erasing(staff.desk).erase_unattended().counts
        assert Auditing(staff.desk).size() == size

    def test_a_clock_that_is_years_ahead_erases_nothing_by_itself(self, staff: Staff) -> None:
        thought = draft(staff, "A thought")
        staff.clock.forward(13 * YEAR)
        for days in (0, 1, 1):
            live(staff, days)
            assert not Erasing(staff.desk).erase_unattended().counts
        live(staff, 1)
        assert Erasing(staff.desk).erase_unattended().counts == {Kind.DRAFT: 1}
        assert thought not in names(planned(staff.desk))

    def test_what_is_saved_while_it_looks_stays(self, staff: Staff) -> None:
        post = draft(staff, "A thought")
        staff.clock.forward(timedelta(days=100))
        live(staff)

        class SlowErasing(Erasing):
            looks = 0

            def _plan(self, *args: Any) -> Plan:
                found = super()._plan(*args)
                self.looks += 1
                if self.looks == 1:
                    working = Drafting(staff.desk).read(post)
                    body = replace(working.body, text="A better thought")
                    Drafting(staff.desk).save(staff.mira.actor, post, body, working.saves)
                return found

        erasing = SlowErasing(staff.desk)
        assert not erasing.erase_unattended().counts
        assert erasing.looks == 2
        assert Drafting(staff.desk).read(post).body.text == "A better thought"
