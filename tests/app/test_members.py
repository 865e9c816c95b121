"""Members without any picture: consent, receipt, greeting, withdrawal, export, end; over real stores."""

import json
import threading
import time
from contextlib import closing

import numpy as np
import pytest
from joining import SETTINGS, UNDECLARED, FakeSubjects, Kiosk, RealSubjects

from corner_shop import NOON, live
from corner_shop import SITE as CORNER
from galleria.app import members_look
from galleria.app.deliveries import RecordedDeliveries
from galleria.app.integrations import Integrations, IntegrationSettings, Surroundings
from galleria.app.members import ANSWERED_EVERY, Ended, Erased, nothing_runs
from galleria.app.members_ending import ERASED_WITHIN, TURN_EVERY
from galleria.app.members_receipt import label_of, new_code, read_code, receipt_hash
from galleria.app.members_text import MembersSettings, best_for, consent_texts
from galleria.app.recognition.ports import Subjects
from galleria.app.references import References
from galleria.domain.access import Role
from galleria.domain.errors import (
    AccessError,
    ConflictError,
    InputError,
    NotFoundError,
    PolicyError,
    TooManyError,
)
from galleria.domain.face import Template
from galleria.domain.purpose import Purpose
from galleria.storage.vault.keys import KeyStore
from galleria.storage.vault.roster import Roster
from mosquitto_broker import until
from webhook_receiver import Receiver

DAY = 86400.0


def template(seed):
    values = np.random.default_rng(seed).standard_normal(128)
    return Template("dlib-128", (values / np.linalg.norm(values)).astype(np.float32))


@pytest.fixture
def seen(monkeypatch):
    """What pictures show, without networks: a picture is the number of a face."""
    looked = []

    def look(_steps, pictures, *, joining):
        looked.append((len(pictures), joining))
        return [template(int(raw or 0)) for raw in pictures]

    monkeypatch.setattr(members_look, "look", look)
    return looked


@pytest.fixture
def kiosk(tmp_path, seen):
    with closing(Kiosk(tmp_path)) as made:
        yield made


@pytest.fixture
def real(tmp_path, seen):
    """With a real gallery over a real vault."""
    with closing(Kiosk(tmp_path)) as made:
        made.subjects = RealSubjects(tmp_path, made.clock)
        yield made


class TestText:
    def test_it_says_who_what_for_how_long_and_how_to_take_it_back(self, kiosk):
        (text,) = kiosk.members.texts()
        for words in (SETTINGS["controller"], SETTINGS["contact"], SETTINGS["equal_way"], "12 months",
                      "https://mall.example/withdraw", "greeted", "erased"):  # fmt: skip
            assert words in text.text
        assert "{" not in text.text
        assert (text.language, text.version) == ("en", "1")

    def test_another_word_is_another_hash(self):
        one, other = (
            consent_texts(MembersSettings.from_settings({**SETTINGS, "contact": contact}))[0] for contact in ("a", "b")
        )
        assert one.sha256 != other.sha256

    @pytest.mark.parametrize("missing", ["controller", "contact", "equal_way"])
    def test_nobody_joins_while_something_is_not_said(self, kiosk, missing):
        kiosk.settings[missing] = " "
        with pytest.raises(ConflictError, match="lacks"):
            kiosk.members.texts()
        assert "lacks" in kiosk.members.ready()

    def test_a_text_of_ones_own_has_to_say_everything(self):
        whole = "{controller} {purpose} {retention} {withdrawal} {equal_way} {contact}"
        own = [{"language": "de", "version": "3", "text": f"Einwilligung. {whole}"},
               {"language": "fr-CA", "version": "1", "text": f"Consentement. {whole}"}]  # fmt: skip
        texts = consent_texts(MembersSettings.from_settings({**SETTINGS, "texts": own}))
        assert [text.text[:5] for text in texts] == ["Einwi", "Conse"]
        assert best_for(texts, "fr").language == "fr-CA"
        assert best_for(texts, "pl").language == "de"  # there is no English one
        for wrong in ("Ja.", f"{whole} {{name}}"):
            with pytest.raises(InputError, match=r"texts\.0\.text"):
                MembersSettings.from_settings({"texts": [{**own[0], "text": wrong}]})

    def test_settings_only_shorten(self):
        with pytest.raises(InputError, match="unused_days"):
            MembersSettings.from_settings({"unused_days": 366})


class TestCodes:
    def test_however_it_is_typed(self):
        code = new_code()
        assert read_code(f" {code.lower().replace('-', ' ')} ".replace("0", "o").replace("1", "l")) == read_code(code)
        assert len(read_code(code)) == 24

    def test_label_and_hash_tell_nothing_of_each_other(self):
        code = new_code()
        assert label_of(code) not in receipt_hash(code)
        assert label_of(code) == label_of(code.lower())
        assert len({label_of(new_code()) for _ in range(100)}) == 100


