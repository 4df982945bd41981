"""The needs kit: prescribed by a physician, filled, opened, given with effect; what is lacking is found in time."""

from datetime import date, timedelta

import pytest

from narvard.care import rules
from narvard.care.kits import actions, queries
from narvard.care.kits.actions import Fill, Prescription
from narvard.care.kits.contents import InvalidKits, read, templates
from narvard.care.kits.models import KitEvent, KitItem, NeedsKit
from narvard.care.plans.tests.factories import make_writers
from narvard.care.tests.factories import AT, HOUR
from narvard.core.models import AuditEvent
from narvard.organisation.models import Profession

DAY = timedelta(days=1)
NEXT_YEAR = date(2027, 11, 30)
DOSES = {
    "pain": Prescription("5 mg under huden, högst var 30:e minut", most_per_day=3, relatives=True),
    "nausea": Prescription("1 mg under huden, högst två gånger per dygn"),
}


@pytest.fixture
def writers(db):
    return make_writers()


@pytest.fixture
def kit(writers):
    kit = place(writers)
    fill(writers, kit)
    return kit


def place(writers, by=None, doses=DOSES):
    return actions.place_kit(
        patient=writers.area.patient,
        template="palliative",
        place="Kylskåpets dörr",
        doses=doses,
        units=[writers.nurse.unit],
        by=by or writers.physician,
        at=AT,
    )


def fill(writers, kit, amount=5, expires_on=NEXT_YEAR, at=AT):
    rows = [Fill(item, amount, "A1", expires_on) for item in kit.items.filter(stopped_at=None)]
    actions.fill_kit(kit=kit, fills=rows, by=writers.nurse, at=at)


def pain(kit):
    return kit.items.get(key="pain", stopped_at=None)


def give(writers, kit, at=AT + HOUR, **more):
    values = {"item": pain(kit), "dose": "5 mg", "happened_at": at, "by": writers.nurse, "at": at, **more}
    return actions.give_dose(**values)


def left(kit, key="pain"):
    rows = queries.stock(queries.with_content(NeedsKit.objects.all()).get(pk=kit.pk))
    return next(row for row in rows if row.item.key == key)


def test_a_nurse_gives_a_dose_and_says_how_it_worked(writers, kit):
    given = give(writers, kit)
    actions.record_effect(given=given, effect="Lugn efter 20 minuter", by=writers.nurse, at=AT + 2 * HOUR)
    assert given.flags == []
    assert left(kit).left == 4
    assert list(KitEvent.objects.values_list("kind", flat=True)[2:]) == ["opened", "given", "effect"]
    assert {"care.place_kit", "care.fill_kit", "care.give_dose"} <= set(
        AuditEvent.objects.values_list("what", flat=True)
    )


def test_only_a_physician_prescribes_and_only_nurses_and_physicians_handle_it(writers, kit):
    with pytest.raises(actions.NotPrescriber):
        place(writers, by=writers.nurse)
    writers.nurse.staff.profession = Profession.ASSISTANT_NURSE
    writers.nurse.staff.save()
    with pytest.raises(actions.NotLicensed):
        give(writers, kit)


def test_an_outsider_touches_nothing(writers, kit):
    with pytest.raises(actions.NotYourKit):
        give(writers, kit, by=writers.area.other_team)


def test_every_medicine_has_a_dose_for_this_person(writers):
    with pytest.raises(actions.NothingPrescribed):
        place(writers, doses={})
    with pytest.raises(rules.ReasonMissing, match="Morfin"):
        place(writers, doses={"pain": Prescription(" ")})
    assert not NeedsKit.objects.exists()


def test_one_kit_of_a_kind(writers, kit):
    with pytest.raises(actions.KitAlreadyThere):
        place(writers)


def test_what_was_given_is_recorded_and_flagged(writers, kit):
    for turn in range(3):
        assert give(writers, kit, at=AT + turn * HOUR).flags == []
    assert give(writers, kit, at=AT + 3 * HOUR).flags == ["too_many"]
    assert give(writers, kit, at=AT + 26 * HOUR).flags == []
    assert give(writers, kit, at=AT + 60 * HOUR).flags == ["none_left"]


def test_a_relative_who_was_taught_gives_a_dose_that_allows_it(writers, kit):
    assert give(writers, kit, relative="Margit").flags == ["not_taught"]
    actions.teach_relative(kit=kit, person="Margit", note="Övat två gånger", by=writers.physician, at=AT + HOUR)
    assert give(writers, kit, at=AT + 2 * HOUR, relative="margit").flags == []
    nausea = kit.items.get(key="nausea")
    assert give(writers, kit, item=nausea, at=AT + 2 * HOUR, relative="Margit").flags == ["not_taught"]


def test_a_dose_is_not_given_in_the_future_nor_before_the_kit(writers, kit):
    for when in (AT + 2 * HOUR, AT - DAY):
        with pytest.raises(actions.NotADose):
            give(writers, kit, at=AT + HOUR, happened_at=when)


