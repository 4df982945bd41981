"""A model in words, and what an edited copy changes in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from narvard.capacity.scenarios import assumption_words, packaged, words
from narvard.capacity.scenarios.definition import Definition
from narvard.capacity.scenarios.packaged import Plain
from narvard.capacity.scenarios.tasks import model_named
from narvard.intake.definitions import packaged as programmes
from narvard.ui.figures import figure

_EVERY = "weekday,saturday,sunday"
DAYS_A_WEEK = {"weekday": 5, "saturday": 1, "sunday": 1}


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs from the model copied."""

    what: str
    before: str
    after: str


def clock(hours: float) -> str:
    """Hours of the day as a time: 22.5 is 22.30, 31 is 07.00 the day after."""
    minutes = round(hours * 60) % (24 * 60)
    return f"{minutes // 60:02}.{minutes % 60:02}"


def shift_days(shift: Mapping[str, Any]) -> str:
    """The key of a shift's days in ``words.DAYS``."""
    return ",".join(shift["days"]) if "days" in shift else _EVERY


def shift_words(shift: Mapping[str, Any]) -> str:
    """One shift: cars, days and hours."""
    days = shift_days(shift)
    return _("%(n)s bil × %(days)s %(start)s–%(end)s") % {
        "n": shift["crews"],
        "days": words.DAYS.get(days, days),
        "start": clock(shift["start"]),
        "end": clock(shift["end"]),
    }


def cars(team: Mapping[str, Any]) -> int:
    """The most crews that the team has out at once on any class of day: the cars it needs."""
    return max((_at_once(team, day) for day in DAYS_A_WEEK), default=0)


def _at_once(team: Mapping[str, Any], day: str) -> int:
    spans = [s for s in team["shifts"] if day in s.get("days", DAYS_A_WEEK)]
    starts = [span["start"] for span in spans]
    return max((sum(s["crews"] for s in spans if s["start"] <= at < s["end"]) for at in starts), default=0)


def crew_hours(model: Mapping[str, Any]) -> float:
    """Crew hours of an ordinary week."""
    return float(sum(_hours(shift) for team in model["teams"] for shift in team["shifts"]))


def _hours(shift: Mapping[str, Any]) -> float:
    days = sum(DAYS_A_WEEK[day] for day in shift.get("days", DAYS_A_WEEK))
    return float(shift["crews"] * (shift["end"] - shift["start"]) * days)


def team_words(team: Mapping[str, Any], areas: Mapping[str, str]) -> dict[str, str]:
    """A team's settings, label and value; `areas` are the municipalities' names by code."""
    accepts = team.get("accepts") or {}
    return {
        _("Pass"): "; ".join(shift_words(shift) for shift in team["shifts"] if shift["crews"]) or _("inga"),
        _("Platser"): figure(team.get("places", 0)),
        _("Bas"): f"{team['lat']:.4f}, {team['lon']:.4f}",
        _("Kommuner"): _known(accepts.get("areas", ()), areas),
        _("Program"): _programme(team.get("programme", "")),
        _("Behovsgrupper"): _known(accepts.get("segments", ()), words.SEGMENTS),
        _("Tillstånd"): _known(accepts.get("conditions", ()), words.CONDITIONS),
        _("Kommunal hemsjukvård"): _yes_no(accepts.get("home_nursing")),
        _("Listad på offentlig hälsocentral"): _yes_no(accepts.get("public_listing")),
        _("Svarar"): _answers(team),
    }


def _known(keys: Any, among: Mapping[str, words.Text]) -> str:
    """The names of ``keys``, in the order of ``among`` however they were given."""
    return ", ".join(str(name) for key, name in among.items() if key in keys) or _("alla")


def _programme(key: str) -> str:
    return next((one.name for one in programmes() if one.key == key), key) or _("inget program")


def _yes_no(value: bool | None) -> str:
    return _("spelar ingen roll") if value is None else _("krävs") if value else _("får inte finnas")


def _answers(opening: Mapping[str, Any]) -> str:
    hours = {"hours": f"{clock(opening.get('opens', 0.0))}–{clock(opening.get('closes', 24.0))}"}
    every = opening.get("weekends", True)
    return _("alla dagar %(hours)s") % hours if every else _("vardagar %(hours)s") % hours


def intake_words(model: Mapping[str, Any]) -> dict[str, str]:
    """How requests find a team."""
    intake = model["intake"]
    return {
        _("Intag"): _("ett gemensamt") if intake["shared"] else _("varje teams eget"),
        _("Svar efter, medel"): _("%(n)s timmar") % {"n": figure(intake.get("answer_hours", 0), 1)},
        _("Överlämning mellan team, medel"): _("%(n)s timmar") % {"n": figure(intake.get("handover_hours", 0), 1)},
        _("Gamla teamet ansvarar tills det nya har kommit"): _("ja") if intake.get("keeps_until_taken") else _("nej"),
        _("Intaget svarar"): _answers(intake),
    }


def changes(definition: Definition) -> list[Change]:
    """What the scenario's model and assumptions change, against the packaged model that it was copied from."""
    before, after = model_named(definition.base, definition.population), definition.model
    areas = packaged.areas(definition.population)
    return [
        *_differs("", intake_words(before), intake_words(after)),
        *_team_changes({t["key"]: t for t in before["teams"]}, {t["key"]: t for t in after["teams"]}, areas),
        *_edited(definition),
    ]


def _differs(name: str, before: Mapping[str, str], after: Mapping[str, str]) -> list[Change]:
    return [
        Change(f"{name}: {label}" if name else label, old, after[label])
        for label, old in before.items()
        if after[label] != old
    ]


def _team_changes(before: Mapping[str, Plain], after: Mapping[str, Plain], areas: Mapping[str, str]) -> list[Change]:
    gone = [Change(team["name"], _("finns"), _("borttaget")) for key, team in before.items() if key not in after]
    new = [
        Change(team["name"], _("fanns inte"), "; ".join(f"{k}: {v}" for k, v in team_words(team, areas).items()))
        for key, team in after.items()
        if key not in before
    ]
    same = [
        change
        for key, team in after.items()
        if key in before
        for change in _differs(team["name"], team_words(before[key], areas), team_words(team, areas))
    ]
    return [*gone, *new, *same]


def _edited(definition: Definition) -> list[Change]:
    rows = packaged.assumptions()
    return [
        Change(assumption_words.label(name), number(rows[name]["value"]), number(value))
        for name, value in definition.assumptions.items()
    ]


def number(value: float) -> str:
    """A number with as many decimals as it has, four at most."""
    text = f"{value:.4f}".rstrip("0").rstrip(".")
    return figure(value, len(text.partition(".")[2]))
