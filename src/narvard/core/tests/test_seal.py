"""The sealer: chains per provider, late commits, two sealers at once, forgetting."""

import threading
import uuid
from datetime import timedelta

import pytest
from django.db import connection, transaction

from narvard.core import audit, seal
from narvard.core.models import AuditBatch, AuditChain, AuditEvent, AuditSubject
from narvard.core.tests.logs import AT, MUNICIPALITY, REGION, Someone, start_counting_anew, write_some
from narvard.core.verify import verify

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_log(db):
    start_counting_anew()


def test_each_provider_has_its_own_chain_and_the_system_one():
    write_some(2), write_some(1, Someone(MUNICIPALITY)), write_some(1, audit.SYSTEM)
    assert seal.seal(AT) == seal.Sealed(batches=3, events=4)
    told = {row.chain_id: (row.sequence, row.events, row.subjects) for row in AuditBatch.objects.all()}
    assert told == {REGION: (1, 2, 1), MUNICIPALITY: (1, 1, 1), seal.SYSTEM_CHAIN: (1, 1, 1)}
    assert not AuditEvent.objects.filter(batch=None).exists()


def test_a_batch_follows_from_the_one_before():
    for _each in range(3):
        write_some(1)
        seal.seal(AT)
    first, second, third = AuditBatch.objects.order_by("sequence")
    assert (first.previous, second.previous, third.previous) == ("", first.head, second.head)
    assert AuditChain.objects.get().head == third.head


def test_what_is_sealed_is_not_sealed_again():
    write_some()
    seal.seal(AT)
    assert seal.seal(AT) == seal.Sealed(0, 0)


def test_many_rows_become_several_batches(monkeypatch):
    monkeypatch.setattr(seal, "EVENTS_IN_BATCH", 4)
    write_some(10)
    assert seal.seal(AT) == seal.Sealed(batches=3, events=10)
    assert verify().ok


@pytest.mark.parametrize("back", [{"sequence": 0, "head": ""}, {"sequence": 1}, {"head": "x"}, {"sequence": 9}])
def test_a_chains_row_that_was_set_wrong_stops_no_sealing(back):
    for _each in range(2):
        write_some(1)
        seal.seal(AT)
    AuditChain.objects.update(**back)
    assert not verify().ok
    write_some(1)
    assert seal.seal(AT) == seal.Sealed(1, 1)
    assert AuditEvent.objects.filter(batch=None).count() == 0
    assert verify().ok == (back != {"sequence": 9})


def test_a_batch_that_was_deleted_stays_found_after_the_next_sealing():
    for _each in range(2):
        write_some(1)
        seal.seal(AT)
    event = AuditEvent.objects.last()
    event.subjects.all().delete()
    event.delete()
    AuditBatch.objects.filter(sequence=2).delete()
    write_some(1)
    seal.seal(AT)
    assert ("batch-removed", 2) in {(each.kind, each.batch) for each in verify().findings}


def test_the_oldest_row_that_waits_is_told():
    assert seal.oldest_unsealed() is None
    write_some(2, at=AT)
    write_some(1, at=AT - timedelta(hours=1))
    assert seal.oldest_unsealed() == AT - timedelta(hours=1)
    seal.seal(AT)
    assert seal.oldest_unsealed() is None


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer: ids are committed in order")
def test_a_row_that_is_committed_late_with_a_low_id_is_sealed_by_the_next_batch():
    written, sealed = threading.Event(), threading.Event()

    def slow_writer() -> None:
        try:
            with transaction.atomic():
                write_some(1)
                written.set()
                assert sealed.wait(20)
        finally:
            connection.close()

    thread = threading.Thread(target=slow_writer)
    thread.start()
    assert written.wait(20)
    (quick,) = write_some(1)
    assert seal.seal(AT).events == 1
    sealed.set()
    thread.join()
    late = AuditEvent.objects.exclude(pk=quick.pk).get()
    assert late.pk < quick.pk
    assert late.batch_id is None
    assert seal.seal(AT).events == 1
    report = verify()
    assert (report.ok, report.rows, report.batches) == (True, 2, 2)


