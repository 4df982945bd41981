"""What a scenario asks the twin: a model laid out as a model file, edited assumptions, how long and how often."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from math import isfinite
from typing import Any

from django.utils.translation import gettext as _

from narvard.capacity.scenarios import packaged
from narvard.capacity.scenarios.packaged import Plain
from narvard.core.errors import Refused

NAME = "scenario"
"""The edited model's name in the results, whatever it was copied from."""
RANKED = ("wait_median_h", "next_weekday_share", "bed_days")
"""Indicators for which the assumptions can be ranked."""
JUDGED = "wait_median_h"
"""Stopping early is judged by the difference in median waiting."""
MOST_REPLICATIONS = 400
MOST_TEAMS = 100
# Shares of one whole: each group adds up to 1.
WHOLES = ("condition.", "channel_office.", "channel_other.")
_SHARES = (
    "hospital_share.", "admitted_share.", "enrolment_share.", *WHOLES, "sudden_share", "same_day_share",
    "follow_up_share", "sickness_share", "home_nursing_share", "public_listing_share", "effect.averted_share",
    "effect.none_probability",
)  # fmt: skip
_ROUNDING = 1e-6


class ScenarioNotValid(Refused):
    """The scenario contradicts itself, in words for the one who wrote it."""


@dataclass(frozen=True, slots=True)
class Definition:
    """A run as data. `population` is whose needs it is about, laid out as a population file (empty: the packaged
    one), `enrolled` the start by municipality (empty: the population's); `half_width` is how well the
    difference in median waiting should be known, in hours, before it stops early (0: never). `rank` is the
    indicator for which the assumptions are ranked by influence, if any. `unit_costs` price natural units
    ("region.bed_days", "km") in kronor; `bed_day_hours` is how many crew hours a bed day is held to
    be worth (0: nobody asked)."""

    base: str
    against: str
    model: Plain
    assumptions: Mapping[str, float] = field(default_factory=dict)
    enrolled: Mapping[str, int] = field(default_factory=dict)
    years: float = 1.0
    replications: int = 40
    half_width: float = 0.0
    seed: int = 1
    rank: str = ""
    population: Plain = field(default_factory=dict)
    unit_costs: Mapping[str, float] = field(default_factory=dict)
    bed_day_hours: float = 0.0

    def plain(self) -> Plain:
        """As it is stored."""
        return asdict(self)


def is_share(name: str) -> bool:
    """Whether an assumption lies between 0 and 1."""
    return name.startswith(_SHARES)


def check(definition: Definition) -> None:
    """Refuse what cannot be run. Raises :class:`ScenarioNotValid`."""
    people = definition.population
    if definition.base not in packaged.edited(people) or definition.against not in packaged.against(people):
        raise ScenarioNotValid(_("Modellen finns inte."))
    if not 1 <= definition.replications <= MOST_REPLICATIONS:
        raise ScenarioNotValid(_("Välj mellan 1 och %(most)s körningar.") % {"most": MOST_REPLICATIONS})
    if not (0 < definition.years <= 5 and definition.half_width >= 0 and definition.seed >= 0):
        raise ScenarioNotValid(_("Tiden ska vara längre än noll och högst fem år, och fröet noll eller större."))
    if definition.rank and definition.rank not in RANKED:
        raise ScenarioNotValid(_("Antagandena kan inte ordnas efter det måttet."))
    prices = (*definition.unit_costs.values(), definition.bed_day_hours)
    if not all(isfinite(value) and value >= 0 for value in prices):
        raise ScenarioNotValid(_("Ett pris kan inte vara mindre än noll."))
    _check_teams(definition.model["teams"], packaged.areas(people))
    _check_assumptions(definition.assumptions)


def _check_teams(teams: list[Plain], known: Mapping[str, str]) -> None:
    if not any(shift["crews"] for team in teams for shift in team["shifts"]):
        raise ScenarioNotValid(_("Minst ett team måste ha en bil."))
    if len(teams) > MOST_TEAMS:
        raise ScenarioNotValid(_("Ett scenario kan ha högst %(most)s team.") % {"most": MOST_TEAMS})
    for team in teams:
        if strange := sorted(set(team.get("accepts", {}).get("areas", ())) - set(known)):
            raise ScenarioNotValid(
                _("%(team)s: kommunen %(code)s finns inte i området.") % {"team": team["name"], "code": strange[0]}
            )
        if any(shift["crews"] < 0 for shift in team["shifts"]) or team.get("places", 0) < 0:
            raise ScenarioNotValid(
                _("%(team)s: bilar och platser kan inte vara färre än noll.") % {"team": team["name"]}
            )


def _check_assumptions(edited: Mapping[str, float]) -> None:
    rows = packaged.assumptions()
    for name, value in edited.items():
        if name not in rows:
            raise ScenarioNotValid(_("Antagandet %(name)s finns inte.") % {"name": name})
        if not isfinite(value) or value < 0 or (is_share(name) and value > 1):
            raise ScenarioNotValid(_("Ett antagande är för stort eller för litet: %(value)s.") % {"value": value})
    for whole in WHOLES:
        total = sum(edited.get(name, row["value"]) for name, row in rows.items() if name.startswith(whole))
        if abs(total - 1.0) > _ROUNDING:
            raise ScenarioNotValid(
                _("Andelar som delar på en helhet ska tillsammans bli 1, inte %(total)s.") % {"total": f"{total:g}"}
            )


def read(data: Mapping[str, Any]) -> Definition:
    """From what is stored."""
    return Definition(**data)
