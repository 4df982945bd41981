"""Plans, the kit and the binder on the patient's timeline: to those who may read them, in a fixed number of queries."""

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from narvard.access.guard import open_patient
from narvard.access.tests.factories import CareRelationFactory
from narvard.care.actions import designate_contact
from narvard.care.binder import actions as binder
from narvard.care.kits import actions as kits
from narvard.care.kits.tests.test_kit import DOSES
from narvard.care.models import Duty
from narvard.care.plans import actions
from narvard.care.stays.actions import deliver_supply, order_supply
from narvard.care.tests.factories import AT, HOUR


def fill(writers, kit, times=1):
    """So many new versions of the strategy, doses and binders."""
    plan = writers.area.patient.plan_set.get(kind="strategy")
    for n in range(times):
        at = AT + n * HOUR
        actions.renew_plan(plan=plan, why=f"Mer ont {n}", by=writers.physician, at=at)
        actions.adopt_plan(plan=plan, by=writers.physician, at=at)
        kits.give_dose(item=kit.items.first(), dose=f"{n} mg", happened_at=at, by=writers.nurse, at=at)
        opened = open_patient(writers.area.patient.pk, by=writers.nurse, at=at, what="test")
        made = binder.make_binder(opened=opened, by=writers.nurse, at=at)
        binder.place_binder(binder=made, by=writers.nurse, at=at)


def place(writers):
    return kits.place_kit(
        patient=writers.area.patient,
        template="palliative",
        place="Kylen",
        doses=DOSES,
        units=[writers.nurse.unit],
        by=writers.physician,
        at=AT,
    )


def page(writers, client):
    return client.get(reverse("patient:page", args=[writers.area.patient.pk])).content.decode()


def test_what_happened_stands_there(writers, screen):
    writers.strategy()
    fill(writers, place(writers))
    html = page(writers, screen(writers.nurse))
    for words in (
        "Behandlingsstrategi gäller, version 1",
        "Behandlingsstrategi gäller, version 2",
        "Palliativ behovslåda ordinerad",
        "0 mg",
        "Pärm i hemmet, version 1",
    ):
        assert words in html, words


def test_whom_to_read_when_it_gets_worse_stands_before_what_can_be_done(writers, screen):
    assert "Om det blir sämre" not in page(writers, screen(writers.nurse))
    plan, kit = writers.strategy(), place(writers)
    html = page(writers, screen(writers.nurse))
    worse = html.index("Läs behandlingsstrategin")
    assert worse < html.index(reverse("plans:kit", args=[kit.pk])) < html.index('aria-label="Gör"')
    actions.end_plan(plan=plan, reason="Frisk", by=writers.physician, at=AT)
    assert "Läs behandlingsstrategin" not in page(writers, screen(writers.nurse))


def test_what_was_done_and_brought_stands_there(writers, screen):
    patient, nurse = writers.area.patient, writers.nurse
    designate_contact(patient=patient, kind="care_contact", staff=nurse.staff, unit=nurse.unit, by=nurse, at=AT)
    supply = order_supply(
        patient=patient, kind="aid", what="Rollator", amount="1", unit=nurse.unit,
        needed_on=timezone.localdate(AT), by=nurse, at=AT,
    )  # fmt: skip
    deliver_supply(supply=supply, by=nurse, at=AT)
    duty = Duty.objects.create(
        patient=patient, owner_unit=nurse.unit, unit=nurse.unit, kind=Duty.Kind.CALL_BACK, source_id=supply.pk,
        created_at=AT, due_at=AT, done_at=AT, done_by=nurse, note="Hostar mindre",
    )  # fmt: skip
    html = page(writers, screen(nurse))
    for words in ("Levererat hem: Rollator 1", f"Klart: {duty.get_kind_display()}", "Hostar mindre", nurse.staff.name):
        assert words in html, words


def test_not_for_one_whom_it_was_not_sent_to(writers, screen):
    writers.strategy()
    fill(writers, place(writers))
    CareRelationFactory(patient=writers.area.patient, unit=writers.area.home_help.unit)
    html = page(writers, screen(writers.area.home_help))
    for words in ("Behandlingsstrategi gäller", "behovslåda ordinerad", "Dos ur behovslådan"):
        assert words not in html, words


def test_the_queries_do_not_grow(writers, screen):
    writers.strategy()
    kit = place(writers)
    fill(writers, kit)
    client = screen(writers.nurse)
    page(writers, client)
    with CaptureQueriesContext(connection) as few:
        page(writers, client)
    fill(writers, kit, 4)
    with CaptureQueriesContext(connection) as many:
        page(writers, client)
    assert len(many) == len(few)
    assert len(few) <= 80