class TestJoining:
    def test_a_receipt_for_people_and_programs(self, kiosk):
        receipt = kiosk.join(b"1", b"1", b"1")
        facts = json.loads(receipt.json)
        assert facts["member"] == receipt.member
        assert facts["code"] == receipt.code
        assert facts["purpose"] == "members"
        assert facts["text_sha256"] == kiosk.agreed
        assert facts["withdraw_at"] == "https://mall.example/withdraw"
        assert "<svg" in receipt.qr
        assert "style" not in receipt.qr  # the page forbids it
        assert len(next(iter(kiosk.subjects.held.values()))) == 3
        assert kiosk.members.count(kiosk.operator) == 1

    def test_only_whoever_may_and_only_with_the_text_that_holds(self, kiosk):
        analyst = kiosk.people.add(kiosk.ada, "Anna", Role.ANALYST)
        with pytest.raises(AccessError):
            kiosk.members.join(analyst, kiosk.agreed, [b"1"])
        with pytest.raises(AccessError):
            kiosk.members.count(analyst)
        before = kiosk.agreed
        kiosk.settings["contact"] = "somebody else"
        for wrong in (before, "", "0" * 64):
            with pytest.raises(ConflictError, match="not the one that holds now"):
                kiosk.members.join(kiosk.operator, wrong, [b"1"])
        assert kiosk.subjects.held == {}
        assert not (kiosk.folder / "vaults").exists()

    def test_nobody_joins_while_the_purpose_does_not_run(self, kiosk, seen):
        kiosk.members.use(nothing_runs())
        assert "no members' purpose runs" in kiosk.members.ready()
        with pytest.raises(PolicyError, match="no members' purpose runs"):
            kiosk.join(b"1")
        assert seen == []  # nobody was looked at

    def test_who_joins_is_not_looked_at_for_another_purpose_that_runs(self, kiosk, seen):
        kiosk.subjects.granted = False  # the gallery is there, to forget; the networks are, for other purposes
        assert "members does not run" in kiosk.members.ready()
        with pytest.raises(PolicyError, match="members does not run"):
            kiosk.join(b"1")
        assert seen == []

    def test_a_face_joins_once(self, kiosk):
        kiosk.join(b"1")
        with pytest.raises(ConflictError, match="a member's already"):
            kiosk.join(b"1")

    def test_it_is_no_import(self, kiosk):
        for n in range(30):
            kiosk.join(b"%d" % n)
        with pytest.raises(TooManyError, match="too many joined"):
            kiosk.join(b"99")
        kiosk.clock.advance(3600)
        kiosk.join(b"99")

    def test_what_fails_leaves_nothing(self, kiosk):
        kiosk.subjects.fails = True
        with pytest.raises(PolicyError):
            kiosk.join(b"1")
        assert kiosk.members.count(kiosk.operator) == 0
        assert "member.joined" not in {entry.action for entry in kiosk.audit()}
        kiosk.clock.advance(400 * DAY)
        assert kiosk.members.turn(kiosk.clock.now()) == 0

    def test_the_audit_names_nobody(self, kiosk):
        receipt = kiosk.join(b"1")
        (entry,) = [entry for entry in kiosk.audit() if entry.action == "member.joined"]
        assert entry.subject == f"receipt:{receipt_hash(receipt.code)}"
        assert receipt.member not in str(entry)
        assert receipt.code not in str(entry)


class TestStores:
    def test_none_alone_joins_two(self, real):
        """Each store opened with its own key alone: who, which label, and which template are never side by side."""
        receipt = real.join(b"1")
        label = label_of(receipt.code)
        kept = real.members._stores.kept()
        rows = {
            "identities": b"".join(row for _, row in kept._identities._rows.all()),
            "roster": b"".join(row for _, row in kept._roster._rows.all()),
            "templates": b"".join(row for _, row in real.subjects.vault._rows.all()),
        }
        knows = {
            name: {what for what, marks in {
                "identity": [receipt.member.encode()],
                "label": [label.encode(), bytes.fromhex(label)],
                "receipt": [receipt_hash(receipt.code).encode()],
            }.items() if any(mark in raw for mark in marks)}
            for name, raw in rows.items()
        }  # fmt: skip
        assert knows == {"identities": {"identity", "receipt"}, "roster": {"label"}, "templates": {"label"}}
        for text in (label, receipt.member, receipt.code):
            assert real.where(text) == []  # sealed: in no file in the open

    def test_keys_lie_elsewhere_and_nobody_else_reads_them(self, kiosk):
        kiosk.join(b"1")
        modes = {path.name: path.stat().st_mode & 0o777 for path in (kiosk.folder / "vaults").iterdir()}
        assert set(modes) >= {"members-identities.vault", "members-roster.vault"}
        assert set(modes.values()) == {0o600}
        assert (kiosk.folder / "keys").stat().st_mode & 0o777 == 0o700

    def test_they_are_there_after_a_restart(self, kiosk):
        receipt = kiosk.join(b"1")
        kiosk.members.close()
        kiosk.members = kiosk.made()
        assert kiosk.members.count(kiosk.operator) == 1
        assert kiosk.members.withdraw(receipt.code, address="a") is Ended.WITHDRAWN


