"""Who meets a deviation, what they may read of it, and what is logged."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from narvard.access.guard import AccessDenied
from narvard.access.models import CareRelation
from narvard.access.tests.factories import CareRelationFactory
from narvard.core.backup import rows
from narvard.core.models import AuditEvent, AuditSubject
from narvard.core.uploads import CleanFile
from narvard.deviations import actions
from narvard.deviations.guard import fetch_attachment, open_deviation, open_listed
from narvard.deviations.models import Attachment, Deviation
from narvard.deviations.pseudonyms import pseudonymised
from narvard.deviations.tests.factories import AT, WHAT
from narvard.organisation.models import Commission
from narvard.people.models import Address, Patient, Relative

PHOTO = CleanFile(b"jpeg", "image/jpeg")


def look(row, by):
    return open_deviation(row.pk, by=by, at=AT, what="deviations.page")


def test_those_who_may_open_the_patient_read_the_text_as_it_was_written(world):
    found = look(world.report(), world.colleague)
    assert found.text(WHAT) == WHAT
    assert found.opened.patient == world.patient


@pytest.mark.parametrize("who", ["nurse", "mas", "chief"])
def test_others_read_it_without_the_patient(world, who):
    found = look(world.report(), getattr(world, who))
    assert found.opened is None
    assert found.text(WHAT) == "Överlämnad utan läkemedelslista. [patienten] fick vänta på sin dos till i går kväll."


def test_a_receiver_with_a_relation_of_its_own_reads_it_all(world):
    CareRelationFactory(patient=world.patient, unit=world.nurse.unit)
    assert look(world.report(), world.nurse).text(WHAT) == WHAT


@pytest.mark.parametrize("who", ["outsider", "other_nurse", "other_mas", "administrator"])
def test_an_outsider_finds_what_one_finds_where_nothing_is(world, who):
    with pytest.raises(AccessDenied):
        look(world.report(), getattr(world, who))
    with pytest.raises(AccessDenied):
        look(Deviation(), getattr(world, who))


def test_to_follow_a_sent_request_is_not_to_open_its_patient(world):
    CareRelationFactory(patient=world.patient, unit=world.nurse.unit, kind=CareRelation.Kind.SENT)
    assert look(world.report(), world.nurse).opened is None


def test_a_look_is_logged_with_the_patient(world):
    look(world.report(), world.mas)
    event = AuditEvent.objects.get(what="deviations.page", object_kind="deviation")
    assert (event.action, event.staff) == ("read", world.mas.staff_id)
    assert AuditSubject.objects.filter(event=event, patient=world.patient.pk).exists()


def test_the_reporters_name_is_for_the_receivers_mas_and_the_reporter(world):
    row = world.report()
    assert {
        who
        for who in ("reporter", "colleague", "nurse", "mas", "chief")
        if look(row, getattr(world, who)).sees_reporter
    } == {
        "reporter",
        "mas",
    }


def test_where_there_is_no_mas_the_management_stands_in(world):
    row = world.report(by=world.nurse, unit=world.reporter.unit)
    assert look(row, world.chief).sees_reporter
    assert not look(row, world.reporter).sees_reporter
    assert not look(row, world.mas).sees_reporter


def test_a_list_is_logged_once_and_its_queries_do_not_grow(world):
    for _each in range(5):
        world.report()
    every, counts = Deviation.objects.all(), []
    for few in (every[:2], every):
        with CaptureQueriesContext(connection) as captured:
            found = open_listed(few, by=world.reporter, at=AT, what="deviations.list")
        counts.append((len(found), len(captured)))
    assert [n for n, _queries in counts] == [2, 5]
    assert counts[0][1] == counts[1][1]
    assert AuditEvent.objects.filter(what="deviations.list", object_kind="deviations").count() == 2


def test_a_file_that_shows_the_person_is_for_those_who_may_open_them(world):
    row = world.report()
    shown = actions.attach(deviation=row, file=PHOTO, shows_person=True, by=world.reporter, at=AT)
    plain = actions.attach(deviation=row, file=PHOTO, shows_person=False, by=world.reporter, at=AT)
    assert bytes(fetch_attachment(shown.pk, by=world.colleague, at=AT).content) == b"jpeg"
    assert fetch_attachment(plain.pk, by=world.mas, at=AT) == plain
    with pytest.raises(AccessDenied):
        fetch_attachment(shown.pk, by=world.mas, at=AT)
    with pytest.raises(AccessDenied):
        fetch_attachment(plain.pk, by=world.outsider, at=AT)


def test_a_files_bytes_are_the_same_after_a_backup(world, tmp_path):
    sent = CleanFile(bytes(range(256)), "application/pdf")
    kept = actions.attach(deviation=world.report(), file=sent, shows_person=False, by=world.reporter, at=AT)
    columns, part = rows.columns_of(Attachment), tmp_path / "part.jsonl.gz"
    stored = Attachment.objects.values_list(*(column.attname for column in columns))
    assert rows.write_rows(part, stored, lambda _done: None) == 1
    with part.open("rb") as stream:
        carried = rows.for_database(columns, connection)(next(rows.read_rows(stream)))
    place = [column.attname for column in columns].index("content")
    kept.delete()
    quoted = ", ".join(column.column for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {Attachment._meta.db_table} ({quoted}) VALUES ({', '.join(['%s'] * len(columns))})",  # noqa: S608
            carried,
        )
    assert carried[place] is not None
    assert bytes(Attachment.objects.get().content) == sent.content


def test_only_those_with_a_part_add_files_and_not_too_many(world, monkeypatch):
    row = world.report()
    with pytest.raises(actions.NotYourDeviation):
        actions.attach(deviation=row, file=PHOTO, shows_person=False, by=world.outsider, at=AT)
    monkeypatch.setattr(actions, "MOST_FILES", 1)
    actions.attach(deviation=row, file=PHOTO, shows_person=False, by=world.nurse, at=AT)
    with pytest.raises(actions.TooManyFiles):
        actions.attach(deviation=row, file=PHOTO, shows_person=False, by=world.nurse, at=AT)


@pytest.fixture
def known(world) -> Patient:
    patient = world.patient
    patient.given_name, patient.family_name, patient.phone = "Maj-Britt", "Nordlund", "070-174 06 33"
    patient.save()
    Relative.objects.create(patient=patient, name="Lars Nordlund", kind="child", phone="070-174 06 34")
    Address.objects.filter(patient=patient).update(street="Kvarngatan 12", place="Vännäs")
    return patient


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Maj-Britt Nordlund föll", "[patienten] föll"),
        ("nordlunds säng, Majs dosett", "[patienten] säng, [patienten] dosett"),
        ("Sonen Lars ringde 070-174 06 34", "Sonen [patienten] ringde [patienten]"),
        ("Hem till Kvarngatan 12 i Vännäs", "Hem till [patienten] i Vännäs"),
        ("19350125-9166 och 350125-9166", "[nummer] och [nummer]"),
        ("Larsson hade maj månads lista", "Larsson hade [patienten] månads lista"),
        ("Väntade 40 minuter", "Väntade 40 minuter"),
    ],
)
def test_names_numbers_and_the_address_are_taken_out(known, text, shown):
    assert pseudonymised(text, known) == shown


def test_a_protected_persons_place_is_taken_out_too(known):
    known.protection = Patient.Protection.PROTECTED
    assert pseudonymised("Bor i Vännäs", known) == "Bor i [patienten]"


def test_a_number_is_taken_out_where_no_patient_is_named(db):
    assert pseudonymised("Gällde 193501259166", None) == "Gällde [nummer]"


def test_a_manager_of_another_provider_is_an_outsider(world):
    world.chief.unit.provider = world.other_nurse.unit.provider
    world.chief.unit.save()
    with pytest.raises(AccessDenied):
        look(world.report(), Commission.objects.select_related("unit").get(pk=world.chief.pk))
