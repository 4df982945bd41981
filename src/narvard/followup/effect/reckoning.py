"""Reckoning a study: make the table, keep it, analyse what was kept. Loaded by the task alone: it brings the engine."""

from datetime import date
from io import StringIO
from typing import Any

import pandas as pd

from narvard.core import audit, clock, runs
from narvard.core.models import Run
from narvard.engines.evidence import Estimate, EvidenceError, Scale, e_value
from narvard.followup.effect import cohort, months
from narvard.followup.effect.actions import keep_result
from narvard.followup.effect.designs import ENOUGH
from narvard.followup.effect.models import EffectStudy
from narvard.followup.effect.scripts import matched, series, stepped
from narvard.followup.utilisation.actions import link_people
from narvard.followup.utilisation.queries import covered

LANGUAGES = ("sv", "en")
Design = EffectStudy.Design
SCRIPTS = {Design.MATCHED: matched, Design.SERIES: series, Design.STEPPED: stepped}


def reckon(run: Run, report: runs.Progress) -> dict[str, Any]:
    """Reckon the run's study and keep what was found."""
    study = EffectStudy.objects.select_related("programme").get(run=run)
    at = clock.now()
    link_people(by=audit.SYSTEM, at=at)
    report(0.2, "")
    rows, counts, enough = _table(study)
    span = covered(provider=study.provider_id)
    told: dict[str, Any] = {"counts": counts, "synthetic": span is not None and span.synthetic}
    kept = ""
    report(0.5, "")
    if not enough:
        told["refused"] = "few"
    else:
        kept = cohort.as_csv(rows)
        told |= analysed(study.design, kept)
    keep_result(study=study.pk, run=run, table=kept, result=told, by=audit.SYSTEM, at=at)
    return {"study": str(study.pk)}


def _table(study: EffectStudy) -> tuple[pd.DataFrame, dict[str, int], bool]:
    """The table of the study's design, what was counted, and whether it is enough to compare."""
    if study.design == Design.MATCHED:
        question = cohort.Question(study.programme, study.provider_id, study.since, study.until, study.window)
        rows, counts = cohort.table(question)
        return rows, counts.told(), min(counts.treated, counts.others) >= ENOUGH
    starts = {code: date.fromisoformat(day) for code, day in study.starts.items()}
    rows, told = months.table(study.provider_id, starts)
    return rows, told, bool(rows["start"].notna().any())


def analysed(design: str, kept: str) -> dict[str, Any]:
    """The figures of the table as it was kept, in both languages; or why there are none."""
    try:
        found, tables = SCRIPTS[Design(design)].analyse(pd.read_csv(StringIO(kept), sep=";"))
    except EvidenceError:
        return {"refused": "no-comparison"}
    return {
        "estimates": {name: _estimate(each) for name, each in found.items()},
        "tables": {name: _records(rows) for name, rows in tables.items()},
    }


def _records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {name: value if isinstance(value, str) else round(float(value), 3) for name, value in row.items()}
        for row in rows.to_dict("records")
    ]


def _estimate(found: Estimate) -> dict[str, Any]:
    words = {language: found.explain(language) for language in LANGUAGES}
    return {
        "estimate": found.estimate,
        "low": found.interval.low,
        "high": found.interval.high,
        "n": found.n,
        "light": str(found.light),
        "verdict": found.verdict,
        "e_value": e_value(found) if found.scale is Scale.RATIO else None,
        "words": {
            language: {
                "compared": each.compared,
                "figure": each.figure,
                "verdict": each.verdict,
                "light": each.light,
                "cannot_say": each.cannot_say,
                "assumptions": list(each.assumptions),
                "warnings": list(each.warnings),
            }
            for language, each in words.items()
        },
    }
