"""From enrolments and utilisation data to the de-identified table of an effect study."""

from collections import defaultdict
from collections.abc import Iterator
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
from narvard.followup.effect.designs import ENOUGH, of_programme
from narvard.followup.utilisation.models import Person, UtilisationEvent
from narvard.followup.utilisation.queries import Covered, covered, events
from narvard.organisation.models import Programme
from narvard.people.models import Patient

Kind = UtilisationEvent.Kind
DESCRIBED = ["treated", "municipality", "index_month", "earlier", "age", "free_days", "ended"]
LEAD = 30
"""Days from the end of the index stay within which the enrolment must come."""
MANY = 4
AGES = 5
ELSEWHERE = "-"
"""All municipalities in which fewer than `ENOUGH` of the people live, as one."""
ENDS = {"lost": 0, "again": 1, "death": 2}


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
    rows = Episode.objects.filter(of_programme(question.programme), kind=Episode.Kind.ENROLMENT).order_by("-started_at")
    return dict(rows.values_list("patient", "started_at"))


def table(question: Question) -> tuple[pd.DataFrame, Counts]:
    """The table that :mod:`scripts.matched` analyses, in an order that tells nothing, and who fell out. Days are whole.

    Time after begins with the enrolment. Of the others it begins as long after their stay, by lot, for whoever was
    enrolled late had to live at home until then; who did not is left out. Who is enrolled later is one of the others
    until then and stays so: to leave out those who will be enrolled would leave the well.
    """
    counts, ever = Counts(), enrolments(question)
    span = covered(provider=question.provider)
    if span is None:
        return pd.DataFrame(), counts
    told = _Told(question, span)
    mine = {patient: at for patient, at in ever.items() if question.since <= timezone.localdate(at) < question.until}
    counts.enrolled = len(mine)
    hidden = set(Patient.objects.exclude(protection=Patient.Protection.NONE).values_list("pk", flat=True))
    rows = list(_treated(told, mine, hidden, counts))
    counts.treated = len(rows)
    waits = sorted(begin - end for _person, _treated_, _start, end, begin in rows)
    rows += _others(told, question, ever, hidden, waits)
    counts.others = len(rows) - counts.treated
    people = pd.DataFrame(rows, columns=["who", "treated", "index_start", "index_end", "begin"])
    if people.empty or counts.treated == 0 or counts.others == 0:
        return pd.DataFrame(), counts
    return _counted(people, told, question), counts


Row = tuple[str, int, int, int, int]


def _treated(told: "_Told", mine: dict[UUID, datetime], hidden: set[UUID], counts: Counts) -> Iterator[Row]:
    for patient, at in mine.items():
        person, day = told.person_of.get(patient), told.day(timezone.localdate(at))
        if patient in hidden:
            counts.protected += 1
        elif person is None:
            counts.not_in_data += 1
        elif (stay := told.index_before(person, day)) is None:
            counts.without_stay += 1
        else:
            yield person, 1, *stay, max(day, stay[1])


def _others(
    told: "_Told", question: Question, ever: dict[UUID, datetime], hidden: set[UUID], waits: list[int]
) -> Iterator[Row]:
    low, high = told.day(question.since), told.day(question.until)
    for person in told.stays:
        patient = told.patient_of.get(person)
        stay = None if patient in hidden else told.index_within(person, low, high)
        if stay is None or not waits:
            continue
        # Drawn by what the data tell of the person, so that the same data give the same table.
        lot = Random(f"{stay} {told.stays[person]} {told.born[person]}")  # noqa: S311 - an order, not a secret
        begin = stay[1] + lot.choice(waits)
        enrolled = None if patient is None or patient not in ever else told.day(timezone.localdate(ever[patient]))
        if told.at_home(person, stay[1], begin) and (enrolled is None or enrolled > begin):
            yield person, 0, *stay, begin


