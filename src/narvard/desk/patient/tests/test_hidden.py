"""A person with protected identity: nothing on the page tells the place to those who may not know it."""

import pytest
from django.urls import reverse

from narvard.access.models import CareRelation
from narvard.access.tests.factories import CareRelationFactory
from narvard.care import actions as care
from narvard.care.rules import HANDED_OVER
from narvard.care.tests.factories import AT, HOUR
from narvard.desk.patient.tests.test_page import page
from narvard.organisation.models import CareUnit
from narvard.organisation.tests.factories import CareUnitFactory
from narvard.people.actions import add_relative
from narvard.people.queries import tells_place


@pytest.fixture
def hidden(area):
    """A hidden patient, enrolled, whom the ward follows without going to the home."""
    area.enrol()
    care.designate_contact(
        patient=area.patient,
        kind="care_contact",
        staff=area.health_centre.staff,
        unit=area.health_centre.unit,
        by=area.health_centre,
        at=AT,
    )
    add_relative(patient=area.patient, name="Astrid Rask", kind="spouse", by=area.team, at=AT)
    area.patient.protection, area.patient.phone = "marked", "090-465 00 11"
    area.patient.save()
    CareRelationFactory(patient=area.patient, unit=area.ward.unit, kind=CareRelation.Kind.REQUEST)
    return area


TELLING = ("Ålidhems hälsocentral", "Astrid Rask", "090-465 00 11")


def test_who_does_not_go_there_learns_no_place(hidden, screen):
    html = page(screen(hidden.ward), hidden).content.decode()
    assert hidden.patient.name in html
    assert hidden.health_centre.staff.name in html
    for words in (*TELLING, *(hidden.patient.addresses.values_list("street", flat=True))):
        assert words not in html
    assert "Skyddad identitet: adress och plats visas inte" in html
    assert "visas inte: riktnumret säger var personen bor" in html


def test_the_team_that_goes_there_knows_it(hidden, screen):
    html = page(screen(hidden.team), hidden).content.decode()
    for words in TELLING:
        assert words in html
    assert "lämna inte ut adressen" in html


def test_who_does_not_go_there_reads_what_kind_of_unit_and_calls_the_joint_intake(hidden, screen):
    CareUnitFactory(kind="intake", name="Gemensamt intag", phone="08-465 009 99")
    CareUnit.objects.filter(kind="intake").update(phone="")
    assert "numren visas inte, de säger var personen bor" in page(screen(hidden.ward), hidden).content.decode()
    CareUnit.objects.filter(kind="intake").update(phone="08-465 009 99")
    html = page(screen(hidden.ward), hidden).content.decode()
    assert hidden.team.unit.name not in html
    assert "Mobilt team" in html
    assert hidden.ward.unit.name in html
    assert "08-465 009 99" in html
    assert hidden.team.unit.phone not in html
    seen = page(screen(hidden.team), hidden).content.decode()
    assert hidden.team.unit.phone in seen
    assert "08-465 009 99" not in seen


def test_the_list_of_patients_tells_no_unit_to_who_does_not_go_there(hidden, screen):
    for commission, called in ((hidden.ward, "Mobilt team"), (hidden.team, hidden.team.unit.name)):
        html = screen(commission).get(reverse("patient:mine"), {"visa": "all"}).content.decode()
        assert f"<td>{called}</td>" in html
        assert (f"<td>{hidden.team.unit.name}</td>" in html) is (commission == hidden.team)


def test_who_hands_over_knows_to_whom_and_who_is_asked_not_from_whom(hidden, screen):
    row = hidden.propose(hidden.patient.episode_set.get(), hidden.home_nursing, at=AT, kinds=["nursing"])
    CareRelationFactory(patient=hidden.patient, unit=hidden.other_team.unit, kind=CareRelation.Kind.REQUEST)
    address = reverse("handover:page", args=[row.pk])
    given = screen(hidden.team).get(address).content.decode()
    assert hidden.home_nursing.unit.name in given
    asked = screen(hidden.home_nursing).get(address).content.decode()
    assert hidden.home_nursing.unit.name in asked
    assert hidden.team.unit.name not in asked
    assert "Mobilt team" in asked


def test_what_is_stored_names_no_unit_either(hidden, screen):
    """A sentence kept in the record was filled in when nobody asked who would read it."""
    episode = hidden.patient.episode_set.get()
    episode.started_at -= HOUR
    episode.ended_at, episode.ended_by, episode.end_reason = AT, hidden.team, HANDED_OVER % {"unit": "Umeås egna"}
    episode.save()
    html = page(screen(hidden.ward), hidden).content.decode()
    assert "Umeås egna" not in html
    assert "en annan enhet" in html
    assert "Umeås egna" in page(screen(hidden.team), hidden).content.decode()


def test_without_enrolment_the_health_centre_stays_unnamed(area, screen):
    area.patient.protection = "protected"
    area.patient.save()
    CareRelationFactory(patient=area.patient, unit=area.ward.unit, kind=CareRelation.Kind.REQUEST)
    html = page(screen(area.ward), area).content.decode()
    assert "Ingen inskrivning. Hälsocentralen visas inte." in html
    assert "Ålidhems hälsocentral" not in html


@pytest.mark.parametrize(
    ("number", "tells"),
    [
        ("090-465 00 11", True),
        ("+46 90 465 00 11", True),
        ("0046 90 4650011", True),
        ("070-174 06 05", False),
        ("+46 70 174 06 05", False),
        ("+46 (0)70 174 06 05", False),
        ("", False),
    ],
)
def test_an_area_code_tells_the_place(number, tells):
    assert tells_place(number) is tells
