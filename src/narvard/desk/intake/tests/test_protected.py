"""A protected person through the intake: who may know the place, and that a team can be found without it."""

import pytest
from django.urls import reverse

from narvard.access.tests.factories import CareRelationFactory
from narvard.desk.intake.tests.conftest import SignIn
from narvard.desk.intake.tests.test_acts import post
from narvard.intake.models import CareRequest
from narvard.intake.tests.world import NOW, World
from narvard.organisation.models import Commission


@pytest.fixture
def row(world: World) -> CareRequest:
    world.patient.protection = "protected"
    world.patient.save()
    return world.send()


def page(as_: SignIn, who: Commission, row: CareRequest) -> str:
    return as_(who).get(reverse("intake:request", args=[row.pk])).content.decode()


def test_without_the_right_no_place_is_told_and_no_team_is_ruled_in_or_out_by_it(
    world: World, as_: SignIn, row: CareRequest
) -> None:
    text = page(as_, world.coordinator, row).lower()
    assert "skyddad plats: fråga avsändaren om teamet åker dit" in text
    assert "inom teamets område" not in text
    assert "utanför teamets område" not in text
    assert post(as_(world.coordinator), "assign", row, team=world.got.pk).status_code == 302
    event = row.events.get(kind="assigned")
    assert not event.override
    assert event.options is not None
    assert {option["verdict"] for option in event.options} == {"unknown"}


def test_with_the_right_the_municipality_is_told_and_the_area_decides(
    world: World, as_: SignIn, row: CareRequest
) -> None:
    Commission.objects.filter(pk=world.coordinator.pk).update(sees_protected=True)
    text = page(as_, world.coordinator, row)
    assert "inom teamets område: umeå" in text.lower()
    assert "fråga avsändaren" not in text


def test_the_sender_learns_no_place_by_where_the_request_is_and_the_team_that_goes_there_does(
    world: World, as_: SignIn, row: CareRequest
) -> None:
    post(as_(world.coordinator), "assign", row, team=world.got.pk)
    row.refresh_from_db()
    post(as_(world.got_nurse), "take", row)
    assert "Umeå" not in page(as_, world.ward_nurse, row)
    home = reverse("patient:page", args=[world.patient.pk])
    assert "Storgatan 1" not in as_(world.got_nurse).get(home).content.decode()
    CareRelationFactory(patient=world.patient, unit=world.got, kind="visit", since=NOW)
    assert "Storgatan 1" in as_(world.got_nurse).get(home).content.decode()
