"""Contacts and enrolments: their start, the answer to the orderer, and their end."""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from narvard.access.actions import end_relations, relate
from narvard.access.models import CareRelation, Consent
from narvard.care import book, ledger, queries, rules, ward
from narvard.care.models import Episode, Handover, ResponsibilityKind
from narvard.core import audit, once
from narvard.core.errors import Refused
from narvard.intake.models import CareRequest
from narvard.organisation.models import CareUnit, Commission, Programme
from narvard.people.models import Patient
from narvard.people.queries import is_adult

# A unit may finish its records, and be asked, for a week after its part ended.
AFTERWARDS = timedelta(days=7)
MOST_WORDS = 400


class RequestNotReady(Refused):
    """The request cannot become this episode: another patient, another team, not accepted, or already used."""


class FormNotKnown(Refused):
    """A contact is advice, a single visit, a dated order or a consult."""


class ConsentMissing(Refused):
    """No valid yes to the enrolment: no enrolment is made without one."""


class AlreadyEnrolled(Refused):
    """The unit has the patient enrolled already."""


class HolderHasNotAccepted(Refused):
    """A unit would be given responsibility that it has not said yes to."""


class EpisodeEnded(Refused):
    """The episode has ended."""


class AnswerMissing(Refused):
    """Whoever ordered must be answered before the contact ends."""


class StillResponsible(Refused):
    """The unit still holds responsibility, or waits for an answer to a hand-over."""


@transaction.atomic
def start_contact(
    *,
    patient: Patient,
    unit: CareUnit,
    form: str,
    by: Commission,
    at: datetime,
    request: CareRequest | None = None,
    programme: Programme | None = None,
    goal: str = "",
    answer: str = "",
) -> Episode:
    """Start a contact that is not an enrolment. Advice is given, written down and ended in one act."""
    opened = book.open_book(patient)
    _refuse_start(opened.patient, unit, request, by, at)
    if form not in Episode.Form.values or form == Episode.Form.ENROLMENT:
        raise FormNotKnown(_("Välj vad kontakten är: råd, enstaka besök, tidsatt ordination eller konsultation."))
    is_advice = form == Episode.Form.ADVICE
    if is_advice:
        rules.required(answer, _("Skriv vilket råd som gavs."))
    episode = Episode.objects.create(
        patient=patient,
        owner_unit=unit,
        kind=Episode.Kind.CONTACT,
        form=form,
        request=request,
        unit=unit,
        programme=programme,
        goal=goal.strip()[:MOST_WORDS],
        started_at=at,
        started_by=by,
        answer=answer.strip(),
        answered_at=at if answer.strip() else None,
        ended_at=at if is_advice else None,
        ended_by=by if is_advice else None,
        end_reason=gettext_noop("råd gavs") if is_advice else "",
    )
    _begin(episode, CareRelation.Kind.CONTACT, by, at, until=at + AFTERWARDS if is_advice else None)
    return episode


def _refuse_start(patient: Patient, unit: CareUnit, request: CareRequest | None, by: Commission, at: datetime) -> None:
    rules.refuse_dead(patient)
    rules.refuse_other(unit, by)
    rules.refuse_closed(unit, at)
    if request is None:
        rules.refuse_not_knowing(patient, by, at)
        return
    if request.patient_id != patient.pk:
        raise RequestNotReady(_("Begäran gäller en annan person."))
    if request.team_id != unit.pk or request.state != CareRequest.State.ACCEPTED:
        raise RequestNotReady(_("Ta emot begäran först."))
    if Episode.objects.filter(request=request).exists():
        raise RequestNotReady(_("Begäran har redan blivit en kontakt eller inskrivning."))


def _begin(
    episode: Episode, kind: CareRelation.Kind, by: Commission, at: datetime, until: datetime | None = None
) -> None:
    relate(
        patient=episode.patient,
        unit=episode.unit,
        kind=kind,
        source_kind="episode",
        source_id=episode.pk,
        by=by,
        at=at,
        until=until,
    )
    _log("care.start_episode", episode, by, at, reason=episode.form)


def _log(what: str, episode: Episode, by: Commission, at: datetime, reason: str = "") -> None:
    audit.write(
        what,
        by=by,
        at=at,
        patients=[episode.patient_id],
        object_kind="episode",
        object_id=episode.pk,
        reason=reason,
    )


