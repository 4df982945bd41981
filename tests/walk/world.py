"""One patient about whom everything can be told, each thing in words of its own, and readers of every kind."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from django.apps import apps
from django.db import models
from django.test import Client

from narvard.access import actions as access
from narvard.access.guard import open_patient
from narvard.access.models import Block, CareRelation, Consent
from narvard.access.queries import SESSION_KEY
from narvard.access.tests.factories import CareRelationFactory
from narvard.care import actions as care
from narvard.care.binder import actions as binder
from narvard.care.conference import actions as conferences
from narvard.care.kits import actions as kits
from narvard.care.plans import actions as plans
from narvard.care.plans.tests.factories import STRATEGY
from narvard.care.tests.factories import AT, HOUR, Area, make_area
from narvard.core import audit
from narvard.core.uploads import PHOTO, CleanFile
from narvard.deviations import actions as deviations
from narvard.deviations.actions import Report
from narvard.intake.actions import register_request
from narvard.intake.models import CareRequest
from narvard.organisation.models import (
    Base,
    CareProvider,
    CareUnit,
    Commission,
    Municipality,
    Profession,
    Programme,
    Staff,
)
from narvard.organisation.tests.factories import CareProviderFactory, CareUnitFactory, CommissionFactory
from narvard.people.actions import add_relative, record_fact, record_what_matters
from narvard.people.tests.factories import OLD_NUMBERS
from narvard.visits import actions as visits
from narvard.visits.actions.needs import RoleSpec

NUMBER = OLD_NUMBERS[3]
# Who the person is, and how to find them: for nobody without a relation.
IDENTITY = (
    "Zebulon",
    "Hemligsson",
    NUMBER[2:],
    f"{NUMBER[2:8]}-{NUMBER[-4:]}",
    "070-9173173",
    "Gömdvägen",
    "KOD9173X",
    "Kinship",
)
# What is said of the care, by who may read it.
REQUEST = ("ORDFRAGA", "ORDBAKGRUND")
COORDINATION = ("ORDMAL", "ORDVIKTIGT", "ORDBEHOV", "ORDSKAL", "ORDLAKEMEDEL", "ORDPLAN", "ORDLADA")
NOTES = ("ORDANTECKNING", "Hjärtsvikt")
DEVIATION = ("ORDAVVIKELSE",)
CONTENT = (*REQUEST, *COORDINATION, *NOTES, *DEVIATION)


@dataclass
class World:
    """The area, the patient's rows by id, and who has nothing to do with them."""

    area: Area
    request: CareRequest
    intake: CareUnit
    sender: Commission
    ids: dict[str, uuid.UUID] = field(default_factory=dict)


def make_world() -> World:
    """Everything that the product can hold of a person, made by the rooms' own actions."""
    area = make_area()
    patient = area.patient
    patient.given_name, patient.family_name, patient.phone = "Zebulon", "Hemligsson", "070-9173173"
    patient.save()
    patient.identifiers.update(value=NUMBER)
    patient.addresses.update(street="Gömdvägen 7", door_code="KOD9173X", latitude=63.9173, longitude=20.9173)
    region = area.team.unit.provider
    intake = CareUnitFactory(name="Gemensamt intag", kind=CareUnit.Kind.INTAKE, provider=region)
    sender = CommissionFactory(unit=CareUnitFactory(name="Kirurgen", kind=CareUnit.Kind.WARD, provider=region))
    sender.role = Commission.Role.WARD
    sender.save()
    request = register_request(
        patient=patient,
        intake=intake,
        sender_unit=sender.unit,
        channel="ward",
        urgency="acute",
        question="ORDFRAGA",
        background="ORDBAKGRUND",
        by=sender,
        at=AT,
    )
    episode = area.enrol()
    episode.goal = "ORDMAL"
    episode.save()
    record_what_matters(patient=patient, text="ORDVIKTIGT", by=area.team, at=AT)
    record_fact(patient=patient, name="heart_failure", value=True, source="journal", by=area.team, at=AT)
    add_relative(patient=patient, name="Kinship Andersson", kind="child", by=area.team, at=AT)
    area.propose(episode, area.home_nursing, at=AT, kinds=["nursing"], content=_content())
    care.designate_contact(
        patient=patient, kind="care_contact", staff=area.team.staff, unit=area.team.unit, by=area.team, at=AT
    )
    _visit(area, episode)
    _plan(area)
    deviations.report_deviation(
        unit=area.home_nursing.unit,
        report=Report(kind="handover", what="ORDAVVIKELSE", happened_at=AT),
        patient=patient,
        by=area.team,
        at=AT,
    )
    # The patient asked while on the ward, which has had no part in the care since.
    CareRelationFactory(patient=patient, unit=area.ward.unit, kind=CareRelation.Kind.WARD, since=AT - HOUR, until=AT)
    access.block(patient=patient, scope=Block.Scope.OUTER, unit=area.ward.unit, by=area.ward, at=AT - HOUR)
    return World(area, request, intake, sender, dict(_ids()))


def _content() -> care.Content:
    return care.Content(reason="ORDSKAL", medicines="ORDLAKEMEDEL")