@pytest.mark.django_db(transaction=True)
def test_two_sealers_at_once_make_one_chain(monkeypatch):
    monkeypatch.setattr(seal, "EVENTS_IN_BATCH", 2)
    start_counting_anew()
    write_some(40)
    done, failed = [], []

    def sealer() -> None:
        try:
            done.append(seal.seal(AT).events)
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=sealer) for _each in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert sum(done) == 40
    report = verify()
    assert (report.ok, report.rows, report.batches, report.unsealed) == (True, 40, 20, 0)


def test_forgetting_takes_whole_batches_and_the_chain_still_holds():
    for years in (12, 11, 1):
        write_some(3, at=AT - timedelta(days=366 * years))
        seal.seal(AT)
    removed = seal.forget(before=seal.years_before(AT, 10), by=audit.SYSTEM, at=AT)
    assert removed == seal.Forgotten(batches=2, events=6, subjects=6)
    assert AuditSubject.objects.exclude(event__at__gte=AT - timedelta(days=400)).count() == 0
    seal.seal(AT)
    report = verify()
    assert (report.ok, report.forgotten, report.rows, report.batches) == (True, 6, 5, 4)


def test_forgetting_is_itself_logged():
    write_some(3, at=AT - timedelta(days=366 * 11))
    seal.seal(AT)
    seal.forget(before=seal.years_before(AT, 10), by=Someone(REGION), at=AT)
    event = AuditEvent.objects.get()
    assert (event.what, event.action, event.provider) == ("core.forget_audit", "delete", REGION)
    assert event.reason == f"{REGION} 1: 3 ≤ 2015-11-15"


def test_a_batch_with_one_young_row_is_kept_whole():
    write_some(1, at=AT - timedelta(days=366 * 12))
    write_some(1, at=AT)
    seal.seal(AT)
    assert seal.forget(before=seal.years_before(AT, 10), by=audit.SYSTEM, at=AT) == seal.Forgotten(0, 0, 0)


def test_rows_that_are_not_sealed_are_never_forgotten():
    write_some(3, at=AT - timedelta(days=366 * 12))
    assert seal.forget(before=seal.years_before(AT, 10), by=audit.SYSTEM, at=AT) == seal.Forgotten(0, 0, 0)
    assert AuditEvent.objects.count() == 3


def test_nothing_younger_than_five_years_is_forgotten():
    with pytest.raises(seal.TooSoonToForget):
        seal.forget(before=seal.years_before(AT, 5) + timedelta(seconds=1), by=audit.SYSTEM, at=AT)


def test_years_are_counted_back_to_a_day_that_exists():
    leap = AT.replace(year=2028, month=2, day=29)
    assert seal.years_before(leap, 10) == AT.replace(year=2018, month=2, day=28)
    assert seal.years_before(AT, 10) == AT.replace(year=2016)


def test_a_print_changes_with_every_part():
    event, subjects = (1, "dev", "ab"), [(1, "dev", "cd"), (2, "dev", "ef")]
    prints = {
        seal.print_of(event, subjects),
        seal.print_of((2, "dev", "ab"), subjects),
        seal.print_of((1, "old", "ab"), subjects),
        seal.print_of(event, subjects[:1]),
        seal.print_of(event, subjects[::-1]),
        seal.print_of((1, "dev", "ac"), subjects),
    }
    assert len(prints) == 6


def test_members_are_read_as_they_were_written():
    prints = [(3, b"a" * 32), (2**40, b"b" * 32)]
    assert seal.members(seal.members_of(prints)) == {3: b"a" * 8, 2**40: b"b" * 8}
    assert seal.members(seal.members_of(prints)[:-1]) == {3: b"a" * 8}
    assert uuid.UUID(int=0) == seal.SYSTEM_CHAIN
