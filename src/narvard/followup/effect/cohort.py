"""From enrolments and utilisation data to the de-identified table of an effect study."""

from collections import defaultdict
from dataclasses import asdict, dataclass
from datetime import date, datetime
from random import Random
from typing import Any
from uuid import UUID

import pandas as pd
from django.db.models import Q
from django.utils import timezone

from narvard.care.models import Episode
from narvard.engines.evidence import around_index, join_stays
from narvard.followup.utilisation.models import Person, UtilisationEvent
from narvard.followup.utilisation.queries import covered, events
from narvard.organisation.models import Programme
from narvard.people.models import Patient

Kind = UtilisationEvent.Kind
LEAD = 30
"""Days from the end of the index stay within which the enrolment must come."""
MANY = 4
AGES = 5


@dataclass(frozen=True, slots=True)
class Question:
    """Which programme, whose data, and which days [since, until) of enrolment (or, for others, of discharge)."""

    programme: Programme
    provider: UUID
    since: date
    until: date
    window: int


@dataclass
class Counts:
    """How many there were, and how many fell out and why."""

    enrolled: int = 0
    not_in_data: int = 0
    without_stay: int = 0
    protected: int = 0
    treated: int = 0
    others: int = 0

    def told(self) -> dict[str, int]:
        """By name."""
        return asdict(self)


def enrolments(question: Question) -> dict[UUID, datetime]:
    """Everybody who was ever enrolled in the programme, and when first."""
    own = Q(programme=question.programme) | Q(programme=None, unit__team__programme=question.programme)
    rows = Episode.objects.filter(own, kind=Episode.Kind.ENROLMENT).order_by("-started_at")
    return dict(rows.values_list("patient", "started_at"))


def table(question: Question) -> tuple[pd.DataFrame, Counts]:
    """The table that :mod:`repeat` analyses, in an order that tells nothing, and who fell out. Days are whole."""
    counts, ever = Counts(), enrolments(question)
    span = covered(provider=question.provider)
    if span is None:
        return pd.DataFrame(), counts
    first = span.since
    told = _Told(question, first)
    mine = {patient: at for patient, at in ever.items() if question.since <= timezone.localdate(at) < question.until}
    counts.enrolled = len(mine)
    hidden = set(Patient.objects.exclude(protection=Patient.Protection.NONE).values_list("pk", flat=True))
    rows = []
    for patient, at in mine.items():
        person = told.person_of.get(patient)
        if patient in hidden:
            counts.protected += 1
        elif person is None:
            counts.not_in_data += 1
        elif (stay := told.index_before(person, (timezone.localdate(at) - first).days)) is None:
            counts.without_stay += 1
        else:
            rows.append((person, 1, *stay))
    counts.treated = len(rows)
    for person in told.stays:
        who = told.patient_of.get(person)
        if who not in ever and who not in hidden:
            stay = told.index_within(person, (question.since - first).days, (question.until - first).days)
            if stay is not None:
                rows.append((person, 0, *stay))
    counts.others = len(rows) - counts.treated
    people = pd.DataFrame(rows, columns=["person", "treated", "index_start", "index_end"])
    if people.empty or counts.treated == 0 or counts.others == 0:
        return pd.DataFrame(), counts
    return _counted(people, told, question, (span.until - first).days), counts