class TestWithdrawal:
    def test_one_step_and_nothing_is_left(self, real):
        receipt, other = real.join(b"1"), real.join(b"2")
        label = label_of(receipt.code)
        real.members.seen(label, "door", real.clock.now())
        assert real.subjects.find([template(1)]) == label
        begun = time.perf_counter()
        assert real.members.withdraw(receipt.code, address="a") is Ended.WITHDRAWN
        print(f"\nwithdrawn and erased in {time.perf_counter() - begun:.3f} s")  # noqa: T201 - shown with -s
        assert real.subjects.find([template(1)]) == ""
        assert real.subjects.find([template(2)]) == label_of(other.code)
        assert real.where(label, receipt.member, receipt.code) == []
        assert real.told.messages == []
        kept = real.members._stores.kept()
        for sealed in (kept._identities._rows, kept._roster._rows, real.subjects.vault._rows):
            opened = b"".join(row for _, row in sealed.all())
            for mark in (
                label.encode(),
                bytes.fromhex(label),
                receipt.member.encode(),
                receipt_hash(receipt.code).encode(),
            ):
                assert mark not in opened
        assert real.members.count(real.operator) == 1
        stone = [entry for entry in real.audit() if entry.action == "member.withdrawn"]
        assert [entry.subject for entry in stone] == [f"receipt:{receipt_hash(receipt.code)}"]
        assert stone[0].facts == {"text": real.agreed}

    def test_a_second_time_and_a_wrong_code(self, kiosk):
        receipt = kiosk.join(b"1")
        assert kiosk.members.withdraw(new_code(), address="a") is Ended.UNKNOWN
        assert kiosk.members.withdraw("", address="a") is Ended.UNKNOWN
        assert kiosk.members.withdraw(receipt.code.lower(), address="a") is Ended.WITHDRAWN
        for _ in range(2):
            assert kiosk.members.withdraw(receipt.code, address="a") is Ended.BEFORE
        with pytest.raises(NotFoundError):
            kiosk.members.export(receipt.code, address="a")
        with pytest.raises(InputError):
            kiosk.members.withdraw("0" * 1000, address="a")

    def test_before_anybody_joined(self, kiosk):
        assert kiosk.members.withdraw(new_code(), address="a") is Ended.UNKNOWN
        assert kiosk.members.count(kiosk.operator) == 0
        assert not (kiosk.folder / "keys").exists()

    def test_codes_cannot_be_tried_out(self, kiosk):
        for _ in range(20):
            kiosk.members.withdraw(new_code(), address="192.0.2.1")
        with pytest.raises(TooManyError, match="to use a receipt"):
            kiosk.members.withdraw(new_code(), address="192.0.2.1")
        kiosk.members.withdraw(new_code(), address="192.0.2.2")

    def test_right_codes_do_not_count_so_that_a_busy_kiosk_locks_nobody_out(self, kiosk):
        receipts = [kiosk.join(b"%d" % n) for n in range(25)]
        for _ in range(19):
            kiosk.members.withdraw(new_code(), address="kiosk")
        for receipt in receipts:
            assert kiosk.members.export(receipt.code, address="kiosk")["member"] == receipt.member
            assert kiosk.members.withdraw(receipt.code, address="kiosk") is Ended.WITHDRAWN
            assert kiosk.members.withdraw(receipt.code, address="kiosk") is Ended.BEFORE
        with pytest.raises(NotFoundError):  # the twentieth that fails
            kiosk.members.export(new_code(), address="kiosk")
        with pytest.raises(TooManyError):
            kiosk.members.export(new_code(), address="kiosk")

    def test_a_lock_out_says_nothing_about_a_code(self, kiosk, monkeypatch):
        """After too many wrong ones a right code is refused in the same words, before anything is looked up."""
        right, over = kiosk.join(b"1"), kiosk.join(b"2")
        kiosk.members.withdraw(over.code, address="a")
        for _ in range(20):
            kiosk.members.withdraw(new_code(), address="a")
        asked = looked_up(kiosk, monkeypatch)
        told = set()
        for code in (right.code, over.code, new_code()):
            for use in (kiosk.members.withdraw, kiosk.members.export):
                with pytest.raises(TooManyError) as refused:
                    use(code, address="a")
                told.add((str(refused.value), refused.value.remedy))
        assert len(told) == 1
        assert asked == []

    def test_of_every_code_the_same_is_asked(self, kiosk, monkeypatch):
        right, over = kiosk.join(b"1"), kiosk.join(b"2")
        kiosk.members.withdraw(over.code, address="a")
        asked, seen = looked_up(kiosk, monkeypatch), []
        for code in (right.code, over.code, new_code()):
            kiosk.members._codes.brought(code, "a")
            seen.append(list(asked))
            asked.clear()
        assert seen == [["identity", "ended"]] * 3

    def test_it_works_while_the_purpose_is_stopped(self, real):
        receipt = real.join(b"1")
        real.subjects.permit.holds = False
        assert real.members.withdraw(receipt.code, address="a") is Ended.WITHDRAWN
        assert len(real.subjects.vault) == 0

    def test_templates_that_cannot_be_reached_go_later(self, kiosk):
        receipt = kiosk.join(b"1")
        kiosk.subjects.runs = False
        assert kiosk.members.withdraw(receipt.code, address="a") is Ended.WITHDRAWN
        assert kiosk.members.count(kiosk.operator) == 0
        kiosk.members.seen(label_of(receipt.code), "door", kiosk.clock.now())
        assert kiosk.told.messages == []
        kiosk.clock.advance(3600)
        kiosk.members.turn(kiosk.clock.now())
        assert kiosk.subjects.held
        kiosk.subjects.runs = True
        kiosk.clock.advance(3600)
        kiosk.members.turn(kiosk.clock.now())
        assert kiosk.subjects.held == {}
        assert kiosk.members._stores.kept().listed() == []

    @pytest.mark.parametrize("fails", ["write", "drop"])
    def test_an_interrupted_one_can_be_finished(self, kiosk, monkeypatch, fails):
        receipt = kiosk.join(b"1")
        with monkeypatch.context() as patch:
            target = kiosk.people.access.audit if fails == "write" else kiosk.members._stores.kept()

            def fail(*_, **__):
                raise ConflictError("the power failed")

            patch.setattr(target, fails, fail)
            with pytest.raises(ConflictError):
                kiosk.members.withdraw(receipt.code, address="a")
        assert kiosk.subjects.held == {}  # comparing stopped first
        assert kiosk.members.withdraw(receipt.code, address="a") is Ended.WITHDRAWN
        assert kiosk.members.count(kiosk.operator) == 0

    @pytest.mark.parametrize("fails", ["templates", "roster", "audit"])
    def test_one_that_cannot_be_finished_greets_nobody_any_more(self, kiosk, monkeypatch, fails):
        """What is sealed still is loaded into the gallery again when the purpose is started anew."""
        receipt = kiosk.join(b"1")
        owner, name = {
            "templates": (kiosk.subjects, "forget"),
            "roster": (Roster, "keep"),
            "audit": (kiosk.people.access.audit, "write"),
        }[fails]
        with monkeypatch.context() as patch:
            patch.setattr(owner, name, failing)
            with pytest.raises(ConflictError):
                kiosk.members.withdraw(receipt.code, address="a")
            kiosk.members.seen(label_of(receipt.code), "door", kiosk.clock.now())
            assert kiosk.told.messages == []
        assert kiosk.members.withdraw(receipt.code, address="a") is Ended.WITHDRAWN

    def test_one_that_cannot_be_finished_greets_nobody_after_a_restart(self, kiosk, monkeypatch):
        receipt = kiosk.join(b"1")
        with monkeypatch.context() as patch:
            patch.setattr(kiosk.subjects, "forget", failing)
            with pytest.raises(ConflictError):
                kiosk.members.withdraw(receipt.code, address="a")
            kiosk.members.close()
            kiosk.members = kiosk.made()
            kiosk.members.seen(label_of(receipt.code), "door", kiosk.clock.now())
            assert kiosk.told.messages == []


