"""Who saw what: the log in words, by patient, person and unit, and the patient's extract."""

import ast
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import narvard
from narvard.access import logbook, logwords
from narvard.core import audit
from narvard.core.models import AuditEvent
from narvard.organisation.tests.factories import CareUnitFactory, CommissionFactory
from narvard.people.tests.factories import PatientFactory

AT = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
DAY = logbook.Span(AT - timedelta(days=1), AT + timedelta(days=1))
MINUTE = timedelta(minutes=1)
Action = audit.Action


@pytest.fixture
def by(db):
    return CommissionFactory(unit__name="Team Öst", unit__provider__name="Region Norr")


@pytest.fixture
def patient(db):
    return PatientFactory()


def wrote(by, patients, *, at=AT, what="patient.page", action=Action.READ, kind="patient", reason="care-relation"):
    keys = [row.pk for row in patients]
    return audit.write(what, by=by, at=at, action=action, patients=keys, object_kind=kind, reason=reason)


def shown(rows):
    return logbook.lines([row.event for row in rows])


def test_a_row_says_who_when_what_and_why(by, patient):
    event = wrote(by, [patient])
    (line,) = shown(logbook.of_patient(patient.pk, by.provider_id, DAY))
    assert (line.event.pk, line.who, line.unit, line.provider) == (event.pk, by.staff.name, "Team Öst", "Region Norr")
    assert (line.profession, line.done) == ("sjuksköterska", "läste")
    assert (line.thing, line.why) == ("patientens sida", "enheten har en vårdrelation")
    assert (line.subjects, line.more) == ((patient,), 0)


def test_each_provider_has_its_own_log(by, patient):
    wrote(by, [patient])
    other = CommissionFactory()
    wrote(other, [patient])
    wrote(audit.SYSTEM, [patient])
    assert [line.who for line in shown(logbook.of_patient(patient.pk, by.provider_id, DAY))] == [by.staff.name]
    assert not logbook.of_staff(by.staff_id, other.provider_id, DAY)
    assert not logbook.of_unit(by.unit_id, other.provider_id, DAY)


def test_period_unit_and_person_narrow_it(by, patient):
    colleague = CommissionFactory(unit=by.unit)
    elsewhere = CommissionFactory(unit=CareUnitFactory(provider=by.unit.provider))
    for who in (by, colleague, elsewhere):
        wrote(who, [patient])
    wrote(by, [patient], at=DAY.until)

    def count(**narrower):
        return logbook.of_patient(patient.pk, by.provider_id, logbook.Span(DAY.since, DAY.until, **narrower)).count()

    assert (count(), count(unit=by.unit_id), count(unit=by.unit_id, staff=by.staff_id)) == (3, 2, 1)
    assert logbook.of_staff(by.staff_id, by.provider_id, DAY).count() == 1
    assert logbook.of_unit(by.unit_id, by.provider_id, DAY).count() == 2


def test_a_list_of_many_is_told_as_a_number(by):
    patients = [PatientFactory() for _n in range(logbook.MOST_NAMES + 1)]
    wrote(by, patients, kind="list")
    (line,) = logbook.lines(logbook.of_staff(by.staff_id, by.provider_id, DAY))
    assert (line.subjects, line.more) == ((), logbook.MOST_NAMES + 1)


def test_the_number_of_queries_does_not_grow(by, patient, django_assert_num_queries):
    for n in range(12):
        wrote(CommissionFactory(unit=by.unit), [PatientFactory(), patient], at=AT + n * MINUTE)
    with django_assert_num_queries(6):
        assert len(logbook.lines(logbook.of_unit(by.unit_id, by.provider_id, DAY))) == 12