class _Told:
    """What the data tell of each person: joined stays in whole days from the first day, the end, the birth year."""

    def __init__(self, question: Question, first: date) -> None:
        rows = events(Kind.INPATIENT).filter(delivery__unit__provider=question.provider)
        stays = [
            (str(person), (timezone.localdate(start) - first).days, (timezone.localdate(end) - first).days)
            for person, start, end in rows.exclude(ends_at=None).values_list("person", "starts_at", "ends_at")
        ]
        self.joined = join_stays(pd.DataFrame(stays, columns=["person", "start", "end"]))
        self.stays: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for person, start, end in self.joined[["person", "start", "end"]].itertuples(index=False):
            self.stays[person].append((int(start), int(end)))
        known = Person.objects.exclude(patient=None).values_list("pk", "patient")
        self.patient_of = {str(person): patient for person, patient in known if patient is not None}
        self.person_of = {patient: person for person, patient in self.patient_of.items()}
        self.born = {str(pk): born for pk, born in Person.objects.values_list("pk", "birth_date")}
        gone = events(Kind.DEATH, Kind.MOVE).filter(delivery__unit__provider=question.provider)
        left = gone.filter(Q(kind=Kind.DEATH) | Q(municipality=None)).order_by("-starts_at")
        self.left = {
            str(person): (timezone.localdate(at) - first).days for person, at in left.values_list("person", "starts_at")
        }
        self.first = first

    def index_before(self, person: str, day: int) -> tuple[int, int] | None:
        """The last stay that began by the day and ended at most a month before it."""
        found = [stay for stay in self.stays.get(person, []) if stay[0] <= day and stay[1] >= day - LEAD]
        return found[-1] if found else None

    def index_within(self, person: str, low: int, high: int) -> tuple[int, int] | None:
        """The first stay that ended within the days."""
        return next((stay for stay in self.stays[person] if low <= stay[1] < high), None)

    def age(self, person: str, day: int) -> int:
        """At the day, in whole five years; 0 when it is not known."""
        born = self.born[person]
        return 0 if born is None else int((day + (self.first - born).days) // 365.25) // AGES * AGES


def _counted(people: pd.DataFrame, told: _Told, question: Question, end: int) -> pd.DataFrame:
    people["until"] = [min(told.left.get(person, end), end) for person in people["person"]]
    # Before the first day of the data nothing is known, which is not that nothing happened.
    known = (people["until"] >= people["index_end"]) & (people["index_start"] >= question.window)
    people = people[known].reset_index(drop=True)
    window = float(question.window)
    rows = around_index(people, told.joined, before=window, after=window)
    naive = people.assign(index_start=people["index_end"])
    with_index = around_index(naive, told.joined, before=window, after=window)
    rows["bed_days_naive"] = rows.merge(with_index, on=["person", "after"], how="left", suffixes=("", "_with"))[
        "bed_days_with"
    ]
    earlier = rows[rows["after"] == 0].set_index("person")["admissions"].clip(upper=MANY)
    people["earlier"] = people["person"].map(earlier).fillna(0).astype(int)
    months = pd.to_datetime(people["index_end"], unit="D", origin=pd.Timestamp(told.first)).dt
    ordinal = months.year * 12 + months.month
    people["index_month"] = ordinal - ordinal.min() + 1
    people["age"] = [told.age(row.person, row.index_start) for row in people.itertuples()]
    shown = rows.merge(people[["person", "treated", "index_month", "earlier", "age"]], on="person")
    return _without_names(shown.rename(columns={"exposure": "days"}))


def _without_names(rows: pd.DataFrame) -> pd.DataFrame:
    """Numbers for persons, dealt out in an order that follows from nothing about them.

    Whose rows are alike may change places, so the same data give the same table whatever the ids are.
    """
    kept = ["treated", "index_month", "earlier", "age", "after", "bed_days", "admissions", "days", "bed_days_naive"]
    rows = rows.sort_values(["person", "after"], ignore_index=True)
    told: dict[str, list[Any]] = defaultdict(list)
    for person, *values in rows[["person", *kept]].itertuples(index=False):
        told[person] += values
    names = sorted(told, key=lambda name: told[name])
    Random(len(names)).shuffle(names)  # noqa: S311 - an order, not a secret
    number = {name: place for place, name in enumerate(names, start=1)}
    rows = rows.assign(person=rows["person"].map(number))
    return rows[["person", *kept]].sort_values(["person", "after"], ignore_index=True)


def as_csv(rows: pd.DataFrame) -> str:
    """The table as it is kept and analysed."""
    made: Any = rows.to_csv(sep=";", index=False, float_format="%.6g")
    return str(made)