def looked_up(kiosk, monkeypatch):
    """What is asked of stores and audit from now on."""
    asked = []

    def noted(name, was):
        return lambda *given: asked.append(name) or was(*given)

    for owner, name in ((kiosk.members._stores.kept(), "identity"), (kiosk.members._ending, "ended")):
        monkeypatch.setattr(owner, name, noted(name, getattr(owner, name)))
    return asked


class TestAfterARestart:
    """What could not be done, or was interrupted, is done with the first turn after a start."""

    def restarted(self, kiosk):
        kiosk.members.close()
        kiosk.members = kiosk.made()
        return kiosk.members.turn(kiosk.clock.now())

    def test_templates_that_could_not_be_reached_go(self, kiosk):
        receipt = kiosk.join(b"1")
        kiosk.subjects.runs = False
        assert kiosk.members.withdraw(receipt.code, address="a") is Ended.WITHDRAWN
        kiosk.members.turn(kiosk.clock.now())
        assert [one.over for one in kiosk.members._stores.kept().listed()] == [True]
        kiosk.subjects.runs = True
        self.restarted(kiosk)  # no second later than before
        assert kiosk.subjects.held == {}
        assert kiosk.members._stores.kept().listed() == []

    def test_from_a_real_vault(self, real, tmp_path):
        receipt, other = real.join(b"1"), real.join(b"2")
        real.subjects.forget = unreachable
        assert real.members.withdraw(receipt.code, address="a") is Ended.WITHDRAWN
        real.subjects.close()
        real.subjects = RealSubjects(tmp_path, real.clock)
        assert real.subjects.find([template(1)]) == label_of(receipt.code)
        self.restarted(real)
        assert real.subjects.find([template(1)]) == ""
        assert real.subjects.find([template(2)]) == label_of(other.code)
        assert len(real.subjects.vault) == 1

    def test_a_label_whose_templates_never_come_back_does_not_stay_for_ever(self, kiosk):
        receipt = kiosk.join(b"1")
        kiosk.subjects.runs = False
        kiosk.members.withdraw(receipt.code, address="a")
        begun = kiosk.clock.now()
        for days, left in ((1, 1), (364, 1), (365, 0)):
            kiosk.clock.time = begun + days * DAY
            self.restarted(kiosk)
            assert len(kiosk.members._stores.kept().listed()) == left, days

    @pytest.mark.parametrize("where", ["audit", "drop"])
    def test_an_erasure_by_face_that_was_interrupted(self, kiosk, monkeypatch, where):
        """No receipt would be brought, and no face finds what is left: the templates are gone."""
        receipt = kiosk.join(b"1")
        with monkeypatch.context() as patch:
            owner, name = (kiosk.people.access.audit, "write") if where == "audit" else (
                kiosk.members._stores.kept(), "drop"
            )  # fmt: skip
            patch.setattr(owner, name, failing)
            with pytest.raises(ConflictError):
                kiosk.members.erase_by_face(kiosk.operator, [b"1"])
        assert kiosk.subjects.held == {}
        assert kiosk.members.count(kiosk.operator) == 1
        self.restarted(kiosk)
        assert kiosk.members.count(kiosk.operator) == 0
        stones = [entry for entry in kiosk.audit() if entry.action == "member.erased"]
        assert [stone.subject for stone in stones] == [f"receipt:{receipt_hash(receipt.code)}"]
        assert kiosk.members.withdraw(receipt.code, address="a") is Ended.BEFORE

    def test_what_was_deleted_leaves_the_log(self, kiosk, monkeypatch):
        folded = []
        monkeypatch.setattr(kiosk.records, "fold", lambda: folded.append(1) or True)
        self.restarted(kiosk)
        assert folded == [1]
        kiosk.clock.advance(3600)
        kiosk.members.turn(kiosk.clock.now())
        assert folded == [1]


