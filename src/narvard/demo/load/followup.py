"""What follow-up reads besides the work: made-up hospital data, questionnaires and agreements, each said to be so."""

from datetime import timedelta
from random import Random

from django.db.models import Count

from narvard.core import audit
from narvard.demo.load.hospital import load_hospital, month_before
from narvard.demo.load.world import World
from narvard.followup.effect.designs import first_enrolments, places, suggest
from narvard.followup.effect.tasks import start_study
from narvard.followup.payment.actions import decide_part, make_agreement
from narvard.followup.payment.models import Agreement
from narvard.followup.payment.tasks import start_false_payout
from narvard.followup.questionnaires import actions as questionnaires
from narvard.followup.questionnaires.models import Round
from narvard.organisation.models import CareProvider, CareUnit, Commission, Programme

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
    load_hospital(world, by, rng)
    _studies(world, by)
    _questionnaires(world, by, rng)
    _together(world, by)
    _agreements(world, by)


def _studies(world: World, by: Commission) -> None:
    """Of the largest programme people against alike people; of the hospital's team what the steps tell."""
    since, until, at = month_before(world.date, 7), month_before(world.date, 2), world.clock(-1, 9 * 60)
    programmes = Programme.objects.filter(teams__unit__episodes__kind="enrolment")
    largest = programmes.annotate(people=Count("teams__unit__episodes")).order_by("-people", "key").first()
    if largest is None:
        return
    start_study(programme=largest, since=since, until=until, by=by, at=at)
    stepped = programmes.filter(key=HOSPITAL_TEAM).first()
    starts = first_enrolments(stepped, places(by.unit.provider_id)) if stepped else {}
    if stepped and "stepped" in suggest(stepped, by.unit.provider_id, since, until, starts).possible:
        start_study(programme=stepped, since=since, until=until, by=by, at=at, design="stepped", starts=starts)


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


def _together(world: World, by: Commission) -> None:
    """A round that takes answers at three units of two care providers, begun by the joint management."""
    kinds = (CareUnit.Kind.TEAM, CareUnit.Kind.HOME_NURSING, CareUnit.Kind.MUNICIPAL_REHAB)
    found = [CareUnit.objects.filter(kind=kind, municipality="2480").order_by("sort_key").first() for kind in kinds]
    units = [unit for unit in found if unit is not None]
    if len(units) < len(kinds):
        return
    rows = questionnaires.open_together(
        questionnaire="relative",
        units=units,
        opens_on=world.date - timedelta(days=5),
        closes_on=world.date + timedelta(days=25),
        by=by,
        at=world.clock(-5, 9 * 60),
    )
    Round.objects.filter(pk__in=[row.pk for row in rows]).update(synthetic=True)
    for row in rows:
        questionnaires.make_codes(round_id=row.pk, count=20, by=by, at=world.clock(-5, 10 * 60))


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
    at, since = world.clock(-300, 9 * 60), month_before(world.date, 10)
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
            month = month_before(world.date, 1)
            reason = "Enkäten till patienterna är gjord och visad för teamen."
            when = world.clock(-5, 15 * 60)
            decide_part(agreement=row.pk, part="experience", month=month, met=True, reason=reason, by=by, at=when)
            start_false_payout(agreement=row, by=by, at=when)
