"""Plans, needs kits, pictures and the binder of the cast, each step by the action a person would have used."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from narvard.access.guard import open_patient
from narvard.care.binder import actions as binder
from narvard.care.binder.models import Binder, BinderPicture
from narvard.care.kits import actions as kits
from narvard.care.kits.models import NeedsKit
from narvard.care.models import Episode
from narvard.care.plans import actions
from narvard.care.plans.models import Plan
from narvard.core.uploads import clean
from narvard.demo import sources
from narvard.demo.load.pictures import DRAWN
from narvard.demo.load.world import World
from narvard.organisation.models import CareUnit, Commission
from narvard.people.models import Patient

_MEETING, _AFTERWARDS = 14 * 60, 17 * 60
_LATER = timedelta(minutes=40)
# Nurses of the municipality are district nurses as often as nurses.
_NURSES = ("nurse", "district_nurse")


def load_plans(world: World) -> None:
    """Write each plan, sign it and bring it into force; place the kits and give from them."""
    data = sources.yaml_data("plans.yaml")
    for spec in data["plans"]:
        plan = write_plan(spec, world.patient(spec["patient"]), world.clock(-spec["days_ago"], _MEETING))
        if again := spec.get("renewed"):
            renew(plan, again, spec["who"], world.clock(-again["days_ago"], _MEETING))
    for spec in data["kits"]:
        place_kit(spec, world.patient(spec["patient"]), world.clock(-spec["days_ago"], _MEETING), world.morning)
    for spec in data["pictures"]:
        add_picture(spec, world.patient(spec["patient"]), world.clock(-spec["days_ago"], _MEETING))
    for spec in data["binders"]:
        lay_binder(spec, world.patient(spec["patient"]), world.clock(-spec["days_ago"], _AFTERWARDS))


def write_plan(spec: Mapping[str, Any], patient: Patient, at: datetime) -> Plan:
    """One plan of the file, begun at ``at``."""
    by = somebody(patient, spec["who"], at)
    others = [somebody(patient, who, at) for who in spec["others"]]
    plan = actions.start_plan(patient=patient, kind=spec["kind"], units=[row.unit for row in others], by=by, at=at)
    _write(plan, spec["parts"], at + _LATER)
    if "consent" in spec:
        actions.record_plan_consent(plan=plan, yes=actions.Yes(**spec["consent"]), by=by, at=at + _LATER)
    actions.adopt_plan(plan=plan, by=by, at=at + 2 * _LATER)
    for who in spec.get("read_by", ()):
        actions.read_plan(plan=plan, by=somebody(patient, who, at), at=at + 3 * _LATER)
    return plan


def _write(plan: Plan, parts: Sequence[Mapping[str, Any]], at: datetime) -> None:
    for part in parts:
        writer = somebody(plan.patient, part["by"], at)
        actions.write_contributions(plan=plan, texts=part["texts"], by=writer, at=at)
        actions.sign_contributions(plan=plan, by=writer, at=at)


def renew(plan: Plan, spec: Mapping[str, Any], who: Sequence[str], at: datetime) -> None:
    """The next version of the plan, in force at once."""
    by = somebody(plan.patient, who, at)
    actions.renew_plan(plan=plan, why=spec["why"], by=by, at=at)
    _write(plan, spec["parts"], at + _LATER)
    actions.adopt_plan(plan=plan, by=by, at=at + 2 * _LATER)


def add_picture(spec: Mapping[str, Any], patient: Patient, at: datetime) -> BinderPicture:
    """A picture for the binder, drawn here."""
    return binder.add_picture(
        patient=patient,
        file=clean(DRAWN[spec["drawn"]]()),
        shown=binder.Shown(spec["title"], spec["text"], spec["how"]),
        units=[somebody(patient, who, at).unit for who in spec["others"]],
        by=somebody(patient, spec["who"], at),
        at=at,
    )


def place_kit(spec: Mapping[str, Any], patient: Patient, at: datetime, morning: datetime) -> NeedsKit:
    """One kit of the file, prescribed at ``at``, filled the same day, and given from until ``morning``."""
    physician, nurse = somebody(patient, spec["who"], at), somebody(patient, spec["by"], at)
    kit = kits.place_kit(
        patient=patient,
        template=spec["template"],
        place=spec["place"],
        doses={key: kits.Prescription(**said) for key, said in spec["doses"].items()},
        units=[somebody(patient, who, at).unit for who in spec["others"]],
        by=physician,
        at=at,
    )
    items = {item.key: item for item in kit.items.all()}
    fills = [
        kits.Fill(items[key], amount, batch, (morning + timedelta(days=days)).date())
        for key, amount, batch, days in spec["fill"]
    ]
    kits.fill_kit(kit=kit, fills=fills, by=nurse, at=at + 2 * _LATER)
    if "taught" in spec:
        kits.teach_relative(kit=kit, person=spec["taught"], note="", by=nurse, at=at + 3 * _LATER)
    for key, dose, hours, relative, why, effect in spec["given"]:
        when = morning - timedelta(hours=hours)
        given = kits.give_dose(
            item=items[key], dose=dose, happened_at=when, relative=relative, note=why, by=nurse, at=when + _LATER
        )
        if effect:
            kits.record_effect(given=given, effect=effect, by=nurse, at=when + 2 * _LATER)
    return kit


def lay_binder(spec: Mapping[str, Any], patient: Patient, at: datetime) -> Binder:
    """A binder printed by one of the file and put in the home at the next visit."""
    by = somebody(patient, spec["who"], at)
    made = binder.make_binder(opened=open_patient(patient.pk, by=by, at=at), by=by, at=at)
    return binder.place_binder(binder=made, by=by, at=at + _LATER)


def somebody(patient: Patient, who: Sequence[str], at: datetime) -> Commission:
    """The first person of a profession at the unit that has that part in the patient's care."""
    part, profession = who
    unit = unit_of(patient, part)
    wanted = _NURSES if profession == "nurse" else (profession,)
    rows = Commission.objects.filter(unit=unit, staff__profession__in=wanted, since__lte=at.date(), until=None)
    found = rows.select_related("staff", "unit__provider").order_by("staff__sort_key", "pk").first()
    if found is None:
        raise LookupError(f"no {profession} at {unit} for {patient.pk}")
    return found


def unit_of(patient: Patient, part: str) -> CareUnit:
    """The unit that has that part in the patient's care."""
    if part == "listed":
        found = patient.listed_at
    elif part == "enrolled":
        episode = Episode.objects.filter(patient=patient, kind=Episode.Kind.ENROLMENT, ended_at=None).first()
        found = episode.unit if episode else None
    else:
        relations = patient.care_relations.filter(kind=part, until=None).select_related("unit")
        first = relations.order_by("since", "unit__sort_key").first()
        found = first.unit if first else None
    if found is None:
        raise LookupError(f"nobody has the part {part} for {patient.pk}")
    return found
