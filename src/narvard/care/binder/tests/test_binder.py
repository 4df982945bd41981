"""The binder: what holds now and may be read, in versions; which one lies in the home, and when it is out of date."""

from datetime import timedelta

import pytest
from django.utils import translation

from narvard.access import guard
from narvard.care import actions as care
from narvard.care import rules
from narvard.care.binder import actions, queries
from narvard.care.binder.actions import AlreadyThere
from narvard.care.binder.document import pdf_of
from narvard.care.binder.models import Binder
from narvard.care.kits import actions as kits
from narvard.care.kits.tests.test_kit import DOSES
from narvard.care.plans import actions as plans
from narvard.care.plans.tests.factories import STRATEGY, make_writers
from narvard.care.tests.factories import AT, HOUR
from narvard.core.models import AuditEvent
from narvard.organisation.tests.factories import CommissionFactory
from narvard.people.actions import add_relative, record_what_matters
from narvard.people.models import Patient

DAY = timedelta(days=1)


@pytest.fixture
def writers(db):
    writers = make_writers()
    area = writers.area
    area.team.unit.phone = "090-123 45 67"
    area.team.unit.save()
    record_what_matters(patient=area.patient, text="Hunden ska vara här", by=area.team, at=AT)
    add_relative(patient=area.patient, name="Margit", kind="spouse", by=area.team, at=AT)
    return writers


def opened(writers, by=None, at=AT):
    return guard.open_patient(writers.area.patient.pk, by=by or writers.physician, at=at, what="test")


def make(writers, by=None, at=AT):
    by = by or writers.physician
    return actions.make_binder(opened=opened(writers, by, at), by=by, at=at)


def test_what_is_a_units_own_part_of_the_record_never_lies_open_in_the_home(writers):
    for kind, texts in (
        ("psychiatric_nursing", {
            "state": {"situation": "Nedstämd", "goals": "Sova"},
            "signs": {"rows": [{"sign": "Svarar inte", "do": "Åk dit"}], "risk": "raised"},
        }),
        ("risk", {"risks": {"rows": [{"area": "falls", "level": "high"}]}}),
    ):  # fmt: skip
        plan = writers.start(kind=kind, joint=False)
        writers.write(plan, texts)
        plans.adopt_plan(plan=plan, by=writers.physician, at=AT)
    binder = make(writers)
    assert binder.content["efforts"] == []
    assert binder.basis["plans"] == {}
    assert "Nedstämd" not in str(binder.content)


def test_the_acute_plan_and_what_was_agreed_stand_row_by_row(writers):
    acute = writers.start(kind="acute_action")
    steps = [{"sign": "Vikten går upp", "self": "Ringer", "staff": "Väger", "call": "Teamet"}]
    writers.write(acute, {"steps": {"rows": steps, "hospital": "Andnöd i vila"}})
    plans.adopt_plan(plan=acute, by=writers.physician, at=AT)
    training = writers.start(kind="rehabilitation")
    writers.write(training, {
        "ability": {"can": "Äter", "challenges": "Yr"},
        "goals": {"rows": [{"goal": "Gå till brevlådan", "by_when": "2026-12-20"}]},
        "exercises": {"rows": [{"what": "Resa sig", "often": "varje dag"}]},
    })  # fmt: skip
    plans.adopt_plan(plan=training, by=writers.physician, at=AT)
    binder = make(writers)
    assert binder.content["acute"]["rows"] == steps
    agreed = {row["label"]: row for row in binder.content["efforts"]}
    assert agreed["Mål"]["rows"][0]["title"] == "Gå till brevlådan"
    assert agreed["Mål"]["rows"][0]["more"] == [{"label": "Till när", "text": "20 december 2026"}]
    assert pdf_of(binder).startswith(b"%PDF")
    # As binders were stored before: words only.
    binder.content["efforts"] = [{"label": "Mål", "text": "Gå ut", "unit": "Teamet"}]
    del binder.content["acute"]
    assert pdf_of(binder, large=True).startswith(b"%PDF")


def test_it_holds_what_is_needed_at_home(writers):
    strategy = writers.strategy()
    kits.place_kit(
        patient=writers.area.patient,
        template="palliative",
        place="Kylskåpet",
        doses=DOSES,
        units=[writers.nurse.unit],
        by=writers.physician,
        at=AT,
    )
    with translation.override("en"):
        content = make(writers).content
    assert content["matters"]["text"] == "Hunden ska vara här"
    assert [row["what"] for row in content["strategy"]["rows"]] == ["Andnöd", "Smärta"]
    assert content["strategy"]["rows"][0]["where"] == "stanna hemma"
    assert content["kits"][0]["items"][0]["dose"].startswith("5 mg")
    assert content["responsible"][0]["holder"] == "Mobila teamet"
    assert content["relatives"][0]["name"] == "Margit"
    assert AuditEvent.objects.get(what="care.make_binder").action == "print"
    assert Binder.objects.get().basis["plans"] == {str(strategy.pk): 1}