class TestUndeclared:
    """The purpose is not in the site file any more."""

    def test_nothing_that_leads_to_anybody_is_left(self, real):
        receipts = [real.join(b"1"), real.join(b"2")]
        gone = real.join(b"3")
        assert real.members.withdraw(gone.code, address="a") is Ended.WITHDRAWN
        real.members.seen(label_of(receipts[0].code), "door", real.clock.now())
        real.site = UNDECLARED
        assert real.members.turn(real.clock.now()) == 2
        assert len(real.subjects.vault) == 0
        assert real.told.messages == []
        assert real.members.count(real.operator) == 0
        assert not list((real.folder / "vaults").glob("members-*"))
        left = {key.scope.store for key in KeyStore(real.folder / "keys").all()}
        assert left == {"templates"}  # which recognition destroys; a copy of the others opens nothing any more
        for receipt in receipts:
            assert real.where(label_of(receipt.code), receipt.member, receipt.code) == []

    def test_that_it_was_lawful_is_proved_by_the_audit(self, kiosk):
        receipt = kiosk.join(b"1")
        gone = kiosk.join(b"2")
        kiosk.members.withdraw(gone.code, address="a")
        kiosk.site = UNDECLARED
        kiosk.members.turn(kiosk.clock.now())
        about = [entry for entry in kiosk.audit() if entry.subject == f"receipt:{receipt_hash(receipt.code)}"]
        assert [entry.action for entry in about] == ["member.undeclared", "member.joined"]
        assert about[1].facts == {"text": kiosk.agreed, "language": "en", "version": "1"}
        assert about[0].actor_kind == "system"
        assert receipt.member not in str(kiosk.audit())
        assert "member.undeclared" not in {e.action for e in kiosk.audit() if receipt_hash(gone.code) in e.subject}
        assert kiosk.members.withdraw(receipt.code, address="a") is Ended.BEFORE

    def test_within_a_day_though_it_fails_at_first(self, kiosk, monkeypatch):
        kiosk.join(b"1")
        kiosk.site, begun = UNDECLARED, kiosk.clock.now()
        with monkeypatch.context() as patch:
            patch.setattr(kiosk.people.access.audit, "note", failing)
            for _ in range(20):
                with pytest.raises(ConflictError):
                    kiosk.members.turn(kiosk.clock.now())
                kiosk.clock.advance(TURN_EVERY)
        assert kiosk.members.turn(kiosk.clock.now()) == 1
        assert kiosk.clock.now() - begun < ERASED_WITHIN == 86400
        assert kiosk.members.turn(kiosk.clock.now() + TURN_EVERY) == 0

    def test_also_where_templates_are_out_of_reach(self, kiosk):
        kiosk.join(b"1")
        kiosk.subjects.runs, kiosk.site = False, UNDECLARED
        assert kiosk.members.turn(kiosk.clock.now()) == 1
        assert not list((kiosk.folder / "keys").glob("*.key"))

    @pytest.mark.parametrize("when", ["between", "before-burying"])
    def test_an_interrupted_shredding_is_finished_after_a_restart(self, kiosk, monkeypatch, when):
        kiosk.join(b"1")
        kiosk.site = UNDECLARED
        with monkeypatch.context() as patch:
            if when == "between":
                patch.setattr(Roster, "shred", failing)
            else:
                patch.setattr(KeyStore, "bury", failing)
            with pytest.raises(ConflictError):
                kiosk.members.turn(kiosk.clock.now())
        kiosk.members = kiosk.made()
        kiosk.members.turn(kiosk.clock.now())
        assert not list((kiosk.folder / "keys").glob("*.key"))
        assert not list((kiosk.folder / "vaults").glob("members-*"))

    def test_declared_again_people_join_again(self, kiosk):
        kiosk.join(b"1")
        declared, kiosk.site = kiosk.site, UNDECLARED
        kiosk.members.turn(kiosk.clock.now())
        kiosk.site = declared
        receipt = kiosk.join(b"1")
        kiosk.clock.advance(3600)
        assert kiosk.members.turn(kiosk.clock.now()) == 0
        assert kiosk.members.export(receipt.code, address="a")["member"] == receipt.member

    def test_where_nobody_ever_joined_nothing_is_made(self, kiosk):
        kiosk.site = UNDECLARED
        assert kiosk.members.turn(kiosk.clock.now()) == 0
        assert not (kiosk.folder / "keys").exists()
        assert not (kiosk.folder / "vaults").exists()


