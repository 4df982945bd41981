"""Somebody steps into the cast of the demonstration, looks up a unit, and steps into somebody else."""

from django.conf import LazySettings
from playwright.sync_api import expect

from narvard.organisation.models import CareUnit, Commission, Profession
from narvard.organisation.tests.factories import CareUnitFactory, CommissionFactory
from tests.browser import Journey


def test_one_click_into_the_cast_and_out_again(journey: Journey, settings: LazySettings) -> None:
    settings.NARVARD_DEMO = True
    ward = CareUnitFactory(name="Geriatrik 1", kind=CareUnit.Kind.WARD)
    nurse = CommissionFactory(unit=ward, role=Commission.Role.ADMINISTRATOR, staff__profession=Profession.NURSE)

    with journey.given("the sign-in page lists the cast"):
        person = journey.person("somebody new to it", path="/logga-in/")
        choice = person.page.get_by_role("button", name=nurse.staff.name)
        expect(choice).to_be_visible()
    with journey.when("they step into the nurse and look for her ward"):
        choice.click()
        person.open("/enheter/?q=geriatrik")
    with journey.then("the ward is there, with its phone"):
        expect(person.page.get_by_role("main")).to_contain_text("Geriatrik 1")
    with journey.when("they sign out"):
        person.open("/enheter/")
        person.page.context.clear_cookies()
        person.open("/enheter/")
    with journey.then("they are asked to sign in again"):
        expect(person.page.get_by_role("heading", name="Logga in")).to_be_visible()
