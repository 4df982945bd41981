"""Writes of the questionnaires."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from narvard.core import audit, once
from narvard.core.calendar import at_local
from narvard.followup.questionnaires.codes import digest, new_code
from narvard.followup.questionnaires.definitions import questionnaires, scale
from narvard.followup.questionnaires.models import Code, Response, Round
from narvard.followup.questionnaires.rules import NothingAnswered, RoundClosed, WrongRound, may_join, usable
from narvard.organisation.models import CareUnit, Commission

MOST_CODES = 1000
LONGEST = timedelta(days=366)


@transaction.atomic
def open_round(
    *, questionnaire: str, unit: CareUnit, opens_on: date, closes_on: date, by: Commission, at: datetime
) -> Round:
    """Begin a round at a unit of the own provider."""
    if unit.provider_id != by.unit.provider_id:
        raise WrongRound(_("Enheten hör till en annan vårdgivare."))
    return _open(questionnaire, unit, opens_on, closes_on, by=by, at=at, together=None)


@transaction.atomic
def open_together(
    *, questionnaire: str, units: Sequence[CareUnit], opens_on: date, closes_on: date, by: Commission, at: datetime
) -> list[Round]:
    """Begin one round at several units, of several providers too: the joint management's, in its own care area."""
    if not may_join(by):
        raise WrongRound(_("Gemensamma omgångar börjas av den gemensamma ledningen."))
    if len({unit.pk for unit in units}) < 2:
        raise WrongRound(_("Välj minst två enheter."))
    if any(unit.care_area != by.unit.care_area for unit in units):
        raise WrongRound(_("En av enheterna ligger utanför området."))
    together = uuid4()
    return [_open(questionnaire, unit, opens_on, closes_on, by=by, at=at, together=together) for unit in units]


def _open(
    questionnaire: str,
    unit: CareUnit,
    opens_on: date,
    closes_on: date,
    *,
    by: Commission,
    at: datetime,
    together: UUID | None,
) -> Round:
    if questionnaire not in questionnaires():
        raise WrongRound(_("Det finns ingen sådan enkät."))
    if not opens_on < closes_on or closes_on - opens_on > LONGEST or closes_on <= timezone.localdate(at):
        raise WrongRound(_("Omgången ska vara minst en dag, högst ett år och sluta i framtiden."))
    row = Round.objects.create(
        questionnaire=questionnaire,
        unit=unit,
        opens_on=opens_on,
        closes_on=closes_on,
        made_by=by,
        made_at=at,
        together=together,
    )
    audit.write("survey.open_round", by=by, at=at, object_kind="surveyround", object_id=row.pk)
    return row


@transaction.atomic
def make_codes(*, round_id: UUID, count: int, by: Commission, at: datetime) -> list[str]:
    """New codes to print and hand out. They are told here and never again: only their hashes are kept."""
    row = once.lock(Round.objects.all(), round_id)
    if timezone.localdate(at) >= row.closes_on:
        raise RoundClosed(_("Omgången är avslutad."))
    if not 1 <= count <= MOST_CODES:
        raise WrongRound(_("Skriv ett antal från 1 till %(most)s.") % {"most": MOST_CODES})
    codes = {new_code() for _each in range(count)}
    while len(codes) < count:
        codes.add(new_code())
    Code.objects.bulk_create(Code(digest=digest(code), round=row) for code in codes)
    audit.write("survey.make_codes", by=by, at=at, object_kind="surveyround", object_id=row.pk, reason=str(count))
    return sorted(codes)


@transaction.atomic
def note_unused(*, round_id: UUID, count: int, by: Commission, at: datetime, version: int | None = None) -> None:
    """Tell how many printed codes were never handed out, so that the share who answered is right."""
    row = once.lock(Round.objects.all(), round_id, version)
    unanswered = row.codes.filter(used=False).count()
    if not 0 <= count <= unanswered:
        raise WrongRound(_("Högst %(count)s koder är obesvarade.") % {"count": unanswered})
    row.not_handed_out = count
    once.save(row, "not_handed_out")
    audit.write("survey.note_unused", by=by, at=at, object_kind="surveyround", object_id=row.pk)


@transaction.atomic
def close_round(*, round_id: UUID, by: Commission, at: datetime, version: int | None = None) -> None:
    """Take no more answers from now on, and show the results."""
    row = once.lock(Round.objects.all(), round_id, version)
    today = timezone.localdate(at)
    if today >= row.closes_on:
        raise RoundClosed(_("Omgången är avslutad."))
    if today <= row.opens_on:
        raise WrongRound(_("Omgången kan avslutas tidigast dagen efter att den började."))
    row.closes_on = today
    once.save(row, "closes_on")
    audit.write("survey.close_round", by=by, at=at, object_kind="surveyround", object_id=row.pk)


@transaction.atomic
def answer(*, code: str, answers: Mapping[str, int], by: audit.Actor, at: datetime) -> Response:
    """Answer with a code, once. What is kept has the week, and nothing that leads to the code or its holder."""
    row = usable(Code.objects.select_for_update(of=("self",)).filter(digest=digest(code)).first(), at)
    asked = {question.key for question in questionnaires()[row.round.questionnaire].questions}
    steps = {step.value for step in scale()}
    kept = {key: value for key, value in sorted(answers.items()) if key in asked and value in steps}
    if not kept:
        raise NothingAnswered(_("Svara på minst en fråga."))
    row.used = True
    row.save(update_fields=["used"])
    today = timezone.localdate(at)
    monday = today - timedelta(days=today.weekday())
    response = Response.objects.create(round=row.round, week=monday, answers=kept)
    # The log tells that somebody answered that week; the hour would lead back to the person.
    audit.write("survey.answer", by=by, at=at_local(monday), object_kind="surveyround", object_id=row.round_id)
    return response