def unreachable(_label):
    raise PolicyError("no members' purpose runs", "Declare it.")


def failing(*_, **__):
    raise ConflictError("the power failed", "Turn it on.")


class TestGreeting:
    def test_the_pseudonym_and_nothing_else(self, kiosk):
        receipt = kiosk.join(b"1")
        kiosk.members.seen(label_of(receipt.code), "door", kiosk.clock.now())
        (message,) = kiosk.told.messages
        assert message["data"] == {"member": receipt.member}
        assert set(message) == {"specversion", "id", "source", "type", "time", "datacontenttype", "data"}
        assert message["type"] == "galleria.member.seen.v1"
        assert "door" not in json.dumps(message)
        assert label_of(receipt.code) not in json.dumps(message)

    def test_at_most_once_an_hour(self, kiosk):
        label = label_of(kiosk.join(b"1").code)
        for seconds in (0, 10, 3590, 3600, 3700, 7200):
            kiosk.members.seen(label, "door", kiosk.clock.now() + seconds)
        assert len(kiosk.told.messages) == 3

    def test_strangers_are_told_to_nobody(self, kiosk):
        kiosk.members.seen("ab" * 16, "door", kiosk.clock.now())
        kiosk.join(b"1")
        kiosk.members.seen("ab" * 16, "door", kiosk.clock.now())
        assert kiosk.told.messages == []

    def test_the_gallery_may_tell_while_somebody_joins(self, kiosk):
        """No lock is waited for in a circle: here the gallery tells from within its own work."""
        label = label_of(kiosk.join(b"1").code)
        enrol = kiosk.subjects.enrol

        def telling(*given):
            told = threading.Thread(target=kiosk.members.seen, args=(label, "door", kiosk.clock.now()))
            told.start()
            told.join(5)
            assert not told.is_alive()
            enrol(*given)

        kiosk.subjects.enrol = telling
        kiosk.join(b"2")
        assert len(kiosk.told.messages) == 1


