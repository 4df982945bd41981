"""Whatever plain SQL does to the log is found, and the place named; an untouched log verifies."""

import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, models, transaction
from hypothesis import HealthCheck, assume, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from narvard.core import audit, heads, seal
from narvard.core.models import AuditBatch, AuditChain, AuditEvent, AuditSubject
from narvard.core.tests.logs import AT, MUNICIPALITY, REGION, Someone, run, start_counting_anew, write_some
from narvard.core.verify import snapshot, verify
from narvard.core.verify.report import Report

pytestmark = pytest.mark.django_db
in_one_database = hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
in_few_tries = hypothesis_settings(in_one_database, max_examples=4)

MODELS = [AuditEvent, AuditSubject, AuditBatch, AuditChain]
COLUMNS = [(model, field.column) for model in MODELS for field in model._meta.concrete_fields]
UNSEALED = [
    (model, column)
    for model, column in COLUMNS
    if (model, column) not in {(AuditEvent, "id"), (AuditSubject, "id")} and model in {AuditEvent, AuditSubject}
]
# Nonsense here reads as nothing, which is what it was.
READS_AS_NOTHING = (AuditBatch, "forgotten_at")
NONSENSE = ["x", "", -1.5, b"\xff\xfe", "é" * 50]
KEY_COLUMNS = {"key_id", "forgotten_key_id"}


def shown(target: tuple[type[models.Model], str]) -> str:
    return f"{target[0].__name__}.{target[1]}"


@pytest.fixture
def log(db) -> None:
    """Two providers and the system, two batches each, and three rows that are not sealed."""
    start_counting_anew()
    for round_ in range(2):
        at = AT + timedelta(hours=round_)
        for by in (Someone(REGION), Someone(MUNICIPALITY), audit.SYSTEM):
            write_some(3, by, at)
        seal.seal(at)
    write_some(3, at=AT + timedelta(hours=3))


@pytest.fixture
def sealed_log(log) -> None:
    """The same with nothing left to seal."""
    seal.seal(AT + timedelta(hours=4))


