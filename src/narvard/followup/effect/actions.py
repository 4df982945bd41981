"""Writes of the effect studies."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from narvard.core import audit, runs
from narvard.core.errors import Refused
from narvard.core.models import Run
from narvard.followup.effect.designs import places, suggest, whole_months
from narvard.followup.effect.models import EffectStudy
from narvard.followup.effect.queries import may_study
from narvard.followup.utilisation.queries import Covered, covered
from narvard.organisation.models import Commission, Programme

KIND = "followup.effect"
WINDOW = 182
"""Days, half a year as the evaluations of seed 004."""


class MayNotStudy(Refused):
    """The commission is not for follow-up."""


class WrongDays(Refused):
    """The days cannot be compared."""


class WrongDesign(Refused):
    """The data do not carry the design."""


@transaction.atomic
def ask_study(
    *,
    programme: Programme,
    since: date,
    until: date,
    by: Commission,
    at: datetime,
    design: str = EffectStudy.Design.MATCHED,
    starts: Mapping[str, date] | None = None,
    window: int = WINDOW,
) -> tuple[EffectStudy, bool]:
    """Ask for a study: the live one of the same question if there is one. Says whether it is new.

    ``starts`` says when the programme started in each municipality; matched people need none.
    """
    if not may_study(by):
        raise MayNotStudy(_("Effekter räknas av ledningen, i uppdrag för uppföljning."))
    provider = by.unit.provider_id
    span = covered(provider=provider)
    if span is None:
        raise WrongDays(_("Inga vårddata är inlästa: det finns inget att jämföra."))
    if design == EffectStudy.Design.MATCHED:
        _check_days(span, since, until, window, at)
        begun = {}
    else:
        begun = {code: day for code, day in (starts or {}).items() if code in places(provider)}
        if design not in suggest(programme, provider, since, until, begun).possible:
            raise WrongDesign(_("Vårddata räcker inte till det upplägget."))
        months = whole_months(span)
        since, until = months[0], span.until
    asked = sha256(repr(sorted(begun.items())).encode()).hexdigest()[:8]
    key = f"{provider} {programme.key} {since} {until} {window} {design} {asked}"[:120]
    run, new = runs.request(KIND, key, at=at, params={}, commission=by.pk)
    if not new:
        return EffectStudy.objects.get(run=run), False
    study = EffectStudy.objects.create(
        programme=programme,
        provider_id=provider,
        design=design,
        starts={code: day.isoformat() for code, day in sorted(begun.items())},
        since=since,
        until=until,
        window=window,
        run=run,
        made_by=by,
        made_at=at,
    )
    audit.write("effect.ask", by=by, at=at, object_kind="effectstudy", object_id=study.pk, reason=design)
    return study, True


def _check_days(span: Covered, since: date, until: date, window: int, at: datetime) -> None:
    if not since < until or until > timezone.localdate(at):
        raise WrongDays(_("Perioden ska ha en början och ett slut som har varit."))
    first = span.since + timedelta(days=window)
    if since < first or until > span.until:
        words = _("Med de vårddata som finns kan perioden gå från %(since)s till %(until)s.")
        raise WrongDays(words % {"since": first.isoformat(), "until": span.until.isoformat()})


@transaction.atomic
def keep_result(*, study: UUID, run: Run, table: str, result: dict[str, Any], by: audit.Actor, at: datetime) -> None:
    """Keep what was found, unless another worker has taken the run over."""
    runs.hold(run)
    EffectStudy.objects.filter(pk=study).update(table=table, result=result)
    audit.write("effect.keep", by=by, at=at, object_kind="effectstudy", object_id=study)