@transaction.atomic
def enrol(
    *,
    patient: Patient,
    unit: CareUnit,
    holders: Mapping[str, CareUnit],
    consent: Consent,
    by: Commission,
    at: datetime,
    request: CareRequest | None = None,
    programme: Programme | None = None,
    goal: str = "",
) -> Episode:
    """Enrol the patient at ``unit`` with a main holder for each kind of responsibility.

    A holder other than ``unit`` must already hold the kind, or carry the patient by another decision (listing,
    housing, home nursing, a ward stay); anybody else is asked through a hand-over. While the patient lies on a ward
    the holders are those at home: the ward goes on holding what hospitals take over until the discharge.
    """
    opened = book.open_book(patient)
    _refuse_start(opened.patient, unit, request, by, at)
    _refuse_consent(opened.patient, consent, at)
    others = list(queries.enrolments_at(patient, at))
    if any(episode.unit_id == unit.pk for episode in others):
        raise AlreadyEnrolled(_("Patienten är redan inskriven hos %(unit)s.") % {"unit": unit.name})
    stay = queries.open_stay(patient)
    home = ward.at_home(opened.ledger, stay.pk) if stay else opened.ledger
    _refuse_holders(opened.patient, home, unit, holders, at)
    episode = Episode(
        patient=patient,
        owner_unit=unit,
        kind=Episode.Kind.ENROLMENT,
        form=Episode.Form.ENROLMENT,
        request=request,
        unit=unit,
        programme=programme,
        consent=consent,
        goal=goal.strip()[:MOST_WORDS],
        started_at=at,
        started_by=by,
    )
    bound = {episode.unit_id for episode in others} | ({stay.ward_id} if stay else set())
    wanted = {kind: holder.pk for kind, holder in holders.items()}
    if stay is None:
        change = ledger.enrol(opened.ledger, wanted, at=at, source=episode.pk, bound=bound)
    else:
        lying = ward.Stay(stay.ward_id, stay.pk)
        change = ward.enrol_on_ward(opened.ledger, wanted, at=at, source=episode.pk, stay=lying, bound=bound)
    episode.save(force_insert=True)
    _begin(episode, CareRelation.Kind.ENROLMENT, by, at)
    book.write(opened, change, by=by, at=at)
    return episode


def _refuse_consent(patient: Patient, consent: Consent, at: datetime) -> None:
    in_force = consent.since <= at and (consent.until is None or at < consent.until) and consent.withdrawn_at is None
    if consent.patient_id != patient.pk or consent.kind != Consent.Kind.ENROLMENT or not in_force:
        raise ConsentMissing(_("Fråga patienten och skriv in samtycket till inskrivning först."))
    if (
        not is_adult(patient, timezone.localdate(at))
        and consent.how != Consent.How.GUARDIAN
        and not consent.assessment.strip()
    ):
        raise ConsentMissing(
            _("Patienten är under 18 år: en vårdnadshavare säger ja, eller barnets mognad bedöms och skrivs ned.")
        )


def _refuse_holders(
    patient: Patient, home: ledger.Ledger, unit: CareUnit, holders: Mapping[str, CareUnit], at: datetime
) -> None:
    known = queries.units_carrying(patient, at)
    rules.refuse_left_behind(patient, [row for kind, row in holders.items() if home.last_holder(kind) != row.pk])
    for kind, holder in holders.items():
        rules.refuse_unable(holder, [kind])
        holds_now = home.last_holder(kind) == holder.pk
        if holder.pk != unit.pk and not holds_now and holder.pk not in known:
            raise HolderHasNotAccepted(
                _("%(unit)s har inte sagt ja till ansvaret (%(kind)s). Skriv in och lämna sedan över.")
                % {"unit": holder.name, "kind": ResponsibilityKind(kind).label}
            )
        if not holds_now:
            rules.refuse_closed(holder, at)


@transaction.atomic
def continue_episode(*, handover: Handover, by: Commission, at: datetime) -> Episode:
    """The receiver carries on: its open enrolment, or a new one from the same consent when responsibility moves."""
    rules.refuse_other(handover.receiver, by)
    book.open_book(handover.patient)
    existing = Episode.objects.filter(
        patient=handover.patient, unit=handover.receiver, kind=Episode.Kind.ENROLMENT, ended_at=None
    ).first()
    if existing is not None:
        _log("care.continue_episode", existing, by, at)
        return existing
    earlier = handover.episode
    episode = Episode.objects.create(
        patient=handover.patient,
        owner_unit=handover.receiver,
        kind=earlier.kind,
        form=earlier.form,
        unit=handover.receiver,
        consent=earlier.consent,
        goal=handover.goals.strip()[:MOST_WORDS] or earlier.goal,
        started_at=max(at, handover.wished_at or at),
        started_by=by,
    )
    kind = CareRelation.Kind.ENROLMENT if earlier.kind == Episode.Kind.ENROLMENT else CareRelation.Kind.CONTACT
    _begin(episode, kind, by, at)
    return episode


