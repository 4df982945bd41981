"""What docs/simulation.md says is what is shipped."""

from pathlib import Path

from narvard.engines.simulation import MODELS, load_assumptions, load_model
from narvard.engines.simulation.describe import assumptions_table, crew_hours, models_table

PAGE = Path(__file__).parents[5] / "docs" / "simulation.md"


def test_the_page_holds_every_assumption_as_shipped() -> None:
    assert assumptions_table(load_assumptions()) in PAGE.read_text(encoding="utf-8")


def test_the_page_holds_the_models_as_shipped() -> None:
    assert models_table([load_model(name) for name in MODELS]) in PAGE.read_text(encoding="utf-8")


def test_the_joint_models_have_no_more_staff_than_today() -> None:
    """A comparison of ways to work would else be one of more staff with less."""
    today = crew_hours(load_model("today"))
    assert today * 0.98 <= crew_hours(load_model("joint")) <= today
    assert today * 0.98 <= crew_hours(load_model("joint-2023")) <= today
