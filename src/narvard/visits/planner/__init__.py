"""The one door to the routing engine: read the day, pose it, solve it, publish the plan."""

from collections.abc import Callable
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from narvard.core.errors import Refused
from narvard.core.models import Run
from narvard.engines.routing import Params, Progress, Result, Stop, solve
from narvard.organisation.models import Commission
from narvard.visits import sentences
from narvard.visits.models import DayPlan
from narvard.visits.planner.day import Day, read_day
from narvard.visits.planner.problem import Posed, pose
from narvard.visits.planner.publish import publish
from narvard.visits.planner.travel import router

SECONDS = 10.0
SEED = 1

Report = Callable[[float, str], None]

__all__ = ["DayHasPassed", "NobodyAtWork", "is_published", "plan_area", "pose", "publish", "read_day", "search"]


class DayHasPassed(Refused):
    """A day that is over is not planned."""


class NobodyAtWork(Refused):
    """Nobody has a shift on the day, so there is nothing to plan with."""


def plan_area(
    care_area: str,
    day: date,
    *,
    by: Commission | None,
    at: datetime,
    seconds: float | None = SECONDS,
    evaluations: int | None = None,
    seed: int = SEED,
    report: Report | None = None,
    run: Run | None = None,
) -> DayPlan:
    """Plan a day of a care area and publish it, going on from the plan that holds with as few changes as it can.

    Stops after ``seconds`` or ``evaluations``; with evaluations alone the same day and seed give the same plan.
    ``report`` is told the share done and what is going on. Raises :class:`DayHasPassed` and
    :class:`NobodyAtWork`.
    """
    tell = report or (lambda _share, _message: None)
    tell(0.02, gettext_noop("Läser dagens besök och pass."))
    read = read_posable(care_area, day, at)
    tell(0.08, gettext_noop("Räknar restider."))
    posed = pose(read, router())
    result = search(posed, seconds=seconds, evaluations=evaluations, seed=seed, report=tell)
    tell(0.97, gettext_noop("Skriver planen."))
    return publish(read, posed, result, by=by, at=at, run=run)


def read_posable(care_area: str, day: date, at: datetime) -> Day:
    """The day, if it can still be planned."""
    if day < timezone.localdate(at):
        raise DayHasPassed(_("Dagen har passerat och kan inte planeras."))
    read = read_day(care_area, day, at)
    if not read.crews:
        raise NobodyAtWork(_("Ingen har arbetspass den dagen. Lägg in pass först."))
    return read


def search(
    posed: Posed, *, seconds: float | None, evaluations: int | None, seed: int, report: Report | None = None
) -> Result:
    """Run the engine on a posed day, going on from the plan that holds."""

    def progress(state: Progress) -> bool:
        if report is not None:
            message = sentences.SEARCHING % {"n": state.unplanned}
            report(0.1 + 0.85 * state.share, message)
        return False

    stop = Stop(seconds=seconds, evaluations=evaluations)
    return solve(posed.problem, stop, seed, params=Params.care_day(), start=posed.start or None, progress=progress)


def is_published(run: Run) -> bool:
    """Whether the run has already published its plan (its worker died between that and saying so)."""
    return DayPlan.objects.filter(run=run).exists()
