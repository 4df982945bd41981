"""Assumptions and models in words: the tables of docs/simulation.md."""

from narvard.engines.simulation.assumptions import Assumptions
from narvard.engines.simulation.model import Model

_DAYS_A_WEEK = {"weekday": 5, "saturday": 1, "sunday": 1}


def assumptions_table(assumptions: Assumptions) -> str:
    """Every assumption with interval, unit, kind and source, as a Markdown table; channels never used are left out."""
    lines = ["| assumption | value | interval | unit | kind | source |", "|---|---|---|---|---|---|"]
    for name, row in assumptions.rows.items():
        if row.high == 0.0 and name.startswith("channel_"):
            continue
        span = "fixed" if row.low == row.high else f"{row.low:g} to {row.high:g}"
        lines.append(f"| {name} | {row.value:g} | {span} | {row.unit} | {row.kind} | {row.source} |")
    return "\n".join(lines)


def crew_hours(model: Model) -> float:
    """Crew hours of an ordinary week."""
    return sum(
        shift.crews * (shift.end - shift.start) * sum(_DAYS_A_WEEK[day] for day in shift.days)
        for team in model.teams
        for shift in team.shifts
    )


def models_table(models: list[Model]) -> str:
    """What the models differ in, as a Markdown table."""
    lines = [
        "| model | teams | crew hours a week | places | intake | answer, mean h | hand-over, mean h |",
        "|---|---|---|---|---|---|---|",
    ]
    for model in models:
        door = "shared" if model.intake.shared else "each team's own"
        places = sum(team.places for team in model.teams)
        lines.append(
            f"| {model.name} | {len(model.teams)} | {crew_hours(model):g} | {places} | {door} "
            f"| {model.intake.answer_hours:g} | {model.intake.handover_hours:g} |"
        )
    return "\n".join(lines)
