"""What was answered: shares of "often" or "always" with their intervals, never of fewer than five."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.module_loading import import_string

from narvard.followup.questionnaires.definitions import OFTEN, Question, Questionnaire, questionnaires
from narvard.followup.questionnaires.models import Response, Round
from narvard.organisation.models import CareProvider, Commission

LEAST = 5
"""Fewer valid answers than these are never shown."""


@dataclass(frozen=True, slots=True)
class Line:
    """One question: of ``valid`` answers ``often`` were often or always; none when they are too few."""

    question: Question
    valid: int | None
    often: int | None = None
    share: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Results:
    """What closed rounds of one questionnaire gave: how many were asked and answered, and each question's share."""

    questionnaire: Questionnaire
    asked: int
    answered: int
    lines: Sequence[Line]
    synthetic: bool = False

    @property
    def hidden(self) -> bool:
        """Whether so few answered that nothing is shown."""
        return self.answered < LEAST

    @property
    def rate(self) -> float | None:
        """The share of those asked who answered."""
        return self.answered / self.asked if self.asked else None


def rounds(provider: CareProvider | UUID) -> QuerySet[Round]:
    """The provider's rounds, with how many codes were made and used."""
    return _counted(Round.objects.filter(unit__provider=provider))


def _counted(rows: QuerySet[Round]) -> QuerySet[Round]:
    rows = rows.select_related("unit__provider", "made_by__staff")
    return rows.annotate(made=Count("codes"), answered=Count("codes", filter=Q(codes__used=True)))


def readable(by: Commission) -> QuerySet[Round]:
    """The rounds of the own provider's units, and those that the own unit began together with other providers'."""
    rows = Round.objects.filter(
        Q(unit__provider=by.unit.provider_id) | Q(together__isnull=False, made_by__unit=by.unit)
    )
    return _counted(rows)


def beside(row: Round) -> list[Round]:
    """All rounds that were begun together with one, itself among them; only itself when it stands alone."""
    if row.together is None:
        return [row]
    return list(_counted(Round.objects.filter(together=row.together)).order_by("unit__sort_key"))


def is_closed(row: Round, at: datetime) -> bool:
    """Whether it takes no more answers. Results are shown only then: looked at twice they would tell one answer."""
    return timezone.localdate(at) >= row.closes_on


def results(chosen: Sequence[Round], at: datetime) -> Results:
    """The closed ones of some rounds (counted, see :func:`rounds`) of one questionnaire, as one.

    A round that fewer than five answered is left out, and of each question a round with fewer than five valid answers,
    so that who knows all rounds but one cannot tell that one from the sum.
    """
    which = questionnaires()[chosen[0].questionnaire]
    counted = [row for row in chosen if is_closed(row, at) and row.questionnaire == which.key]
    told = [row for row in counted if _answered(row) >= LEAST]
    by_round: dict[UUID, list[dict[str, int]]] = defaultdict(list)
    for place, answers in Response.objects.filter(round__in=told).values_list("round", "answers"):
        by_round[place].append(answers)
    lines = [_line(question, _valid(question, by_round.values())) for question in which.questions]
    asked = sum(_made(row) - row.not_handed_out for row in told)
    answered = sum(len(each) for each in by_round.values())
    return Results(which, asked, answered, lines, any(row.synthetic for row in told))


def _valid(question: Question, parts: Iterable[list[dict[str, int]]]) -> list[int]:
    """The valid answers to a question, of the rounds that have five or more of them."""
    values = [[told[question.key] for told in part if question.key in told] for part in parts]
    return [value for part in values if len(part) >= LEAST for value in part]


def _answered(row: Round) -> int:
    return int(getattr(row, "answered", 0))


def _made(row: Round) -> int:
    return int(getattr(row, "made", 0))


def _line(question: Question, values: Sequence[int]) -> Line:
    if len(values) < LEAST:
        return Line(question, None)
    often = sum(value >= OFTEN for value in values)
    # Loaded when first needed: the engine's libraries take seconds, which no web process should wait for at its start.
    found = import_string("narvard.engines.evidence.share")(often, len(values))
    return Line(question, len(values), often, found.estimate, found.interval.low, found.interval.high)


def latest(provider: CareProvider | UUID, at: datetime, *, since: date) -> dict[str, Results]:
    """By questionnaire, what the provider's rounds that closed from ``since`` on gave; for reports."""
    found: dict[str, Results] = {}
    closed = list(rounds(provider).filter(closes_on__gte=since, closes_on__lte=timezone.localdate(at)))
    for key in questionnaires():
        mine = [row for row in closed if row.questionnaire == key]
        if mine:
            found[key] = results(mine, at)
    return found
