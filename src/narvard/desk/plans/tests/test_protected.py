"""A protected person's plan, kit and binder: the care is read, the place is not, by those who do not go there."""

import pytest
from django.urls import reverse

from narvard.access.guard import open_patient
from narvard.access.models import CareRelation
from narvard.access.tests.factories import CareRelationFactory
from narvard.care.binder import actions as binder
from narvard.care.kits import actions as kits
from narvard.care.kits.tests.test_kit import DOSES
from narvard.care.plans import actions
from narvard.care.plans.tests.factories import STRATEGY
from narvard.care.tests.factories import AT
from narvard.people.models import Patient

TELLING = ("Hemsjukvården Umeå", "Storgatan", "Umeå")


@pytest.fixture
def hidden(writers):
    """A hidden person's strategy that names the place in its words, a kit and a binder; the ward is sent the plan."""
    area = writers.area
    CareRelationFactory(patient=area.patient, unit=area.ward.unit, kind=CareRelation.Kind.WARD)
    Patient.objects.filter(pk=area.patient.pk).update(protection=Patient.Protection.PROTECTED)
    area.patient.refresh_from_db()
    units = [writers.nurse.unit, area.ward.unit]
    plan = actions.start_plan(patient=area.patient, kind="strategy", units=units, by=writers.physician, at=AT)
    aim = {"situation": "Vill vara hemma på Storgatan 1 i Umeå, ring Hemsjukvården Umeå", "level": "relief"}
    writers.write(plan, {**STRATEGY, "aim": aim})
    actions.adopt_plan(plan=plan, by=writers.physician, at=AT)
    kit = kits.place_kit(
        patient=area.patient,
        template="palliative",
        place="Kylen",
        doses=DOSES,
        units=units,
        by=writers.physician,
        at=AT,
    )
    opened = open_patient(area.patient.pk, by=writers.physician, at=AT, what="test")
    paper = binder.make_binder(opened=opened, by=writers.physician, at=AT)
    return plan, kit, paper


def addresses(plan, kit, patient):
    return [
        reverse("plans:page", args=[plan.pk]),
        reverse("plans:print", args=[plan.pk]),
        reverse("plans:kit", args=[kit.pk]),
        reverse("plans:binder", args=[patient.pk]),
        reverse("patient:page", args=[patient.pk]),
        reverse("plans:mine"),
    ]


def test_the_care_is_read_and_the_place_is_not(writers, screen, hidden):
    plan, kit, paper = hidden
    client = screen(writers.area.ward)
    for address in addresses(plan, kit, writers.area.patient):
        answer = client.get(address)
        assert answer.status_code == 200, address
        html = answer.content.decode()
        assert not [word for word in TELLING if word in html], address
    html = client.get(reverse("plans:page", args=[plan.pk])).content.decode()
    assert "Morfin ur lådan, öppna fönster" in html
    assert "Kommunal hemsjukvård" in html
    assert "[dold plats]" in html
    assert client.get(reverse("plans:binder-pdf", args=[paper.pk])).status_code == 404


def test_the_team_that_goes_there_reads_it_as_it_is(writers, screen, hidden):
    plan, _kit, paper = hidden
    client = screen(writers.physician)
    html = client.get(reverse("plans:page", args=[plan.pk])).content.decode()
    assert "Storgatan 1 i Umeå" in html
    assert client.get(reverse("plans:binder-pdf", args=[paper.pk])).status_code == 200
