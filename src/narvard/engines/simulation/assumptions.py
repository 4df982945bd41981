"""Assumptions: every number of the simulation that no model or population gives, each with interval and source.

They are data (`data/assumptions.yaml`), never constants in the code; a scenario is an edited copy.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import isfinite

from narvard.engines.simulation._layout import CHANNELS, CONDITIONS, SEGMENTS
from narvard.engines.simulation.errors import NumberError, ShareError, UnknownNameError

KINDS = ("stated", "derived", "assumption")

SHARES = (
    *(f"{name}.{one}" for name in ("hospital_share", "admitted_share", "enrolment_share") for one in SEGMENTS),
    *(f"personal_care_share.{segment}" for segment in SEGMENTS),
    *(f"condition.{condition}" for condition in CONDITIONS),
    *(f"channel_{when}.{channel}" for when in ("office", "other") for channel in CHANNELS),
    "sudden_share",
    "same_day_share",
    "follow_up_share",
    "sickness_share",
    "home_nursing_share",
    "public_listing_share",
    "ordinary_housing_share",
    "unknown_met_share",
    "joint_visit_share",
    "effect.averted_share",
    "effect.none_probability",
)  # fmt: skip
AMOUNTS = (
    *(f"{name}.{segment}" for name in ("needs_per_year", "bed_days", "deaths_per_year") for segment in SEGMENTS),
    *(f"{name}.{segment}" for name in ("chronic_diagnoses", "standing_medicines") for segment in SEGMENTS),
    "age_mean",
    "age_spread",
    "frailty_spread",
    "season_swing",
    "days_to_hospital",
    "days_to_passing",
    "bed_days_spread",
    "acute_visit_minutes",
    "planned_visit_minutes",
    "visit_spread",
    "lunch_minutes",
    "lunch_after_hours",
    "phase_changes_per_year",
    "road_detour",
    "winter_factor",
    "nearest_of",
    "effect.admission_ratio",
    "effect.admission_ratio_spread",
)  # fmt: skip
NAMES = (*SHARES, *AMOUNTS)


@dataclass(frozen=True, slots=True)
class Assumption:
    """One number with its interval [low, high], unit, kind (stated, derived or assumption) and source."""

    value: float
    low: float
    high: float
    unit: str
    kind: str
    source: str


@dataclass(frozen=True, slots=True)
class Assumptions(Mapping[str, float]):
    """All assumptions by name; as a mapping it gives the values. Checks itself when made."""

    rows: Mapping[str, Assumption]

    def __post_init__(self) -> None:
        if missing := sorted(set(NAMES) - self.rows.keys()):
            raise UnknownNameError(missing[0], f"this assumption is missing ({len(missing)} in all)")
        if strange := sorted(self.rows.keys() - set(NAMES)):
            raise UnknownNameError(strange[0], "there is no such assumption")
        for name, row in self.rows.items():
            _check(name, row)
        for group in ("condition.", "channel_office.", "channel_other."):
            total = sum(row.value for name, row in self.rows.items() if name.startswith(group))
            if abs(total - 1.0) > 1e-6:
                raise ShareError(group.rstrip("."), f"the shares add up to {total:g}, not to 1")

    def __getitem__(self, name: str) -> float:
        return self.rows[name].value

    def __iter__(self) -> Iterator[str]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def edited(self, values: Mapping[str, float]) -> "Assumptions":
        """A copy with other values; the edited ones lose their interval and say that they were edited."""
        rows = dict(self.rows)
        for name, value in values.items():
            if name not in rows:
                raise UnknownNameError(name, "there is no such assumption")
            rows[name] = replace(rows[name], value=value, low=value, high=value, kind="assumption", source="edited")
        return Assumptions(rows)


def _check(name: str, row: Assumption) -> None:
    if row.kind not in KINDS:
        raise UnknownNameError(name, f"kind {row.kind!r} is none of {', '.join(KINDS)}")
    if not row.source:
        raise UnknownNameError(name, "an assumption says where it comes from")
    for value in (row.low, row.value, row.high):
        if not isfinite(value):
            raise NumberError(name, "is not a finite number")
        if name in SHARES and not 0.0 <= value <= 1.0:
            raise ShareError(name, f"{value:g} is no share between 0 and 1")
        if value < 0.0 and name != "visit_spread":
            raise NumberError(name, f"{value:g} is below zero")
    if not row.low <= row.value <= row.high:
        raise NumberError(name, f"{row.value:g} lies outside its interval {row.low:g} to {row.high:g}")