class TestEnd:
    def test_consent_ends_after_twelve_months_however_often_somebody_comes(self, kiosk):
        label = label_of(kiosk.join(b"1").code)
        begun = kiosk.clock.now()
        for day in range(30, 361, 30):
            kiosk.clock.time = begun + day * DAY
            kiosk.members.seen(label, "door", kiosk.clock.now())
            assert kiosk.members.turn(kiosk.clock.now()) == 0
        kiosk.clock.time = begun + 365 * DAY - 1
        assert kiosk.members.turn(kiosk.clock.now()) == 0
        kiosk.clock.time = begun + 365 * DAY + 3600
        assert kiosk.members.turn(kiosk.clock.now()) == 1
        assert kiosk.subjects.held == {}
        assert kiosk.audit()[0].action == "member.expired"
        assert kiosk.audit()[0].actor_kind == "system"

    def test_who_does_not_come_is_erased_before(self, kiosk):
        kiosk.settings["unused_days"] = 100
        comes, stays_away = kiosk.join(b"1"), kiosk.join(b"2")
        for _ in range(11):
            kiosk.clock.advance(10 * DAY)
            kiosk.members.seen(label_of(comes.code), "door", kiosk.clock.now())
            kiosk.members.turn(kiosk.clock.now())
        assert list(kiosk.subjects.held) == [label_of(comes.code)]
        assert kiosk.members.withdraw(stays_away.code, address="a") is Ended.BEFORE

    def test_only_the_day_of_the_last_use_is_kept(self, kiosk):
        receipt = kiosk.join(b"1")
        for hours in (1, 5, 30, 31):
            kiosk.members.seen(label_of(receipt.code), "door", kiosk.clock.now() + hours * 3600)
        (listed,) = kiosk.members._stores.kept().listed()
        assert listed.used % DAY == 0
        assert kiosk.members.export(receipt.code, address="a")["visits"] == "none"


