"""Plans and kits as lines of a list, for the person's page and the unit's lists."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from narvard.care.kits import queries as kit_queries
from narvard.care.kits.contents import templates
from narvard.care.kits.models import NeedsKit
from narvard.care.kits.stock import Stock
from narvard.care.plans import queries
from narvard.care.plans.definitions import Definition, kinds, say
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
            plan_name(row),
            queries.latest_of(row),
            queries.draft_of(row),
            row.review_on is not None and row.review_on < today and row.ended_at is None,
        )
        for row in plans
    ]


def plan_name(plan: Plan) -> str:
    """What the plan is called."""
    newest = next(iter(plan.versions.all()), None)
    known = kinds().get(plan.kind)
    return known.name if known else Definition(newest.definition).name if newest else plan.kind


def kit_name(kit: NeedsKit) -> str:
    """What the kit is called."""
    known = templates().get(kit.template)
    return say(known.name) if known else kit.template


@dataclass(frozen=True)
class KitLine:
    """A needs kit in a list: what it lacks, what expires, and its clock."""

    kit: NeedsKit
    name: str
    lacking: list[Stock]
    expiring: list[Stock]
    to_return: bool
    due_at: datetime | None


def kit_line(kit: NeedsKit, at: datetime) -> KitLine:
    """A kit (fetched with its content) as a line of a list."""
    lack = kit_queries.lack_of(kit, at)
    return KitLine(kit, kit_name(kit), lack.lacking, lack.expiring, lack.to_return, lack.due_at)
