"""Early signs on the pages: told from the patient's page, looked at, answered, and the answer read."""

import uuid

import pytest
from django.urls import reverse

from narvard.access.tests.factories import CareRelationFactory
from narvard.care.models import DesignatedContact
from narvard.desk.intake.tests.conftest import SignIn
from narvard.intake.early.models import EarlyCase
from narvard.intake.tests.world import NOW, World
from narvard.organisation.models import CareUnit, Commission
from narvard.organisation.tests.factories import CareUnitFactory, CommissionFactory

LIST = reverse("intake:early")


def once(**words: object) -> dict[str, object]:
    return {"once": str(uuid.uuid4()), **words}


@pytest.fixture
def nurse(world: World) -> Commission:
    centre = CareUnitFactory(kind=CareUnit.Kind.HEALTH_CENTRE, provider=world.ward.provider)
    world.patient.listed_at = centre
    world.patient.save()
    CareRelationFactory(patient=world.patient, unit=centre, kind="listed", since=NOW)
    return CommissionFactory(unit=centre, role="physician")


@pytest.fixture
def helper(world: World) -> Commission:
    unit = CareUnitFactory(name="Hemtjänsten", kind=CareUnit.Kind.HOME_HELP, provider=world.nursing.provider)
    CareRelationFactory(patient=world.patient, unit=unit, kind="social", since=NOW)
    return CommissionFactory(unit=unit, role="social")


def test_from_the_home_help_to_a_named_contact(
    world: World, as_: SignIn, nurse: Commission, helper: Commission
) -> None:
    home = as_(helper)
    where = reverse("intake:early-tell", args=[world.patient.pk])
    assert where in home.get(reverse("patient:page", args=[world.patient.pk])).content.decode()
    words = {"fact_early_marker": "yes", "seen": "Äter sämre"}
    refused = home.post(where, once(**words))
    assert refused.status_code == 409
    assert "Fråga personen först" in refused.content.decode()
    assert home.post(where, once(**words, agreed="on")).status_code == 302
    assert "Det ni har berättat" in home.get(LIST).content.decode()
    case = EarlyCase.objects.get()
    centre = as_(nurse)
    text = centre.get(LIST).content.decode()
    assert "Äter sämre" in text
    assert "Hemtjänsten" in text
    assert centre.post(reverse("intake:early-accept", args=[case.pk]), once(version=1)).status_code == 302
    stale = centre.post(reverse("intake:early-name", args=[case.pk]), once(version=1, staff=nurse.pk))
    assert stale.status_code == 409
    named = centre.post(reverse("intake:early-name", args=[case.pk]), once(version=2, staff=nurse.pk))
    assert named.status_code == 302
    assert DesignatedContact.objects.get().staff == nurse.staff
    assert "Inget att titta på" in centre.get(LIST).content.decode()


def test_dismissed_with_a_reason_that_the_teller_reads(
    world: World, as_: SignIn, nurse: Commission, helper: Commission
) -> None:
    where = reverse("intake:early-tell", args=[world.patient.pk])
    as_(helper).post(where, once(fact_early_marker="yes", agreed="on"))
    case = EarlyCase.objects.get()
    answer = reverse("intake:early-dismiss", args=[case.pk])
    assert as_(nurse).post(answer, once(version=1, text="")).status_code == 422
    assert as_(nurse).post(answer, once(version=1, text="Har redan en kontakt")).status_code == 302
    assert "Har redan en kontakt" in as_(helper).get(LIST).content.decode()


def test_an_outsider_finds_nothing(world: World, as_: SignIn, nurse: Commission, helper: Commission) -> None:
    as_(helper).post(reverse("intake:early-tell", args=[world.patient.pk]), once(fact_early_marker="yes", agreed="on"))
    case = EarlyCase.objects.get()
    stranger = CommissionFactory(unit=CareUnitFactory(kind=CareUnit.Kind.HEALTH_CENTRE), role="physician")
    for name in ("early-accept", "early-name", "early-dismiss"):
        assert as_(stranger).get(reverse(f"intake:{name}", args=[case.pk])).status_code == 404
    assert as_(stranger).get(reverse("intake:early-tell", args=[world.patient.pk])).status_code == 404
    assert world.patient.family_name not in as_(stranger).get(LIST).content.decode()
