"""Made-up hospital data of the area and of the region's other municipalities, where the programmes are not.

Nobody was helped or harmed by being enrolled: everybody's care is drawn first, and then whoever has just left hospital
is enrolled. So before and after claims a fall, and every comparison can find out that there is none.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from django.utils import timezone

from narvard.care.models import Episode
from narvard.core.sorting import sort_key
from narvard.demo import sources
from narvard.demo.load.world import World
from narvard.followup.utilisation.actions import import_utilisation
from narvard.followup.utilisation.reading import COLUMNS
from narvard.organisation.models import Commission, Municipality
from narvard.people.identifiers import official_test_numbers
from narvard.people.models import PatientIdentifier

# People of the data who are no patients of ours, in the area and outside it.
NEAR, FAR = 1000, 1200
# Stays a year at mean frailty, days of a stay, the share that begins at the emergency department, deaths a year.
STAYS, DAYS, ACUTE, DEATHS = 1.1, 7.0, 0.75, 0.05
ENROLLED_AFTER_STAY = 0.9
MONTHS_BACK, DAYS_LATE = 19, 3
HOSPITAL = "Norrlands universitetssjukhus"
# Code, name, where (WGS84) and about how many thousands are 65 or older.
OUTSIDE = (
    ("2482", "Skellefteå", 64.7507, 20.9528, 17.5),
    ("2481", "Lycksele", 64.5954, 18.6735, 3.3),
    ("2462", "Vilhelmina", 64.6240, 16.6552, 1.8),
    ("2421", "Storuman", 65.0961, 17.1166, 1.6),
    ("2417", "Norsjö", 64.9115, 19.4822, 1.1),
    ("2463", "Åsele", 64.1614, 17.3493, 0.9),
    ("2418", "Malå", 65.1842, 18.7449, 0.85),
    ("2425", "Dorotea", 64.2631, 16.4158, 0.75),
    ("2422", "Sorsele", 65.5347, 17.5383, 0.65),
)


@dataclass(eq=False)
class History:
    """One person's hospital care: stays [start, end) and whether each was acute, days of outpatient and of emergency
    visits that led to no stay, and death if any."""

    stays: list[tuple[date, date, bool]] = field(default_factory=list)
    outpatient: list[date] = field(default_factory=list)
    emergency: list[date] = field(default_factory=list)
    death: date | None = None


def month_before(day: date, back: int) -> date:
    """The first day of the month so many months before."""
    place = day.year * 12 + day.month - 1 - back
    return date(place // 12, place % 12 + 1, 1)


def load_hospital(world: World, by: Commission, rng: Random) -> None:
    """A delivery that reaches to some days ago, with two rows that cannot be read, as real files have."""
    first, last = month_before(world.date, MONTHS_BACK), world.date - timedelta(days=DAYS_LATE)
    rows: list[str] = [";".join(COLUMNS)]
    ours = _ours()
    for code, numbers in sorted(_people(ours, rng).items()):
        for number, history in _dealt(numbers, ours, first, last, rng):
            rows += _told(number, history, code)
    wrong = rows[-1].split(";")[COLUMNS.index("identity")]
    rows += [_row("190001010000", "inpatient", last, last), _row(wrong, "inpatient", last, first)]
    import_utilisation(
        data="\n".join(rows).encode(),
        file_name="pahittad-vard.csv",
        unit=by.unit,
        days=(first, last),
        by=by,
        at=world.clock(-DAYS_LATE, 14 * 60),
        synthetic=True,
    )


@dataclass(frozen=True)
class Ours:
    """A patient of ours: where the person lives, and when first enrolled, if ever."""

    place: str
    enrolled: date | None


def _ours() -> dict[str, Ours]:
    """By identity number, one for each person."""
    first: dict[object, date] = {}
    rows = Episode.objects.filter(kind=Episode.Kind.ENROLMENT).order_by("-started_at")
    for patient, at in rows.values_list("patient", "started_at"):
        first[patient] = timezone.localdate(at)
    found = PatientIdentifier.objects.exclude(patient__municipality=None).order_by("-value")
    told = {row[0]: row[1:] for row in found.values_list("patient", "value", "patient__municipality")}
    return {number: Ours(str(place), first.get(patient)) for patient, (number, place) in told.items()}


def _people(ours: dict[str, Ours], rng: Random) -> dict[str, list[str]]:
    """Identity numbers by municipality: our patients where they live, and others."""
    for code, name, latitude, longitude, _aged in OUTSIDE:
        told = {"name": name, "sort_key": sort_key(name), "latitude": latitude, "longitude": longitude}
        Municipality.objects.update_or_create(code=code, defaults=told)
    found: dict[str, list[str]] = defaultdict(list)
    for number, each in sorted(ours.items()):
        found[each.place].append(number)
    old = [number for number in sorted(official_test_numbers()) if "1924" <= number[:4] <= "1951"]
    free = sorted(set(old) - set(PatientIdentifier.objects.values_list("value", flat=True)))
    strangers = rng.sample(free, min(NEAR + FAR, len(free)))
    inside = [(place.code, float(place.est_65plus)) for place in sources.municipalities()]
    outside = [(code, aged) for code, _name, _latitude, _longitude, aged in OUTSIDE]
    near = len(strangers) * NEAR // (NEAR + FAR)
    for numbers, places in ((strangers[:near], inside), (strangers[near:], outside)):
        lots = rng.choices([code for code, _aged in places], [aged for _code, aged in places], k=len(numbers))
        for number, code in zip(numbers, lots, strict=True):
            found[code].append(number)
    return found


def _dealt(
    numbers: list[str], ours: dict[str, Ours], first: date, last: date, rng: Random
) -> Iterator[tuple[str, History]]:
    """A history for each of a municipality's people. Who is enrolled gets one that was just in hospital."""
    histories = [_history(first, last, rng) for _number in numbers]
    left = sorted(histories, key=lambda history: history.death is not None)
    mine = {number: ours[number].enrolled for number in numbers if number in ours}
    enrolled = sorted((day, number) for number, day in mine.items() if day is not None)
    for day, number in enrolled:
        history = _nearest(left, day) if rng.random() < ENROLLED_AFTER_STAY else left[0]
        left.remove(history)
        yield number, history
    # The living come first: our patients are alive.
    others = [number for number in numbers if number not in mine]
    waiting = [number for number, day in mine.items() if day is None]
    yield from zip([*waiting, *others], left, strict=True)