class _Told:
    """What the data tell of each person: joined stays in whole days from the first day, the end, the birth year."""

    def __init__(self, question: Question, span: Covered) -> None:
        self.first, self.end = span.since, (span.until - span.since).days
        rows = events(Kind.INPATIENT).filter(delivery__unit__provider=question.provider).order_by("starts_at")
        stays = []
        self.lives: dict[str, str] = defaultdict(lambda: ELSEWHERE)
        for person, start, end, place in rows.values_list("person", "starts_at", "ends_at", "municipality__name"):
            began = self.day(timezone.localdate(start))
            # A stay that goes on has lasted until the data end.
            stays.append((str(person), began, max(began, self.day(timezone.localdate(end)) if end else self.end)))
            self.lives[str(person)] = place or self.lives[str(person)]
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
            str(person): self.day(timezone.localdate(at)) for person, at in left.values_list("person", "starts_at")
        }
        dead = gone.filter(kind=Kind.DEATH)
        self.dead = {str(person) for person in dead.values_list("person", flat=True)}

    def day(self, day: date) -> int:
        """Days from the first one."""
        return (day - self.first).days

    def index_before(self, person: str, day: int) -> tuple[int, int] | None:
        """The last stay that began by the day and ended at most a month before it."""
        found = [stay for stay in self.stays.get(person, []) if stay[0] <= day and stay[1] >= day - LEAD]
        return found[-1] if found else None

    def index_within(self, person: str, low: int, high: int) -> tuple[int, int] | None:
        """The first stay that ended within the days."""
        return next((stay for stay in self.stays[person] if low <= stay[1] < high), None)

    def at_home(self, person: str, end: int, day: int) -> bool:
        """Whether the person lived, and was not in hospital again, from the end of a stay to a day."""
        back = any(end < start <= day for start, _end in self.stays[person])
        return not back and self.left.get(person, self.end) >= day

    def free(self, person: str, begin: int) -> tuple[int, int]:
        """Days from ``begin`` until the next admission, death or the end, and which of them came."""
        until = min(self.left.get(person, self.end), self.end)
        again = next((start for start, _end in self.stays[person] if start > begin), None)
        if again is not None and again <= until:
            return again - begin, ENDS["again"]
        return max(0, until - begin), ENDS["death" if person in self.dead and until < self.end else "lost"]

    def age(self, person: str, day: int) -> int:
        """At the day, in whole five years; 0 when it is not known."""
        born = self.born[person]
        return 0 if born is None else int((day + (self.first - born).days) // 365.25) // AGES * AGES


def _counted(people: pd.DataFrame, told: _Told, question: Question) -> pd.DataFrame:
    # One who is enrolled after another stay is there twice, each time with an index stay of its own.
    people["person"] = people["who"] + people["treated"].map({0: "-", 1: "+"})
    people["until"] = [min(told.left.get(who, told.end), told.end) for who in people["who"]]
    # Before the first day of the data nothing is known, which is not that nothing happened.
    known = (people["until"] >= people["begin"]) & (people["index_start"] >= question.window)
    people = people[known].reset_index(drop=True)
    window = float(question.window)
    washed = people.assign(index_end=people["begin"])
    stays = told.joined.rename(columns={"person": "who"}).merge(people[["who", "person"]], on="who")
    rows = around_index(washed, stays, before=window, after=window)
    naive = washed.assign(index_start=washed["index_end"])
    with_index = around_index(naive, stays, before=window, after=window)
    rows["bed_days_naive"] = rows.merge(with_index, on=["person", "after"], how="left", suffixes=("", "_with"))[
        "bed_days_with"
    ]
    told_of = _described(people, rows, told)
    return _without_names(rows.merge(told_of, on="person").rename(columns={"exposure": "days"}))


def _described(people: pd.DataFrame, rows: pd.DataFrame, told: _Told) -> pd.DataFrame:
    """What the people are matched on, and when each was admitted again."""
    earlier = rows[rows["after"] == 0].set_index("person")["admissions"].clip(upper=MANY)
    people["earlier"] = people["person"].map(earlier).fillna(0).astype(int)
    months = pd.to_datetime(people["index_end"], unit="D", origin=pd.Timestamp(told.first)).dt
    ordinal = months.year * 12 + months.month
    people["index_month"] = ordinal - ordinal.min() + 1
    people["age"] = [told.age(row.who, row.index_start) for row in people.itertuples()]
    lives = people["who"].map(lambda who: told.lives[who])
    people["municipality"] = lives.where(lives.map(lives.value_counts()) >= ENOUGH, ELSEWHERE)
    free = [told.free(row.who, row.begin) for row in people.itertuples()]
    people["free_days"], people["ended"] = zip(*free, strict=True)
    return people[["person", *DESCRIBED]]


def _without_names(rows: pd.DataFrame) -> pd.DataFrame:
    """Numbers for persons, dealt out in an order that follows from nothing about them.

    Whose rows are alike may change places, so the same data give the same table whatever the ids are.
    """
    kept = [*DESCRIBED, "after", "bed_days", "admissions", "days", "bed_days_naive"]
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
