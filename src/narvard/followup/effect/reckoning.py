"""Reckoning a study: make the table, keep it, analyse what was kept. Loaded by the task alone: it brings the engine."""

from io import StringIO
from typing import Any

import pandas as pd

from narvard.core import audit, clock, runs
from narvard.core.models import Run
from narvard.engines.evidence import Estimate, EvidenceError
from narvard.followup.effect import cohort, repeat
from narvard.followup.effect.actions import keep_result
from narvard.followup.effect.models import EffectStudy
from narvard.followup.utilisation.actions import link_people
from narvard.followup.utilisation.queries import covered

LEAST = 20
"""Fewer enrolled people with an index stay than this are not compared with anybody."""
LANGUAGES = ("sv", "en")
ESTIMATES = ("bed_days", "bed_days_after", "admissions_after", "naive")


def reckon(run: Run, report: runs.Progress) -> dict[str, Any]:
    """Reckon the run's study and keep what was found."""
    study = EffectStudy.objects.select_related("programme").get(run=run)
    at = clock.now()
    link_people(by=audit.SYSTEM, at=at)
    report(0.2, "")
    question = cohort.Question(study.programme, study.provider_id, study.since, study.until, study.window)
    rows, counts = cohort.table(question)
    span = covered(provider=study.provider_id)
    told: dict[str, Any] = {"counts": counts.told(), "synthetic": span is not None and span.synthetic}
    kept = ""
    report(0.5, "")
    if counts.treated < LEAST or counts.others < LEAST:
        told["refused"] = "few"
    else:
        kept = cohort.as_csv(rows)
        told |= _analysed(kept)
    keep_result(study=study.pk, run=run, table=kept, result=told, by=audit.SYSTEM, at=at)
    return {"study": str(study.pk)}


def _analysed(kept: str) -> dict[str, Any]:
    """The figures of the table as it was kept, in both languages; or why there are none."""
    try:
        found = repeat.analyse(pd.read_csv(StringIO(kept), sep=";"))
    except EvidenceError:
        return {"refused": "no-comparison"}
    balance = found.cohort.balance.rename_axis("column").reset_index()
    return {
        "matched": found.cohort.matched,
        "estimates": {name: _estimate(getattr(found, name)) for name in ESTIMATES},
        "balance": [
            {name: value if isinstance(value, str) else round(float(value), 3) for name, value in row.items()}
            for row in balance.to_dict("records")
        ],
    }


def _estimate(found: Estimate) -> dict[str, Any]:
    words = {language: found.explain(language) for language in LANGUAGES}
    return {
        "estimate": found.estimate,
        "low": found.interval.low,
        "high": found.interval.high,
        "n": found.n,
        "light": str(found.light),
        "verdict": found.verdict,
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