def test_a_draft_does_not_stand_in_it(writers):
    writers.start()
    assert make(writers).content["strategy"] is None


def test_what_the_reader_may_not_read_is_not_printed(writers):
    plan = writers.start(joint=False)
    writers.write(plan, STRATEGY)
    plans.adopt_plan(plan=plan, by=writers.physician, at=AT)
    content = make(writers, by=writers.nurse).content
    assert content["strategy"] is None
    assert content["calls"] == make(writers).content["calls"]
    assert make(writers).content["strategy"]["number"] == 1


def test_a_protected_identity_leaves_no_trail(writers):
    Patient.objects.filter(pk=writers.area.patient.pk).update(protection=Patient.Protection.PROTECTED)
    content = make(writers).content
    assert content["identifier"] == ""
    assert content["relatives"] == []
    address = writers.area.patient.addresses.get()
    assert address.street not in str(content)


def test_versions_and_the_one_in_the_home(writers):
    first, second = make(writers), make(writers)
    assert (first.number, second.number) == (1, 2)
    actions.place_binder(binder=second, by=writers.nurse, at=AT + HOUR)
    for row in (first, second):
        with pytest.raises(AlreadyThere):
            actions.place_binder(binder=row, by=writers.nurse, at=AT + HOUR)
    assert queries.in_home(queries.binders_of(writers.area.patient.pk)) == second


def test_it_is_out_of_date_when_something_in_it_has_changed(writers):
    plan = writers.strategy()
    binder = make(writers)
    assert not queries.is_out_of_date(binder, opened(writers, at=AT + DAY), AT + DAY)
    plans.renew_plan(plan=plan, why="Mer ont", by=writers.physician, at=AT + DAY)
    assert not queries.is_out_of_date(binder, opened(writers, at=AT + DAY), AT + DAY)
    plans.adopt_plan(plan=plan, by=writers.physician, at=AT + DAY)
    assert queries.is_out_of_date(binder, opened(writers, at=AT + DAY), AT + DAY)


def test_a_contact_on_leave_stands_there_with_who_answers_then(writers):
    area = writers.area
    deputy = CommissionFactory(unit=area.team.unit, staff__phone="070-1740607")
    contact = care.designate_contact(
        patient=area.patient, kind="care_contact", staff=area.team.staff, unit=area.team.unit, by=area.team, at=AT
    )
    binder = make(writers)
    (row,) = binder.content["contacts"]
    assert "away" not in row
    first, last = AT.date() + 2 * DAY, AT.date() + 9 * DAY
    care.record_leave(contact=contact, since=first, until=last, deputy=deputy.staff, by=area.team, at=AT)
    assert queries.is_out_of_date(binder, opened(writers), AT)
    newer = make(writers)
    (away,) = newer.content["contacts"][0]["away"]
    assert away == {
        "when": "Ledig 25 november till och med 2 december 2026",
        "who": f"Då svarar {deputy.staff.name}.",
        "phone": "070-1740607",
    }
    assert not queries.is_out_of_date(newer, opened(writers, at=AT + 3 * DAY), AT + 3 * DAY)
    assert pdf_of(newer, large=False).startswith(b"%PDF")
    own = care.designate_contact(
        patient=area.patient, kind="contact_person", staff=deputy.staff, unit=area.team.unit, by=deputy, at=AT
    )
    care.record_leave(contact=own, since=last, until=last, deputy=None, by=deputy, at=AT)
    said = {row["kind"]: row["away"][0] for row in make(writers).content["contacts"]}
    assert (said["Fast vårdkontakt"]["who"], said["Fast vårdkontakt"]["phone"]) == (
        "Då svarar enheten.", "090-123 45 67",
    )  # fmt: skip
    assert said["Kontaktperson"]["when"] == "Ledig 2 december 2026"


def test_an_outsider_and_the_dead_get_none(writers):
    with pytest.raises(rules.NotYourPatient):
        actions.make_binder(opened=opened(writers), by=writers.area.other_team, at=AT)
    binder = make(writers)
    with pytest.raises(rules.NotYourPatient):
        actions.place_binder(binder=binder, by=writers.area.other_team, at=AT)
    writers.area.patient.died_at = AT
    writers.area.patient.save()
    with pytest.raises(rules.PatientHasDied):
        make(writers)


def test_the_pdf_is_the_same_each_time_and_differs_in_large_type(writers):
    writers.strategy()
    binder = make(writers)
    pdf = pdf_of(binder)
    assert pdf.startswith(b"%PDF-")
    assert pdf == pdf_of(binder)
    assert pdf != pdf_of(binder, large=True)