@contextmanager
def taken_back() -> Iterator[None]:
    """What is done inside is undone."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def rows(model: type[models.Model]) -> list[dict[str, object]]:
    """Every row of the table, as its columns hold it."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {model._meta.db_table} ORDER BY {model._meta.pk.column}")  # noqa: S608
        names = [each[0] for each in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def put(model: type[models.Model], pk: object, **columns: object) -> None:
    """UPDATE the row's columns."""
    names = ", ".join(f"{name} = %s" for name in columns)
    key = model._meta.pk.column
    run(f"UPDATE {model._meta.db_table} SET {names} WHERE {key} = %s", *columns.values(), pk)  # noqa: S608


def insert(model: type[models.Model], row: dict[str, object]) -> None:
    places = ", ".join(["%s"] * len(row))
    run(f"INSERT INTO {model._meta.db_table} ({', '.join(row)}) VALUES ({places})", *row.values())  # noqa: S608


def delete(model: type[models.Model], pk: object) -> None:
    run(f"DELETE FROM {model._meta.db_table} WHERE {model._meta.pk.column} = %s", pk)  # noqa: S608


def pk_of(model: type[models.Model], row: dict[str, object]) -> object:
    return row[model._meta.pk.column]


def other_value(model: type[models.Model], column: str, number: int) -> object:
    """A value of the column's kind."""
    field = next(each for each in model._meta.concrete_fields if each.column == column)
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    if isinstance(field, models.UUIDField):
        return field.get_db_prep_value(uuid.UUID(int=number), connection)
    if isinstance(field, models.DateTimeField):
        moment = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(microseconds=number)
        return connection.ops.adapt_datetimefield_value(moment)
    if isinstance(field, models.BinaryField):
        return number.to_bytes(16, "big")
    return number if isinstance(field, models.IntegerField) else f"{number:x}"[: field.max_length]


def names(report: Report, model: type[models.Model], row: dict[str, object]) -> bool:
    """Whether a finding says which row it is."""
    found = report.findings
    if model is AuditEvent:
        return any(each.event == row["id"] for each in found)
    if model is AuditSubject:
        return any(each.subject == row["id"] or each.event == row["event_id"] for each in found)
    if model is AuditBatch:
        return any(each.batch == row["sequence"] for each in found)
    return any(each.provider == str(uuid.UUID(str(row["provider"]))) for each in found)


def test_an_untouched_log_verifies(log):
    report = verify(heads=heads.current())
    assert (report.ok, report.rows, report.batches, report.unsealed, report.unused_ids) == (True, 21, 6, 3, 0)
    assert report.subjects == AuditSubject.objects.count() == 21
    assert verify(provider=REGION).rows == 9
    assert verify(provider=seal.SYSTEM_CHAIN).rows == 6


def test_an_empty_log_verifies(db):
    start_counting_anew()
    assert verify() == Report()


def test_reading_the_log_in_small_pieces_comes_to_the_same(log, monkeypatch):
    whole = verify()
    monkeypatch.setattr("narvard.core.verify.chain.EVENTS_AT_ONCE", 1)
    monkeypatch.setattr("narvard.core.seal.PARAMETERS", 1)
    assert verify() == whole


@pytest.mark.parametrize("target", COLUMNS, ids=shown)
@in_few_tries
@given(data=st.data(), number=st.integers(1, 2**31 - 1))
def test_any_column_of_a_sealed_log_that_is_changed_is_found(sealed_log, data, target, number):
    model, column = target
    row = data.draw(st.sampled_from(rows(model)))
    check_change(model, column, row, number)


@pytest.mark.parametrize("target", UNSEALED, ids=shown)
@in_few_tries
@given(data=st.data(), number=st.integers(1, 2**31 - 1))
def test_any_column_of_a_row_not_yet_sealed_that_is_changed_is_found(log, data, target, number):
    model, column = target
    fresh = set(AuditEvent.objects.filter(batch=None).values_list("pk", flat=True))
    key = "id" if model is AuditEvent else "event_id"
    row = data.draw(st.sampled_from([row for row in rows(model) if row[key] in fresh]))
    assume((model, column) != (AuditEvent, "batch_id") or row["batch_id"] != number)
    check_change(model, column, row, number)


def check_change(model: type[models.Model], column: str, row: dict[str, object], number: int) -> None:
    """Change the column of the row and see that it is found and named."""
    value = other_value(model, column, number)
    assume(value != row[column])
    with taken_back():
        try:
            with transaction.atomic():
                put(model, pk_of(model, row), **{column: value})
        except IntegrityError:
            assume(False)
        if column in KEY_COLUMNS:
            assert names_the_key(model, row, str(value))
            return
        report = verify()
        assert not report.ok
        moved = column in {"id", "sequence", "provider", "event_id"}
        assert names(report, model, row) or (moved and names(report, model, {**row, column: value}))


def names_the_key(model: type[models.Model], row: dict[str, object], key: str) -> bool:
    """Whether verifying names the row, or the key that it now names and nobody has."""
    try:
        return names(verify(), model, row)
    except audit.MissingKey as error:
        return error.key_id == key


@in_one_database
@given(data=st.data(), model=st.sampled_from(MODELS))
def test_any_sealed_row_that_is_removed_is_found(sealed_log, data, model):
    row = data.draw(st.sampled_from(rows(model)))
    with taken_back():
        delete(model, pk_of(model, row))
        report = verify()
        assert not report.ok
        assert names(report, model, row)


@in_one_database
@given(data=st.data(), model=st.sampled_from([AuditEvent, AuditSubject, AuditBatch]))
def test_a_copy_that_is_put_in_is_found(sealed_log, data, model):
    row = data.draw(st.sampled_from(rows(model)))
    copy = {**row, "id": 10_000}
    if model is AuditEvent:
        copy["event_id"] = other_value(model, "event_id", 77)
        copy["batch_id"] = data.draw(st.sampled_from([None, row["batch_id"]]))
    elif model is AuditSubject:
        copy["patient"] = other_value(model, "patient", 77)
    else:
        copy["sequence"] = 10_000
    with taken_back():
        insert(model, copy)
        report = verify()
        assert not report.ok
        assert names(report, model, copy)


@in_one_database
@given(data=st.data(), model=st.sampled_from([AuditEvent, AuditSubject, AuditBatch]))
def test_two_rows_that_change_places_are_found(sealed_log, data, model):
    pairs = st.lists(st.sampled_from(rows(model)), min_size=2, max_size=2, unique_by=lambda row: row["id"])
    one, other = data.draw(pairs)
    with taken_back():
        delete(model, one["id"])
        delete(model, other["id"])
        insert(model, {**one, "id": other["id"]})
        insert(model, {**other, "id": one["id"]})
        report = verify()
        assert not report.ok
        assert names(report, model, one)
        assert names(report, model, other)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL holds a column to its kind")
@in_one_database
@given(data=st.data(), target=st.sampled_from(COLUMNS), nonsense=st.sampled_from(NONSENSE))
def test_nonsense_in_any_column_is_found_and_stops_nothing(sealed_log, data, target, nonsense):
    model, column = target
    row = data.draw(st.sampled_from(rows(model)))
    assume(nonsense != row[column] and target != READS_AS_NOTHING)
    with taken_back():
        try:
            with transaction.atomic():
                put(model, pk_of(model, row), **{column: nonsense})
        except IntegrityError:  # also where an id is not a number
            assume(False)
        if column in KEY_COLUMNS:
            with suppress(audit.MissingKey):
                assert not verify().ok
        else:
            assert not verify().ok


def test_invalid_utf_8_is_found_though_no_driver_can_read_it(sealed_log):
    if connection.vendor == "sqlite":
        run("UPDATE core_auditevent SET reason = CAST(x'fffe' AS TEXT) WHERE id = 5")
        report = verify()
        assert [(each.kind, each.event) for each in report.findings] == [("event-altered", 5)]


def test_a_row_that_is_removed_before_it_is_sealed_is_found_where_ids_tell(log):
    last = AuditEvent.objects.order_by("id").last().pk
    run("DELETE FROM core_auditsubject WHERE event_id = %s", last)
    delete(AuditEvent, last)
    report = verify()
    assert report.unused_ids == 1
    assert [each.event for each in report.findings] == ([last] if connection.vendor == "sqlite" else [])


def test_a_subject_that_is_removed_before_its_event_is_sealed_is_found(log):
    subject = AuditSubject.objects.order_by("id").last()
    delete(AuditSubject, subject.pk)
    (finding,) = verify().findings
    assert (finding.kind, finding.event) == ("subject-removed", subject.event_id)


def delete_rows(batch: AuditBatch) -> None:
    events = AuditEvent.objects.filter(batch=batch)
    AuditSubject.objects.filter(event__in=events).delete()
    events.delete()


def cut_newest_batch() -> AuditBatch:
    """Delete the region's newest batch with all its rows."""
    batch = AuditBatch.objects.filter(chain=REGION).order_by("sequence").last()
    delete_rows(batch)
    delete(AuditBatch, batch.pk)
    return batch


def test_a_tail_that_is_cut_with_its_batch_is_found_by_the_chains_row(sealed_log):
    batch = cut_newest_batch()
    report = verify()
    assert ("batch-removed", str(REGION), batch.sequence) in {(f.kind, f.provider, f.batch) for f in report.findings}


def test_a_tail_that_is_cut_with_the_chain_set_back_is_found_by_the_exported_heads(log):
    before = next(row for row in rows(AuditChain) if uuid.UUID(str(row["provider"])) == REGION)
    seal.seal(AT)
    known = heads.current()
    batch = cut_newest_batch()
    put(AuditChain, before.pop("provider"), **before)
    start_counting_anew()
    assert verify().ok
    report = verify(heads=known)
    assert ("tail-cut", str(REGION), batch.sequence) in {(f.kind, f.provider, f.batch) for f in report.findings}


def test_a_log_that_is_emptied_is_found_by_the_exported_heads(sealed_log):
    known = heads.current()
    for model in (AuditSubject, AuditEvent, AuditBatch, AuditChain):
        run(f"DELETE FROM {model._meta.db_table}")  # noqa: S608
    start_counting_anew()
    assert verify().ok
    assert {each.kind for each in verify(heads=known).findings} == {"tail-cut"}
    assert verify(heads=known).found == 3


def test_one_providers_chain_is_checked_alone(sealed_log):
    event = AuditEvent.objects.filter(provider=MUNICIPALITY).first()
    put(AuditEvent, event.pk, reason="ändrad")
    assert verify(provider=REGION).ok
    assert [each.event for each in verify(provider=MUNICIPALITY).findings] == [event.pk]


def test_a_deletion_cannot_hide_behind_the_rule_of_retention(sealed_log):
    batch = AuditBatch.objects.filter(chain=REGION).first()
    delete_rows(batch)
    AuditBatch.objects.filter(pk=batch.pk).update(forgotten_at=AT, forgotten_key_id="dev", forgotten_mac=batch.head)
    (finding,) = verify().findings
    assert (finding.kind, finding.batch) == ("batch-altered", batch.sequence)


def test_rows_put_back_into_a_forgotten_batch_are_found(db):
    start_counting_anew()
    write_some(3, at=AT - timedelta(days=366 * 11))
    seal.seal(AT)
    kept = rows(AuditEvent)[1]
    seal.forget(before=seal.years_before(AT, 10), by=audit.SYSTEM, at=AT)
    insert(AuditEvent, {**kept, "id": 10_000})
    assert ("event-inserted", 10_000) in {(each.kind, each.event) for each in verify().findings}


def test_old_rows_are_verified_with_their_own_key(log, settings):
    settings.AUDIT_KEYS, settings.AUDIT_KEY_ID = {**settings.AUDIT_KEYS, "new": "another-audit-key"}, "new"
    write_some(2)
    seal.seal(AT)
    report = verify()
    assert (report.ok, report.rows) == (True, 23)
    assert set(AuditEvent.objects.values_list("key_id", flat=True)) == {"dev", "new"}


def test_a_key_that_is_gone_is_named(log, settings):
    settings.AUDIT_KEYS, settings.AUDIT_KEY_ID = {"new": "another-audit-key"}, "new"
    with pytest.raises(audit.MissingKey, match="'dev'"):
        verify()


def test_a_known_key_put_in_place_of_another_is_a_change(sealed_log, settings):
    settings.AUDIT_KEYS = {**settings.AUDIT_KEYS, "new": "another-audit-key"}
    put(AuditEvent, 4, key_id="new")
    assert [each.event for each in verify().findings] == [4]


def test_findings_are_all_counted_and_the_first_told(log):
    write_some(120)
    run("UPDATE core_auditevent SET reason = 'x'")
    report = verify()
    assert (report.found, len(report.findings)) == (141, 100)


@pytest.mark.django_db(transaction=True)
def test_verifying_sees_one_instant_and_holds_up_no_writer():
    start_counting_anew()
    write_some(2)
    failed = []

    def writer() -> None:
        try:
            write_some(1)
            seal.seal(AT)
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    with snapshot():
        assert AuditEvent.objects.count() == 2
        thread = threading.Thread(target=writer)
        thread.start()
        thread.join(15)
        assert not thread.is_alive()
        assert (AuditEvent.objects.count(), AuditBatch.objects.count()) == (2, 0)
    assert failed == []
    assert verify().batches == 1
