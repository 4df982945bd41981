"""The whole load in order, with progress, and what it came to."""

from collections.abc import Callable
from datetime import date
from time import monotonic
from typing import Any

from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from narvard.care.models import Episode
from narvard.core import heads, seal
from narvard.core.errors import NarvardError
from narvard.core.statistics import learn
from narvard.demo import need
from narvard.demo.area import CARE_AREA, MODELS
from narvard.demo.load.care import load_care
from narvard.demo.load.day import load_day
from narvard.demo.load.deviations import load_deviations
from narvard.demo.load.followup import load_followup
from narvard.demo.load.history import load_history
from narvard.demo.load.organisation import load_organisation
from narvard.demo.load.past import load_notices, load_past_handovers, load_past_requests
from narvard.demo.load.patients import load_patients
from narvard.demo.load.plans import load_plans
from narvard.demo.load.privacy import load_privacy
from narvard.demo.load.requests import load_handovers, load_requests
from narvard.demo.load.scenarios import load_scenarios
from narvard.demo.load.signs import load_beds, load_new_version, load_signs, load_ticks
from narvard.demo.load.together import load_together
from narvard.demo.load.world import World, draw_world
from narvard.demo.models import DemoLoad
from narvard.followup.report.tasks import make_due
from narvard.intake.models import CareRequest
from narvard.organisation.models import CareUnit, Staff, Team
from narvard.people.models import Patient
from narvard.visits.models import Visit
from narvard.visits.planner import plan_area

EDITION = 7
# The plan stops after so many evaluations, not seconds: the same date, seed and model give the same plan.
EVALUATIONS = 1_500_000
# More spans of figures than there are.
EVERY = 1000

Tell = Callable[[float, str], None]


class NotADemo(NarvardError):
    """The database holds people that no demo load put there."""


def present(day: date, seed: int, model: str) -> DemoLoad | None:
    """The finished load of this area, if the database holds exactly that."""
    row = DemoLoad.objects.filter(planned=True, edition=EDITION).first()
    same = row is not None and (row.date, row.seed, row.operating_model) == (day, seed, model)
    return row if same else None


def load(day: date, seed: int, model: str, tell: Tell) -> DemoLoad:
    """Empty the database, load the area, plan its day and seal the log.

    Raises :class:`NotADemo` rather than erase others' data.
    """
    if model not in MODELS:
        raise ValueError(f"unknown operating model {model!r}")
    started = monotonic()
    _empty(tell)
    tell(0.02, "Ritar området")
    world = draw_world(day, seed, model)
    row = store(world, tell)
    _plan(world, tell)
    tell(0.98, "Räknar uppföljningens siffror")
    _reckon(world)
    _seal(world, tell)
    row.planned, row.seconds = True, round(monotonic() - started, 1)
    row.save(update_fields=["planned", "seconds"])
    tell(1.0, "Klart")
    return row


def _empty(tell: Tell) -> None:
    """Take away an earlier load, finished or not; refuse a database that holds anything else."""
    if Patient.objects.exists() and not DemoLoad.objects.exists():
        raise NotADemo("Databasen innehåller annat än en demonstration. Välj en tom databas (DATABASE_URL).")
    if DemoLoad.objects.exists() or CareUnit.objects.exists():
        tell(0.01, "Tömmer databasen")
        call_command("flush", interactive=False, verbosity=0)
    # Another log begins, and the heads of the one before are none of its.
    heads.place().unlink(missing_ok=True)


@transaction.atomic
def store(world: World, tell: Tell) -> DemoLoad:
    """All rows and the mark that says so, or nothing."""
    tell(0.04, "Vårdgivare, enheter, team och medarbetare")
    load_organisation(world)
    load_new_version(world)
    tell(0.10, "Personer")
    load_patients(world)
    tell(0.20, "Inskrivningar, ansvar och besöksbehov")
    stock = load_care(world)
    tell(0.35, "Veckorna som gick")
    load_history(world, stock)
    learn()
    tell(0.55, "Dagens pass och besök")
    load_day(world, stock)
    tell(0.62, "Begäranden")
    load_past_requests(world, stock)
    load_requests(world)
    tell(0.72, "Överlämningar")
    load_handovers(world, stock)
    load_past_handovers(world, stock)
    load_beds(world, stock)
    load_signs(world)
    load_notices(world)
    load_plans(world)
    load_together(world, stock)
    load_deviations(world)
    load_privacy(world)
    load_scenarios(world)
    load_ticks(world)
    tell(0.74, "Uppföljning")
    load_followup(world)
    learn()
    return DemoLoad.objects.create(
        date=world.date,
        seed=world.seed,
        operating_model=world.model,
        edition=EDITION,
        finished_at=timezone.now(),
    )


def _plan(world: World, tell: Tell) -> None:
    """Plan the day as the planner would at half past seven."""
    planner = next(row for row in world.at_unit("intake", "planner"))
    tell(0.75, "Planerar dagen")
    plan_area(
        CARE_AREA,
        world.date,
        by=planner,
        at=world.morning,
        seconds=None,
        evaluations=EVALUATIONS,
        seed=world.seed,
        report=lambda share, message: tell(0.75 + 0.24 * share, message),
    )


def _reckon(world: World) -> None:
    """Reckon all that the clock would have reckoned by now. Loaded here: the engine takes seconds to open."""
    import_string("narvard.followup.indicators.tasks.reckon_due")(world.morning, EVERY)
    make_due(world.morning)


def _seal(world: World, tell: Tell) -> None:
    """Seal all that the load and the plan have written to the log."""
    tell(0.99, "Förseglar loggen")
    seal.seal(world.morning)
    heads.export(heads.place(), world.morning)


def figures(row: DemoLoad) -> dict[str, Any]:
    """What the load came to, in the keys that scripts read."""
    visits = Visit.objects.filter(date=row.date).exclude(state=Visit.State.CANCELLED)
    unplanned = visits.filter(state__in=[Visit.State.TO_PLAN, Visit.State.UNPLANNED]).count()
    enrolled = Episode.objects.filter(kind=Episode.Kind.ENROLMENT, ended_at=None)
    return {
        "patients": Patient.objects.count(),
        "in_need_estimate": round(sum(need.mobile_team_need().values()), 1),
        "enrolled": enrolled.values("patient").distinct().count(),
        "requests_open": CareRequest.objects.exclude(state=CareRequest.State.CLOSED).count(),
        "teams": Team.objects.count(),
        "staff": Staff.objects.count(),
        "visits_today": visits.count(),
        "visits_planned": visits.count() - unplanned,
        "visits_unplanned": unplanned,
        "seconds": row.seconds,
    }
