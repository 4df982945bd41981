"""What has gone wrong between the organisations lately, each step by the action a person would have used."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw

from narvard.core.uploads import clean
from narvard.demo import sources
from narvard.demo.load.world import World
from narvard.deviations import actions
from narvard.deviations.models import Deviation
from narvard.organisation.models import Commission

_REPORTED_AT = 10 * 60 + 20
# What happened, before it was reported; and how long after a step's day began it was taken.
_BEFORE, _STEP = timedelta(hours=3), timedelta(minutes=25)
# The steps that the reporter's side takes.
_REPORTERS_OWN = {"close", "reopen"}


def load_deviations(world: World) -> None:
    """Report each, and take it as far as it has come."""
    data = sources.yaml_data("deviations.yaml")
    team = data["team"][world.model]
    for turn, spec in enumerate(data["deviations"]):
        _deviation(world, {**spec, **{key: team for key in ("sender", "unit") if spec[key] == "team"}}, turn)


def _deviation(world: World, spec: Mapping[str, Any], turn: int) -> None:
    at = world.clock(-spec["days_ago"], _REPORTED_AT)
    reporter = world.anybody_at(spec["sender"], turn)
    first = spec.get("forwarded_from", spec["unit"])
    row = actions.report_deviation(
        unit=world.units[first],
        patient=world.patient(spec["patient"]) if spec["patient"] else None,
        report=actions.Report(
            kind=spec["kind"],
            what=spec["what"],
            happened_at=at - _BEFORE,
            consequence=spec["consequence"],
            severity=spec.get("severity"),
            likelihood=spec.get("likelihood"),
            immediate_act=spec.get("immediate_act", ""),
        ),
        by=reporter,
        at=at,
    )
    if spec.get("photo"):
        actions.attach(deviation=row, file=clean(_photo()), shows_person=False, by=reporter, at=at)
    if first != spec["unit"]:
        by = world.anybody_at(first, turn)
        to = world.units[spec["unit"]]
        actions.forward(deviation=row, to=to, reason="Uppdraget ligger hos hemtjänsten.", by=by, at=at + _STEP)
    for step, days, *words in spec["steps"]:
        by = reporter if step in _REPORTERS_OWN else world.anybody_at(spec["unit"], turn)
        _step(row, step, words, by, at + timedelta(days=days) + _STEP)
    if "lex" in spec:
        _mark(world, row, spec["lex"], at + timedelta(days=1))


def _step(row: Deviation, step: str, words: list[str], by: Commission, at: datetime) -> None:
    if step == "receive":
        actions.receive(deviation=row, by=by, at=at)
    elif step == "inquire":
        actions.inquire(deviation=row, note=words[0], by=by, at=at)
    elif step == "answer":
        actions.answer(deviation=row, cause=words[0], measures=words[1], measures_by=at.date(), by=by, at=at)
    elif step == "close":
        actions.close(deviation=row, note=words[0], by=by, at=at)
    else:
        actions.reopen(deviation=row, reason=words[0], by=by, at=at)


def _mark(world: World, row: Deviation, law: str, at: datetime) -> None:
    """By the management, since the region has no patient-safety unit of its own here."""
    chief = next(iter(world.at_unit("management", "manager")))
    actions.mark(deviation=row, law=law, on=True, reason="Kan ha lett till vårdskada.", by=chief, at=at)


def _photo() -> bytes:
    """A drawn pill box, in place of a photo."""
    picture = Image.new("RGB", (640, 360), "#dfe7ea")
    pen = ImageDraw.Draw(picture)
    for place in range(7):
        left = 30 + place * 84
        pen.rounded_rectangle((left, 90, left + 72, 270), 10, fill="#ffffff", outline="#5a6b70", width=3)
        for pill in range(2 + place % 2):
            pen.ellipse((left + 22, 110 + pill * 50, left + 50, 138 + pill * 50), fill="#c8553d")
    kept = BytesIO()
    picture.save(kept, "PNG")
    return kept.getvalue()
