"""Plans as lines of a list, for the person's page and the unit's lists."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from narvard.care.plans import queries
from narvard.care.plans.definitions import Definition, kinds
from narvard.care.plans.models import Plan, PlanVersion


@dataclass(frozen=True)
class PlanLine:
    """A plan in a list: what it is, which version, and its clock."""

    plan: Plan
    name: str
    current: PlanVersion | None
    draft: PlanVersion | None
    late: bool


def lines_of(plans: Iterable[Plan], at: datetime) -> list[PlanLine]:
    """Plans (with versions fetched) as lines of a list."""
    today: date = timezone.localdate(at)
    return [
        PlanLine(
            row,
            _name(row),
            queries.current_of(row),
            queries.draft_of(row),
            row.review_on is not None and row.review_on < today and row.ended_at is None,
        )
        for row in plans
    ]


def _name(plan: Plan) -> str:
    newest = next(iter(plan.versions.all()), None)
    known = kinds().get(plan.kind)
    return known.name if known else Definition(newest.definition).name if newest else plan.kind