@pytest.mark.parametrize(
    ("what", "action", "reason", "why"),
    [
        ("patient.page", Action.READ, "care-relation", "enheten har en vårdrelation"),
        (
            "access.open_emergency",
            Action.EMERGENCY,
            "life medical,nursing: Medvetslös, allergi okänd",
            "fara för livet: medicinsk journal, omvårdnad. Medvetslös, allergi okänd",
        ),
        ("access.open_emergency", Action.EMERGENCY, "Medvetslös", "Medvetslös"),
        ("access.choose", Action.WRITE, "visit", "inför eller under besök"),
        ("access.choose", Action.WRITE, "other Vikarierar", "annat, skriv vad. Vikarierar"),
        ("access.relate", Action.WRITE, f"contact {uuid.UUID(int=1)}", "kontakt"),
        ("access.record_consent", Action.WRITE, "shared_record spoken", "sammanhållen vårddokumentation, muntligt"),
        ("care.decline_handover", Action.WRITE, "Patienten är för sjuk", ""),
    ],
)
def test_a_reviewer_reads_why_but_not_what_was_written_about_health(by, patient, what, action, reason, why):
    event = wrote(by, [patient], what=what, action=action, reason=reason)
    assert logwords.why(event) == why


def test_the_extract_tells_unit_time_and_kind_but_no_names(by, patient):
    wrote(by, [patient])
    wrote(by, [patient], what="visits.sign_note", action=Action.SIGN, kind="visitnote", reason="", at=AT + MINUTE)
    (part,) = logbook.extract(patient, DAY.since, DAY.until).providers
    assert part.provider == "Region Norr"
    assert [(row.at, row.unit, row.kind) for row in part.rows] == [
        (AT + MINUTE, "Team Öst", "signerade: besöksanteckning"),
        (AT, "Team Öst", "läste: patientens sida"),
    ]
    assert by.staff.name not in repr(part)


def test_the_extract_is_by_provider_and_may_be_of_one(by, patient):
    other = CommissionFactory(unit__provider__name="Älvs kommun")
    wrote(by, [patient])
    wrote(other, [patient])
    whole = logbook.extract(patient, DAY.since, DAY.until)
    own = logbook.extract(patient, DAY.since, DAY.until, by.unit.provider)
    assert [part.provider for part in whole.providers] == ["Region Norr", "Älvs kommun"]
    assert [part.provider for part in own.providers] == ["Region Norr"]


def test_the_extract_leaves_out_what_gave_no_access(by, patient):
    wrote(by, [patient], what="access.denied", action=Action.DENIED, reason="no-care-relation")
    wrote(audit.SYSTEM, [patient])
    wrote(by, [PatientFactory()])
    wrote(by, [patient], at=DAY.until)
    assert logbook.extract(patient, DAY.since, DAY.until).rows == []


def test_the_extract_tells_repeats_as_one_row(by, patient):
    for seconds in (0, 20, 59, 60):
        wrote(by, [patient], at=AT + timedelta(seconds=seconds))
    for minutes in (0, 29, 30):
        wrote(by, [patient], kind="list", at=AT + timedelta(minutes=minutes))
    rows = logbook.extract(patient, DAY.since, DAY.until).rows
    assert sorted((row.kind, row.at, row.last, row.times) for row in rows) == [
        ("läste: patientens sida", AT, AT + timedelta(seconds=59), 3),
        ("läste: patientens sida", AT + MINUTE, AT + MINUTE, 1),
        ("såg namnet i en lista", AT, AT + timedelta(minutes=29), 2),
        ("såg namnet i en lista", AT + timedelta(minutes=30), AT + timedelta(minutes=30), 1),
    ]


@pytest.mark.parametrize("provider", [True, False])
def test_the_extract_takes_as_many_queries_however_long(by, patient, provider, django_assert_num_queries):
    for _n in range(9):
        wrote(CommissionFactory(unit=by.unit), [patient])
    with django_assert_num_queries(2):
        logbook.extract(patient, DAY.since, DAY.until, by.unit.provider if provider else None)


def test_every_kind_of_object_that_the_product_logs_has_words():
    """A new ``object_kind`` needs a line in ``logwords.THINGS``."""
    package = Path(narvard.__file__).parent
    kinds = {
        keyword.value.value
        for path in package.rglob("*.py")
        if "tests" not in path.parts
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg == "object_kind" and isinstance(keyword.value, ast.Constant)
    }
    assert "patient" in kinds
    assert kinds - logwords.THINGS.keys() == set()


def test_every_action_is_told_or_left_out_on_purpose():
    silent = {Action.DENIED, Action.SIGN_IN, Action.SIGN_OUT}
    assert set(AuditEvent.Action) - silent == set(logwords.FOR_THE_PATIENT)