def _plan(area: Area) -> None:
    """A strategy in force, a kit that was given from, and a printed binder."""
    by = CommissionFactory(unit=area.team.unit, role=Commission.Role.PHYSICIAN, staff__profession=Profession.PHYSICIAN)
    plan = plans.start_plan(patient=area.patient, kind="strategy", units=[], by=by, at=AT)
    texts = {**STRATEGY, "aim": {"situation": "ORDPLAN", "level": "relief"}}
    plans.write_contributions(plan=plan, texts=texts, by=by, at=AT)
    plans.sign_contributions(plan=plan, by=by, at=AT)
    plans.adopt_plan(plan=plan, by=by, at=AT)
    doses = {"pain": kits.Prescription("ORDLADA 5 mg")}
    kit = kits.place_kit(
        patient=area.patient, template="palliative", place="ORDLADA", doses=doses, units=[], by=by, at=AT
    )
    kits.give_dose(item=kit.items.get(), dose="ORDLADA", happened_at=AT, by=by, at=AT)
    binder.make_binder(opened=open_patient(area.patient.pk, by=by, at=AT), by=by, at=AT)
    programme = Programme.objects.create(key="walked", name="Andning", kind=Programme.Kind.CONFERENCE)
    day = AT.date()
    held = conferences.open_conference(programme=programme, name="Ronden", next_on=day, by=area.ward, at=AT)
    conferences.put_up(
        patient=area.patient, conference=held, question="ORDPLAN", documents="ORDLADA", how="spoken", by=by, at=AT
    )
    shown = binder.Shown("ORDLADA", "ORDLADA", "spoken")
    photo = CleanFile(b"ORDLADA", PHOTO)
    binder.add_picture(patient=area.patient, file=photo, shown=shown, units=[], by=by, at=AT)


def _visit(area: Area, episode: models.Model) -> None:
    need = visits.add_need(
        episode=episode,
        what="ORDBEHOV",
        minutes=30,
        first_on=AT.date(),
        roles=[RoleSpec(unit=area.team.unit)],
        by=area.team,
        at=AT,
    )
    visits.generate_day(care_area=area.team.unit.care_area, date=AT.date(), by=audit.SYSTEM, at=AT)
    visit = visits.start_visit(visit=need.visits.get(), by=area.team, at=AT)
    visit = visits.finish_visit(visit=visit, by=area.team, at=AT)
    note = visits.write_note(visit=visit, text="ORDANTECKNING", codes=[], by=area.team, at=AT)
    visits.sign_note(note=note, by=area.team, at=AT)


def _ids() -> Iterator[tuple[str, uuid.UUID]]:
    """An id of every kind of row that an address could name: none is forgotten when a room is added."""
    for model in apps.get_models():
        if model._meta.app_label in _OURS and isinstance(model._meta.pk, models.UUIDField):
            pk = model._default_manager.values_list("pk", flat=True).first()
            if pk is not None:
                yield model._meta.model_name or "", pk


# Rooms with rows about patients. The organisation's own rows are open to all at work.
_OURS = {"people", "access", "intake", "care", "visits", "deviations"}


def acting(commission: Commission) -> Client:
    """Somebody signed in and acting under the commission."""
    client = Client()
    client.force_login(commission.staff.user)
    session = client.session
    session[SESSION_KEY] = str(commission.pk)
    session.save()
    return client


PURPOSES = {
    Commission.Role.MANAGER: "follow_up",
    Commission.Role.SAFETY: "safety",
    Commission.Role.ADMINISTRATOR: "administration",
    Commission.Role.SOCIAL: "social",
}


def stranger(world: World, role: str, *, same_provider: bool) -> Commission:
    """Somebody of the role who has nothing to do with the patient, at the same provider or another."""
    provider = world.area.team.unit.provider if same_provider else CareProviderFactory(name="Region Fjärran")
    unit = CareUnitFactory(provider=provider, care_area="fjarran", municipality=None)
    return CommissionFactory(unit=unit, role=role, purpose=PURPOSES.get(role, "care"))


def related(world: World, role: str, kind: str, **more: object) -> Commission:
    """Somebody of the role at another provider, whose unit has a care relation of the kind."""
    by = stranger(world, role, same_provider=False)
    CareRelationFactory(patient=world.area.patient, unit=by.unit, kind=kind, **{"since": AT - HOUR, **more})
    return by


def share(world: World) -> Consent:
    """The patient's yes to shared records."""
    return access.record_consent(
        patient=world.area.patient, kind=Consent.Kind.SHARED_RECORD, how="spoken", by=world.area.team, at=AT
    )


PLACE = "Rarköping"
# A number of a fixed line: its area code would tell the place.
LINE = "090-9173 917"


def hide(world: World) -> None:
    """Give the patient protected identity; every unit, provider, base and municipality is called by a rare place."""
    patient = world.area.patient
    patient.protection = "protected"
    patient.listed_at = world.area.health_centre.unit
    patient.save()
    for kind in (CareUnit, CareProvider, Base, Municipality):
        for row in kind._default_manager.all():
            row.name = f"{row.name} {PLACE}"
            row.save()
    CareUnit.objects.update(phone=LINE)
    Staff.objects.update(phone=LINE)


ENDED = {"until": AT - timedelta(minutes=1)}
VISIT = CareRelation.Kind.VISIT