@transaction.atomic
def share_responsibility(
    *, patient: Patient, kind: str, scope: str, unit: CareUnit | None, by: Commission, at: datetime
) -> None:
    """A unit takes part with a named part (dialysis, wound) beside the main holder.

    None ends it: the unit itself does, or the main holder.
    """
    opened = book.open_book(patient)
    rules.refuse_dead(opened.patient)
    scope = rules.required(scope, _("Skriv vilken del ansvaret gäller."))[:40]
    if unit is not None:
        rules.refuse_closed(unit, at)
        rules.refuse_unable(unit, [kind])
        rules.refuse_other(unit, by)
    elif by.unit_id not in {opened.ledger.holder(kind, at, scope), opened.ledger.holder(kind, at)}:
        raise rules.NotYourUnit(_("Bara den som bär ansvaret kan avsluta det."))
    change = ledger.share(opened.ledger, kind, scope, unit.pk if unit else None, at=at, source=uuid.uuid4())
    book.write(opened, change, by=by, at=at)


@transaction.atomic
def answer_order(*, episode: Episode, answer: str, by: Commission, at: datetime, version: int | None = None) -> Episode:
    """Answer whoever ordered."""
    book.open_book(episode.patient)
    row = once.lock(Episode.objects.select_related(None), episode.pk, version)
    rules.refuse_other(episode.unit, by)
    row.answer = rules.required(answer, _("Skriv svaret till den som ordinerade."))
    row.answered_at = at
    once.save(row, "answer", "answered_at")
    _log("care.answer_order", row, by, at)
    return row


@transaction.atomic
def end_episode(*, episode: Episode, reason: str, by: Commission, at: datetime, version: int | None = None) -> Episode:
    """End an episode whose responsibility is with somebody else by now and whose orderer has been answered."""
    opened = book.open_book(episode.patient)
    row = once.lock(Episode.objects.select_related(None), episode.pk, version)
    rules.refuse_other(episode.unit, by)
    if row.ended_at is not None:
        raise EpisodeEnded(_("Den är redan avslutad."))
    if row.form == Episode.Form.DATED_ORDER and row.answered_at is None:
        raise AnswerMissing(_("Svara den som ordinerade innan kontakten avslutas."))
    reason = rules.required(reason, _("Skriv varför kontakten eller inskrivningen avslutas."))
    if Handover.objects.filter(episode=row, state__in=Handover.OPEN_STATES).exists():
        raise StillResponsible(_("En överlämning väntar på svar. Vänta på svaret eller ta tillbaka den först."))
    ends_at = rules.free_from(opened.ledger, row.unit_id, at) if row.kind == Episode.Kind.ENROLMENT else at
    if ends_at is None:
        raise StillResponsible(_("Enheten har fortfarande ansvar för patienten. Lämna över det först."))
    return _end(row, reason=reason, source=None, ends_at=ends_at, by=by, at=at)


@transaction.atomic
def end_episode_if_released(*, handover: Handover, by: Commission, at: datetime) -> Episode | None:
    """End the giver's episode after an accepted hand-over, unless the giver still holds or waits for something."""
    opened = book.open_book(handover.patient)
    row = once.lock(Episode.objects.select_related(None), handover.episode_id)
    waiting = Handover.objects.filter(episode=row, state__in=Handover.OPEN_STATES).exists()
    ends_at = rules.free_from(opened.ledger, row.unit_id, at)
    if row.ended_at is not None or waiting or ends_at is None:
        return None
    reason = rules.HANDED_OVER % {"unit": handover.receiver.name}
    return _end(row, reason=reason, source=handover.pk, ends_at=ends_at, by=by, at=at)


def _end(
    episode: Episode, *, reason: str, source: uuid.UUID | None, ends_at: datetime, by: Commission, at: datetime
) -> Episode:
    episode.ended_at = max(ends_at, episode.started_at)
    episode.ended_by = by
    episode.end_reason = reason[:200]
    episode.end_source_id = source
    once.save(episode, "ended_at", "ended_by", "end_reason", "end_source_id")
    end_relations(source_id=episode.pk, by=by, at=at, until=episode.ended_at + AFTERWARDS)
    _log("care.end_episode", episode, by, at, reason="closed" if source is None else "handover")
    return episode