class TestRights:
    def test_what_is_held(self, kiosk):
        receipt = kiosk.join(b"1")
        held = kiosk.members.export(receipt.code, address="a")
        assert held["member"] == receipt.member
        assert held["agreed_at"] == receipt.facts["agreed_at"]
        assert held["text_sha256"] == kiosk.agreed
        assert receipt.code not in json.dumps(held)
        assert label_of(receipt.code) not in json.dumps(held)
        assert all(isinstance(value, str) for value in held.values())  # no vector among them
        assert kiosk.audit()[0].action == "member.exported"
        with pytest.raises(NotFoundError):
            kiosk.members.export(new_code(), address="a")

    def test_erased_by_face_for_every_purpose(self, kiosk, seen):
        class Counted:
            def __init__(self, count):
                self.count, self.asked = count, []

            def erase(self, templates):
                self.asked.append(len(templates))
                return self.count

        kiosk.erasures = {Purpose.UNIQUE: Counted(1), Purpose.RETURNING: Counted(0)}
        receipt = kiosk.join(b"1")
        kiosk.join(b"2")
        erased = kiosk.members.erase_by_face(kiosk.operator, [b"1"] * 3)
        (entry,) = [entry for entry in kiosk.audit() if entry.action == "visitor.erased-by-face"]
        assert entry.subject == f"request:{erased.request}"
        assert entry.facts == {"unique": 1, "returning": 0, "members": 1}
        assert seen[-1] == (3, False)  # no age keeps anybody from being erased
        assert kiosk.members.count(kiosk.operator) == 1
        assert kiosk.members.withdraw(receipt.code, address="a") is Ended.BEFORE

    def test_the_watchlist_is_asked_for_alike_whoever_comes(self, kiosk):
        kiosk.join(b"1")
        entries = []
        for picture in (b"1", b"7"):
            erased = kiosk.members.erase_by_face(kiosk.operator, [picture])
            (entry,) = [
                e for e in kiosk.audit() if e.subject == f"request:{erased.request}" and e.action == "watchlist.asked"
            ]
            entries.append((entry.action, entry.facts, entry.actor))
        assert entries[0] == entries[1]

    def test_whoever_comes_is_told_the_same_after_the_same_time(self, kiosk):
        """However long erasing took; the truth is in the audit alone."""
        kiosk.join(b"1")
        forget, slow = kiosk.subjects.forget, 1.7

        def slowly(label):
            kiosk.clock.advance(slow)
            return forget(label)

        kiosk.subjects.forget = slowly
        taken, told = [], []
        for picture in (b"1", b"7", b"1"):
            begun = kiosk.clock.now()
            erased = kiosk.members.erase_by_face(kiosk.operator, [picture] * 3)
            taken.append(kiosk.clock.now() - begun)
            told.append([getattr(erased, name) for name in Erased.__slots__ if name != "request"])
        assert kiosk.waited[0] == pytest.approx(ANSWERED_EVERY - slow)
        assert taken == pytest.approx([ANSWERED_EVERY] * 3)
        assert told == [[]] * 3
        truth = [e.facts["members"] for e in kiosk.audit() if e.action == "visitor.erased-by-face"]
        assert truth == [0, 0, 1]

    def test_a_fault_is_told_after_the_same_time_too(self, kiosk, monkeypatch):
        kiosk.join(b"1")
        monkeypatch.setattr(kiosk.subjects, "forget", failing)
        begun = kiosk.clock.now()
        with pytest.raises(ConflictError):
            kiosk.members.erase_by_face(kiosk.operator, [b"1"] * 3)
        assert kiosk.clock.now() - begun == pytest.approx(ANSWERED_EVERY)

    def test_pictures_that_do_not_agree_find_nobody(self, kiosk):
        """A member's photograph among others: nobody is compared, and nobody is erased or taken."""
        kiosk.join(b"1")
        before = len(kiosk.audit())
        with pytest.raises(InputError, match="not surely of one face"):
            kiosk.members.erase_by_face(kiosk.operator, [b"1", b"1", b"2"])
        assert len(kiosk.subjects.held) == 1
        assert kiosk.waited == []  # they are refused whoever they show
        with pytest.raises(InputError, match="not surely of one face"):
            kiosk.join(b"3", b"3", b"4")
        assert len(kiosk.subjects.held) == 1
        assert len(kiosk.audit()) == before

    def test_only_at_the_kiosk(self, kiosk):
        guard = kiosk.people.add(kiosk.ada, "Gus", Role.GUARD)
        with pytest.raises(AccessError):
            kiosk.members.erase_by_face(guard, [b"1"])

    def test_nobody_is_looked_at_while_no_purpose_runs(self, kiosk):
        kiosk.members.use(nothing_runs())
        with pytest.raises(PolicyError):
            kiosk.members.erase_by_face(kiosk.operator, [b"1"])


class Quiet:
    def subjects(self):
        return []


def test_a_webhook_is_sent_the_pseudonym_and_its_trace_goes_with_the_member(tmp_path, seen, monkeypatch):
    """Records, outbox, courier and receiver are real."""
    monkeypatch.setattr("galleria.app.integrations.TURN_SECONDS", 0.02)
    monkeypatch.setattr("galleria.app.outbox._LOOK_SECONDS", 0.02)
    with closing(Kiosk(tmp_path)) as kiosk, closing(Receiver()) as receiver, closing(Receiver()) as deaf:
        kiosk.clock.time = NOON
        hook = {"secret": "${K}", "private": True}
        hooks = [{"id": "shop", "address": f"http://localhost:{receiver.port}/", "kinds": ["member"], **hook},
                 {"id": "counts", "address": f"http://localhost:{deaf.port}/", **hook}]  # fmt: skip
        around = Surroundings(
            Quiet(), RecordedDeliveries(kiosk.records), live, lambda _: [], References(tmp_path, {"K": "s3cret"}),
            kiosk.clock,
        )  # fmt: skip
        integrations = Integrations(CORNER, around, IntegrationSettings.from_settings({"webhooks": {"hooks": hooks}}))
        kiosk.told = integrations
        kiosk.members = kiosk.made()
        receipt = kiosk.join(b"1")
        integrations.start()
        try:
            kiosk.members.seen(label_of(receipt.code), "door", kiosk.clock.now())
            until(lambda: receiver.events)
            until(lambda: not integrations.depth())
        finally:
            integrations.stop()
        (event,) = receiver.events
        assert event["data"] == {"member": receipt.member}
        assert "subject" not in event
        assert deaf.events == []  # who did not ask for greetings gets none
        assert kiosk.where(receipt.member) != []  # it is in the outbox for a while
        kiosk.members.withdraw(receipt.code, address="a")
        assert kiosk.where(receipt.member, receipt.code, label_of(receipt.code)) == []


def test_a_port_is_a_port():
    """What the tests pretend to be is what recognition gives."""
    for kind in (FakeSubjects, RealSubjects):
        assert all(callable(getattr(kind, name)) for name in vars(Subjects) if not name.startswith("_"))