def test_an_expired_batch_is_not_put_in_and_one_used_is_flagged(writers):
    kit = place(writers)
    with pytest.raises(actions.CannotFill):
        fill(writers, kit, expires_on=date(2026, 11, 1))
    fill(writers, kit, expires_on=date(2026, 11, 30))
    assert give(writers, kit, at=AT + 8 * DAY).flags == ["expired"]


def test_the_first_to_expire_is_used_first(writers, kit):
    fill(writers, kit, amount=1, expires_on=date(2027, 1, 1))
    assert left(kit).expires_on == date(2027, 1, 1)
    give(writers, kit)
    assert (left(kit).left, left(kit).expires_on) == (5, NEXT_YEAR)


def test_a_kit_that_falls_below_is_filled_by_the_end_of_the_next_working_day(writers, kit):
    unit = writers.nurse.unit_id
    assert queries.to_see_to(unit, AT) == []
    for turn in range(2):
        give(writers, kit, at=AT + turn * HOUR)
    (lack,) = queries.to_see_to(unit, AT + 2 * HOUR)
    assert [row.item.drug for row in lack.lacking] == ["Morfin"]
    assert (lack.due_at - AT).days == 1
    fill(writers, kit, at=AT + 3 * HOUR)
    assert queries.to_see_to(unit, AT + 4 * HOUR) == []


def test_a_kit_stands_in_the_list_three_weeks_before_it_expires(writers):
    kit = place(writers)
    fill(writers, kit, expires_on=date(2026, 12, 31))
    assert queries.to_see_to(writers.nurse.unit_id, AT) == []
    (lack,) = queries.to_see_to(writers.nurse.unit_id, AT + 20 * DAY)
    assert len(lack.expiring) == 2


def test_a_changed_prescription_takes_what_lies_there_with_it(writers, kit):
    old = pain(kit)
    with pytest.raises(actions.NotPrescriber):
        actions.change_prescription(item=old, said=Prescription("10 mg"), by=writers.nurse, at=AT + HOUR)
    new = actions.change_prescription(item=old, said=Prescription("10 mg"), by=writers.physician, at=AT + HOUR)
    assert left(kit).item == new
    assert left(kit).left == 5
    assert give(writers, kit, item=old, at=AT + 2 * HOUR).flags[-1] == "stopped"
    with pytest.raises(actions.NothingPrescribed):
        actions.change_prescription(item=old, said=Prescription("2 mg"), by=writers.physician, at=AT + HOUR)
    assert KitItem.objects.get(pk=old.pk).dose.startswith("5 mg")


def test_medicines_are_discarded_with_a_reason_and_no_more_than_there_are(writers, kit):
    with pytest.raises(actions.CannotFill):
        actions.discard(item=pain(kit), amount=6, reason="Trasig", by=writers.nurse, at=AT)
    actions.discard(item=pain(kit), amount=1, reason="Trasig ampull", by=writers.nurse, at=AT)
    assert left(kit).left == 4


def test_after_a_death_the_kit_is_to_be_returned_and_then_is(writers, kit):
    writers.area.patient.died_at = AT
    writers.area.patient.save()
    (lack,) = queries.to_see_to(writers.nurse.unit_id, AT + HOUR)
    assert lack.to_return
    actions.return_kit(kit=kit, reason="Avliden", by=writers.nurse, at=AT + HOUR)
    assert queries.to_see_to(writers.nurse.unit_id, AT + HOUR) == []
    with pytest.raises(actions.KitReturned):
        give(writers, kit)


def test_an_effect_is_about_a_dose(writers, kit):
    with pytest.raises(actions.NotADose):
        actions.record_effect(given=kit.events.first(), effect="Bra", by=writers.nurse, at=AT)


def test_the_kits_that_we_ship_can_be_read_and_a_faulty_file_says_why():
    assert {row.drug for row in templates()["palliative"].items} >= {"Morfin", "Midazolam"}
    with pytest.raises(InvalidKits, match="kits"):
        read("version: 1")


def test_the_log_keeps_no_medicine_and_no_words(writers, kit):
    item = pain(kit)
    give(writers, kit, note="Ont i ryggen")
    actions.discard(item=item, amount=1, reason="Trasig ampull", by=writers.nurse, at=AT + HOUR)
    said = Prescription("10 mg under huden")
    actions.change_prescription(item=item, said=said, by=writers.physician, at=AT + HOUR)
    actions.return_kit(kit=kit, reason="Flyttar", by=writers.nurse, at=AT + 2 * HOUR)
    told = dict(AuditEvent.objects.filter(object_kind="needskit").values_list("what", "reason"))
    assert told == {
        "care.place_kit": "medicines 2",
        "care.fill_kit": "medicines 2",
        "care.give_dose": "",
        "care.discard": "",
        "care.change_prescription": "",
        "care.return_kit": "",
    }
