"""What follow-up reads besides the work: made-up hospital data, questionnaires and agreements, each said to be so.

Nobody in the hospital data was helped or harmed by being enrolled: whoever is often in hospital is enrolled after a
stay, and goes on as before. So before and after claims a fall, and a comparison cannot tell it from nothing.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from django.db.models import Count
from django.utils import timezone

from narvard.care.models import Episode
from narvard.core import audit
from narvard.demo.load.world import World
from narvard.followup.effect.tasks import start_study
from narvard.followup.payment.actions import decide_part, make_agreement
from narvard.followup.payment.models import Agreement
from narvard.followup.payment.tasks import start_false_payout
from narvard.followup.questionnaires import actions as questionnaires
from narvard.followup.questionnaires.models import Round
from narvard.followup.utilisation.actions import import_utilisation
from narvard.followup.utilisation.reading import COLUMNS
from narvard.organisation.models import CareProvider, CareUnit, Commission, Programme
from narvard.people.identifiers import official_test_numbers
from narvard.people.models import PatientIdentifier

OTHERS = 2200
# Stays a year at mean frailty, days of a stay, the share that begins at the emergency department, deaths a year.
STAYS, DAYS, ACUTE, DEATHS = 1.1, 7.0, 0.75, 0.05
ENROLLED_AFTER_STAY = 0.9
MONTHS_BACK = 19
# Chance of often or always for each of the six questions, about as seed 004 tells them.
OFTEN = {"needed": 0.93, "decide": 0.84, "informed": 0.77, "cooperate": 0.88, "safe": 0.93, "hospital": 0.6}
# 95, 2.5 and 2.5 per cent (seed 002).
OUTCOME = {"sum": "1800000", "fixed": "0.95", "acute": "0.025", "experience": "0.025"}
HOSPITAL_TEAM = "sjukhuskopplat_team"
ANSWERED = {HOSPITAL_TEAM: 31, "primarvardsteam": 46}


def load_followup(world: World) -> None:
    """Everything, by the joint management; reckoning is left to the worker."""
    by = Commission.objects.select_related("unit__provider").filter(
        unit__kind=CareUnit.Kind.MANAGEMENT, role=Commission.Role.MANAGER
    )[0]
    rng = Random(world.seed)  # noqa: S311 - made-up people
    _utilisation(world, by, rng)
    _questionnaires(world, by, rng)
    _agreements(world, by)


def _month(day: date, back: int) -> date:
    """The first day of the month so many months before."""
    place = day.year * 12 + day.month - 1 - back
    return date(place // 12, place % 12 + 1, 1)


def _utilisation(world: World, by: Commission, rng: Random) -> None:
    first, last = _month(world.date, MONTHS_BACK), _month(world.date, 0)
    numbers = dict(PatientIdentifier.objects.values_list("patient", "value"))
    enrolled: dict[object, date] = {}
    for patient, at in (
        Episode.objects.filter(kind="enrolment").order_by("-started_at").values_list("patient", "started_at")
    ):
        enrolled[patient] = timezone.localdate(at)
    free = sorted(official_test_numbers() - set(numbers.values()))
    old = [number for number in free if "1924" <= number[:4] <= "1951"]
    rows: list[str] = [";".join(COLUMNS)]
    for patient, number in sorted(numbers.items(), key=lambda row: row[1]):
        rows += _person(number, enrolled.get(patient), first, last, rng, may_die=False)
    for number in rng.sample(old, min(OTHERS, len(old))):
        rows += _person(number, None, first, last, rng, may_die=True)
    # As real files have: rows that cannot be read, kept with the reasons.
    rows += [_row("190001010000", "inpatient", last, last), _row(old[0], "inpatient", last, first)]
    import_utilisation(
        data="\n".join(rows).encode(),
        file_name="pahittad-vard.csv",
        unit=by.unit,
        days=(first, last),
        by=by,
        at=world.clock(-3, 14 * 60),
        synthetic=True,
    )
    programmes = Programme.objects.filter(teams__unit__episodes__kind="enrolment")
    programme = programmes.annotate(people=Count("teams__unit__episodes")).order_by("-people", "key").first()
    if programme is not None:
        since, until = _month(world.date, 7), _month(world.date, 2)
        start_study(programme=programme, since=since, until=until, by=by, at=world.clock(-1, 9 * 60))


def _person(
    number: str, enrolled: date | None, first: date, last: date, rng: Random, *, may_die: bool
) -> Iterator[str]:
    """One person's rows: stays at their own rate, visits, and for the enrolled a stay that ended just before."""
    end = last
    if may_die and rng.random() < DEATHS * (last - first).days / 365:
        end = first + timedelta(days=rng.randrange((last - first).days))
        yield _row(number, "death", end, None)
    frail = rng.gammavariate(2.0 if enrolled else 1.0, 0.8)
    if enrolled is not None and rng.random() < ENROLLED_AFTER_STAY and enrolled < last:
        out = enrolled - timedelta(days=rng.randrange(1, 10))
        yield from _stay(number, max(first, out - timedelta(days=_length(rng))), out, rng)
    day = first + timedelta(days=_gap(frail, rng))
    while day < end:
        out = min(end, day + timedelta(days=_length(rng)))
        yield from _stay(number, day, out, rng)
        day = out + timedelta(days=1 + _gap(frail, rng))
    for _each in range(rng.randrange(4)):
        yield _row(number, "outpatient", first + timedelta(days=rng.randrange((end - first).days or 1)), None)


