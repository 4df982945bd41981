"""What units are called for a reader from whom the place of a person with protected identity is hidden."""

import pytest

from narvard.access import guard
from narvard.access.models import CareRelation
from narvard.access.tests.factories import CareRelationFactory
from narvard.care.models import Episode
from narvard.care.tests.factories import AT, make_area
from narvard.organisation.models import CareUnit

pytestmark = pytest.mark.django_db


@pytest.fixture
def area():
    """A patient with protected identity whom the team has enrolled, and whom a ward knows of."""
    area = make_area()
    area.patient.protection = "marked"
    area.patient.save()
    area.enrol()
    CareRelationFactory(patient=area.patient, unit=area.ward.unit, kind=CareRelation.Kind.REQUEST)
    return area


def opened_by(commission, area):
    return guard.open_patient(area.patient.pk, by=commission, at=AT)


def test_a_unit_is_called_by_its_kind_and_the_own_unit_by_its_name(area):
    opened = opened_by(area.ward, area)
    assert opened.name_of(area.home_nursing.unit) == "Kommunal hemsjukvård"
    assert opened.name_of(area.ward.unit) == area.ward.unit.name
    assert opened_by(area.team, area).name_of(area.home_nursing.unit) == area.home_nursing.unit.name


def test_all_that_hangs_on_a_row_is_told_alike_and_the_row_itself_is_untouched(area):
    row = Episode.objects.select_related("unit__provider").get()
    told = opened_by(area.ward, area).told(row)
    assert (told.unit.name, told.unit.provider.name, told.unit.phone) == ("Mobilt team", "Region Västerbotten", "")
    assert told.unit == row.unit
    assert row.unit.name == area.team.unit.name
    municipal = opened_by(area.ward, area).told(area.home_nursing.unit)
    assert municipal.provider.name == "Kommun"
    assert municipal.municipality.name == ""


def test_what_nobody_had_fetched_is_told_too(area):
    told = opened_by(area.ward, area).told(Episode.objects.get())
    assert told.unit.name == "Mobilt team"
    assert told.started_by.unit.name == "Mobilt team"
    area.patient.municipality = area.home_nursing.unit.municipality
    area.patient.save()
    told = opened_by(area.ward, area).told(Episode.objects.get())
    assert told.patient.municipality.name == ""
    assert told.patient.municipality == area.patient.municipality


def test_rows_beside_a_row_are_told(area):
    area.propose(Episode.objects.get(), area.home_nursing, kinds=["nursing"])
    row = Episode.objects.prefetch_related("handovers__receiver").get()
    (handover,) = opened_by(area.ward, area).told(row).handovers.all()
    assert handover.receiver.name == "Kommunal hemsjukvård"
    assert row.handovers.all()[0].receiver.name == area.home_nursing.unit.name


def test_who_sees_the_place_gets_the_row_as_it_is(area):
    row = Episode.objects.get()
    assert opened_by(area.team, area).told(row) is row
    area.ward.sees_protected = True
    assert opened_by(area.ward, area).told(row) is row


def test_a_unit_that_the_own_unit_has_chosen_keeps_its_name(area):
    row = area.propose(Episode.objects.get(), area.home_nursing, kinds=["nursing"])
    assert row.chosen_by(area.team.unit_id) == {area.home_nursing.unit_id}
    assert row.chosen_by(area.home_nursing.unit_id) == frozenset()
    told = opened_by(area.ward, area).told(row, {area.home_nursing.unit_id})
    assert (told.giver.name, told.receiver.name) == ("Mobilt team", area.home_nursing.unit.name)


def test_a_copy_without_its_name_is_never_kept(area):
    told = opened_by(area.ward, area).told(area.home_nursing.unit)
    with pytest.raises(ValueError, match="not for keeping"):
        told.save()
    assert CareUnit.objects.get(pk=told.pk).name == area.home_nursing.unit.name


def test_a_number_with_an_area_code_is_not_told_and_a_mobile_one_is(area):
    opened, staff = opened_by(area.ward, area), area.team.staff
    staff.phone = "090-465 00 11"
    assert opened.told(staff).phone == ""
    staff.phone = "070-174 06 05"
    assert opened.told(staff).phone == "070-174 06 05"
