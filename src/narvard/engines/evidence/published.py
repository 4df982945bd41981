"""Published data sets with known answers, which the methods must find again: ``narvard evidence check``."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from functools import partial
from importlib import resources
from typing import Any

import numpy as np
import pandas as pd

from narvard.engines.evidence.compare import before_after, difference_in_differences, two_way_fixed_effects
from narvard.engines.evidence.errors import DataSetError
from narvard.engines.evidence.matching import (
    matched_cohort,
    matched_difference,
    unadjusted_difference,
    weighted_difference,
)
from narvard.engines.evidence.null import Setting, zero_effect
from narvard.engines.evidence.result import Light

SHAPES = {"epil": (236, 6), "mdvis": (2227, 6), "nsw_cps": (16437, 11), "organ_donations": (162, 4)}
EXPERIMENT = 1794.34
NAIVE = -8497.52
COVERS = (0.93, 0.97)


@dataclass(frozen=True, slots=True)
class Row:
    """One answer: what was estimated, what is published, how far they may lie apart."""

    id: str
    what: str
    estimate: float
    expected: float
    tolerance: float
    ok: bool
    more: dict[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """As JSON wants it, with figures rounded to what they mean."""
        row = asdict(self)
        row.update(row.pop("more"))
        return {name: _rounded(value) for name, value in row.items()}


def _rounded(value: Any) -> Any:
    if isinstance(value, list):
        return [_rounded(each) for each in value]
    return round(value, 6) if isinstance(value, float) else value


def data_set(name: str) -> pd.DataFrame:
    """One of the packaged data sets (see NOTICE). Raises `DataSetError` when it is not as published."""
    if name not in SHAPES:
        raise DataSetError(f"no data set {name!r}; there are {', '.join(SHAPES)}")
    source = resources.files("narvard.engines.evidence") / "data" / f"{name}.csv.gz"
    try:
        with source.open("rb") as stream:
            table = pd.read_csv(stream, compression="gzip")
    except (OSError, ValueError) as error:
        raise DataSetError(f"data set {name}: cannot be read ({error})") from error
    if table.shape != SHAPES[name]:
        raise DataSetError(f"data set {name}: {table.shape} is not the published {SHAPES[name]}")
    return table


def close(id: str, what: str, estimate: float, expected: float, tolerance: float, **more: Any) -> Row:
    """A row that is right when the two lie within the tolerance."""
    return Row(id, what, estimate, expected, tolerance, abs(estimate - expected) <= tolerance, more)


def seizures() -> list[Row]:
    """Thall and Vail (1990): progabide against epilepsy, 59 people; answers of Diggle, Liang and Zeger (1994)."""
    visits = data_set("epil")
    first = visits.drop_duplicates("subject").assign(after=0, seizures=lambda t: t["base"], weeks=8.0)
    long = pd.concat([first, visits.assign(after=1, seizures=visits["y"], weeks=2.0)], ignore_index=True)
    long["progabide"] = (long["trt"] == "progabide").astype(int)
    rows = []
    for id, what, kept, expected, error in (
        ("epil", "post × treatment, log rate ratio", long, -0.1016, 0.2134),
        ("epil_without_49", "the same without subject 49", long[long["subject"] != 49], -0.2995, 0.1709),
    ):
        found = difference_in_differences(
            kept, "seizures", treated="progabide", after="after", cluster="subject", exposure="weeks"
        )
        rows.append(
            close(id, what, found.details["coefficient"], expected, 0.005, se=found.standard_error, expected_se=error)
        )
    return rows


def organ_donations() -> list[Row]:
    """Kessler and Roth (2014): California asks everybody to choose; 27 states by six quarters."""
    table = data_set("organ_donations")
    table["asked"] = ((table["State"] == "California") & (table["Quarter_Num"] > 3)).astype(int)
    found = two_way_fixed_effects(table, "Rate", treated="asked", unit="State", time="Quarter_Num")
    return [
        close(
            "organ_donations",
            "two-way fixed effects, difference of shares",
            found.estimate,
            -0.0225,
            0.0005,
            se=found.standard_error,
            light=found.light,
        )
    ]


def doctor_visits() -> list[Row]:
    """Doctor visits before and after the German reform of 1997, 2,227 women (Winkelmann 2004; Hilbe 2011)."""
    table = data_set("mdvis")
    covariates = ["badh", "age", "educ", "loginc"]
    cases: tuple[tuple[str, str, Any, list[str], float, tuple[float, float]], ...] = (
        ("mdvis", "Poisson rate ratio", "poisson", [], 0.831, (0.789, 0.875)),
        ("mdvis_nb2", "NB2 rate ratio", "negative_binomial", [], 0.831, (0.747, 0.925)),
        ("mdvis_nb2_adjusted", "NB2 rate ratio, adjusted", "negative_binomial", covariates, 0.872, (0.789, 0.964)),
    )
    rows = []
    for id, what, family, adjust, expected, ends in cases:
        found = before_after(table, "numvisit", "reform", family=family, adjust=adjust)
        interval = (found.interval.low, found.interval.high)
        near = all(abs(a - b) <= 0.002 for a, b in zip(interval, ends, strict=True))
        row = close(id, what, found.estimate, expected, 0.002)
        more = {"interval": list(interval), "expected_interval": list(ends), "light": found.light}
        ok = row.ok and near and found.light is Light.RED
        rows.append(Row(id, what, found.estimate, expected, 0.002, ok, more))
    return rows


def job_training() -> list[Row]:
    """The National Supported Work experiment, its controls exchanged for a survey's (LaLonde 1986; Dehejia and Wahba
    1999).

    The naive comparison must be flagged; the matched and the weighted one must cover what the experiment found.
    """
    table = data_set("nsw_cps")
    table["no74"], table["no75"] = (table["re74"] == 0).astype(int), (table["re75"] == 0).astype(int)
    table["age2"], table["educ2"] = table["age"] ** 2, table["educ"] ** 2
    lottery = unadjusted_difference(table[table["sample"] == "nsw"], "re78", treated="treat", randomised=True)
    survey = table[(table["sample"] == "cps") | (table["treat"] == 1)].reset_index(drop=True)
    naive = unadjusted_difference(survey, "re78", treated="treat")
    yes_no = ["black", "hisp", "marr", "nodegree", "no74", "no75"]
    amounts = ["age", "educ", "re74", "re75"]
    matched = matched_difference(matched_cohort(survey, "treat", exact=yes_no, near=amounts), "re78")
    weighted, _ = weighted_difference(survey, "re78", treated="treat", covariate=[*yes_no, *amounts, "age2", "educ2"])
    rows = [
        close("nsw_experiment", "the experiment itself, dollars", lottery.estimate, EXPERIMENT, 0.01),
        close("nsw_naive", "treated against the survey as it is, dollars", naive.estimate, NAIVE, 0.01),
    ]
    rows[1] = Row(**{**_fields(rows[1]), "ok": rows[1].ok and naive.light is Light.RED, "more": {"light": naive.light}})
    for id, found in (("nsw_matched", matched), ("nsw_weighted", weighted)):
        more = {
            "interval": [found.interval.low, found.interval.high],
            "covers": found.interval.covers(EXPERIMENT),
            "light": found.light,
        }
        row = close(id, "effect on the treated against the survey, dollars", found.estimate, EXPERIMENT, 656.0)
        rows.append(Row(**{**_fields(row), "ok": row.ok and bool(more["covers"]), "more": more}))
    return rows


def _fields(row: Row) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ("id", "what", "estimate", "expected", "tolerance", "ok", "more")}


def zero(studies: int = 1000, seed: int = 1, jobs: int = 1) -> list[Row]:
    """Studies of a programme without effect: controlled intervals must cover none in 93 to 97 % of them."""
    found = zero_effect(Setting(), studies, seed, jobs)
    middle = sum(COVERS) / 2
    rows = []
    for name in ("matched_did", "matched_adjusted"):
        covers = found.methods[name].covers
        ok = COVERS[0] <= covers.estimate <= COVERS[1]
        more = {
            "studies": studies,
            "failed": found.failed,
            "interval": [covers.interval.low, covers.interval.high],
            "mean_ratio": found.methods[name].ratio,
            "naive_claims": found.methods["naive"].claims.estimate,
            "naive_fall": list(found.falls),
        }
        what = "share of zero-effect studies whose interval covers no effect"
        rows.append(Row(f"zero_effect_{name}", what, covers.estimate, middle, COVERS[1] - middle, ok, more))
    return rows


DATA_SETS: tuple[Callable[[], list[Row]], ...] = (seizures, organ_donations, doctor_visits, job_training)


def check(studies: int = 1000, seed: int = 1, jobs: int = 1, tell: Callable[[Row], None] | None = None) -> list[Row]:
    """Every published data set and the zero-effect studies; `tell` gets each row as it is ready."""
    rows: list[Row] = []
    works: tuple[Callable[[], list[Row]], ...] = (*DATA_SETS, partial(zero, studies, seed, jobs))
    for work in works:
        for row in work():
            rows.append(row)
            if tell is not None:
                tell(row)
    if not np.isfinite([row.estimate for row in rows]).all():
        raise DataSetError("an estimate is not finite")
    return rows