def _gap(frail: float, rng: Random) -> int:
    return int(rng.expovariate(max(0.02, frail) * STAYS / 365))


def _length(rng: Random) -> int:
    return 1 + int(rng.expovariate(1 / DAYS))


def _stay(number: str, start: date, end: date, rng: Random) -> Iterator[str]:
    acute = rng.random() < ACUTE
    if acute:
        yield _row(number, "emergency", start, None)
    yield _row(number, "inpatient", start, end, acute=acute)


def _row(number: str, kind: str, start: date, end: date | None, *, acute: bool = False) -> str:
    told = {
        "source": "demo",
        "id": f"{kind}-{number}-{start}-{end or ''}",
        "identity": number,
        "kind": kind,
        "start": start.isoformat(),
        "end": "" if end is None else end.isoformat(),
        "place": "Norrlands universitetssjukhus",
        "acute": "ja" if acute or kind == "emergency" else "nej",
        "municipality": "2480",
    }
    return ";".join(told.get(name, "") for name in COLUMNS)


def _questionnaires(world: World, by: Commission, rng: Random) -> None:
    """A round that has closed for each of two teams, and one that takes answers."""
    for key, answered in ANSWERED.items():
        unit = CareUnit.objects.filter(team__programme__key=key).order_by("sort_key").first()
        if unit is None:
            continue
        at = world.clock(-75, 10 * 60)
        row = _round(world, by, unit, -75, -33)
        codes = questionnaires.make_codes(round_id=row.pk, count=answered + answered // 2, by=by, at=at)
        for code in codes[:answered]:
            answers = {key: _step(chance, rng) for key, chance in OFTEN.items() if rng.random() > 0.04}
            later = at + timedelta(days=rng.randrange(1, 40))
            questionnaires.answer(code=code, answers=answers or {"safe": 4}, by=audit.SYSTEM, at=later)
        row = _round(world, by, unit, -12, 20)
        questionnaires.make_codes(round_id=row.pk, count=25, by=by, at=world.clock(-12, 10 * 60))


def _round(world: World, by: Commission, unit: CareUnit, opens: int, closes: int) -> Round:
    row = questionnaires.open_round(
        questionnaire="patient",
        unit=unit,
        opens_on=world.date + timedelta(days=opens),
        closes_on=world.date + timedelta(days=closes),
        by=by,
        at=world.clock(opens, 9 * 60),
    )
    Round.objects.filter(pk=row.pk).update(synthetic=True)
    return row


def _step(often: float, rng: Random) -> int:
    return rng.choice((3, 4, 4)) if rng.random() < often else rng.choice((0, 1, 2, 2))


def _agreements(world: World, by: Commission) -> None:
    """One by each rule, between the region and its towns; the sums are made up."""
    region = by.unit.provider
    towns = {row.municipality_id: row for row in CareProvider.objects.filter(kind=CareProvider.Kind.MUNICIPALITY)}
    at, since = world.clock(-300, 9 * 60), _month(world.date, 10)
    hospital_team = Programme.objects.filter(key=HOSPITAL_TEAM).first()
    for name, rule, code, told, programme in (
        ("Närvårdsteam, gemensam drift", "outcome", "2480", OUTCOME, None),
        ("Vård hemma i stället för på sjukhus", "days", "2480", {"sum": "450"}, hospital_team),
        ("Hemsjukvård vid gemensamma besök", "personnel", "2460", {"sum": "410", "fixed": "0.7"}, None),
        ("Besök av kommunens rehabilitering", "service", "2409", {"sum": "900"}, None),
    ):
        if code not in towns:
            continue
        row = make_agreement(
            name=name,
            rule=rule,
            payer=region,
            payee=towns[code],
            programme=programme,
            told=told,
            since=since,
            by=by,
            at=at,
        )
        Agreement.objects.filter(pk=row.pk).update(synthetic=True)
        if rule == Agreement.Rule.OUTCOME:
            month = _month(world.date, 1)
            reason = "Enkäten till patienterna är gjord och visad för teamen."
            when = world.clock(-5, 15 * 60)
            decide_part(agreement=row.pk, part="experience", month=month, met=True, reason=reason, by=by, at=when)
            start_false_payout(fall=0.0, by=by, at=when)