def _nearest(histories: list[History], day: date) -> History:
    """The one whose last stay by the day ended nearest to it."""
    far = date.min

    def last_end(history: History) -> date:
        ends = (end for _start, end, _acute in history.stays if end <= day)
        return far if history.death else max(ends, default=far)

    return max(histories, key=last_end)


def _history(first: date, last: date, rng: Random) -> History:
    """One person's care at the person's own rate, from the first day to death or the last."""
    made, end = History(), last
    if rng.random() < DEATHS * (last - first).days / 365:
        end = made.death = first + timedelta(days=rng.randrange((last - first).days))
    frail = rng.gammavariate(1.0, 0.8)
    day = first + timedelta(days=_gap(frail, rng))
    while day < end:
        out = min(end, day + timedelta(days=1 + int(rng.expovariate(1 / DAYS))))
        made.stays.append((day, out, rng.random() < ACUTE))
        day = out + timedelta(days=1 + _gap(frail, rng))
    days = (end - first).days or 1
    made.outpatient += [first + timedelta(days=rng.randrange(days)) for _each in range(rng.randrange(4))]
    made.emergency += [first + timedelta(days=rng.randrange(days)) for _each in range(rng.choice((0, 0, 1, 2)))]
    return made


def _gap(frail: float, rng: Random) -> int:
    return int(rng.expovariate(max(0.02, frail) * STAYS / 365))


def _told(number: str, history: History, place: str) -> Iterator[str]:
    if history.death:
        yield _row(number, "death", history.death, None, place)
    for start, end, acute in history.stays:
        if acute:
            yield _row(number, "emergency", start, None, place)
        yield _row(number, "inpatient", start, end, place, acute=acute)
    admitted = {start + timedelta(days=late) for start, _end, _acute in history.stays for late in (-1, 0)}
    for day in sorted(set(history.emergency) - admitted):
        yield _row(number, "emergency", day, None, place)
    for day in sorted(set(history.outpatient)):
        yield _row(number, "outpatient", day, None, place)


def _row(number: str, kind: str, start: date, end: date | None, place: str = "2480", *, acute: bool = False) -> str:
    told = {
        "source": "demo",
        "id": f"{kind}-{number}-{start}-{end or ''}",
        "identity": number,
        "kind": kind,
        "start": start.isoformat(),
        "end": "" if end is None else end.isoformat(),
        "place": HOSPITAL,
        "acute": "ja" if acute or kind == "emergency" else "nej",
        "municipality": place,
    }
    return ";".join(told.get(name, "") for name in COLUMNS)
