"""Writes of the capacity room."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from narvard.capacity.models import NeedCell
from narvard.capacity.segments import Assumptions, Need
from narvard.core import audit
from narvard.core.errors import Refused
from narvard.organisation.models import Municipality


class NeedNotValid(Refused):
    """The estimate names a municipality that is not registered."""


@transaction.atomic
def store_need(
    *,
    scenario: str,
    source: str,
    cells: Iterable[Need],
    assumptions: Assumptions,
    by: audit.Actor,
    at: datetime,
) -> int:
    """Store the cells of a scenario in place of any it had; gives how many. ``source`` is shown beside each figure."""
    rows = list(cells)
    _check_municipalities(rows)
    NeedCell.objects.filter(scenario=scenario).delete()
    NeedCell.objects.bulk_create(_cell(scenario, source, row, assumptions) for row in rows)
    audit.write("capacity.store_need", by=by, at=at, object_kind="need_scenario", object_id=scenario)
    return len(rows)


def _cell(scenario: str, source: str, need: Need, assumptions: Assumptions) -> NeedCell:
    return NeedCell(
        scenario=scenario,
        municipality_id=need.municipality,
        age_band=need.age_band.value,
        segment=need.segment.value,
        persons=need.persons,
        in_need=need.persons * assumptions.mobile_team_share.get(need.segment, 0.0),
        source=source,
    )


def _check_municipalities(rows: list[Need]) -> None:
    wanted = {row.municipality for row in rows}
    known = set(Municipality.objects.filter(code__in=wanted).values_list("code", flat=True))
    if wanted - known:
        raise NeedNotValid(_("Kommunerna finns inte i registret: %s.") % ", ".join(sorted(wanted - known)))
