"""A team asks for a bed: in hospital without the emergency department, or a short-term place of the municipality.

The receiver answers as for a hand-over, by a clock. Responsibility follows the person: into hospital with the
admission when the person is there; for a short-term place the nursing, when the team holds it, with the answer.
"""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from narvard.care import asking, book, queries, rules
from narvard.care.actions.episodes import EpisodeEnded
from narvard.care.actions.handovers import AlreadyAnswered, AlreadyProposed, Content, HandBackTooEarly
from narvard.care.models import Episode, Handover, ResponsibilityKind
from narvard.core import audit, calendar, once
from narvard.core.errors import Refused
from narvard.intake.queries import abilities_of
from narvard.organisation.models import CareUnit, Commission

Bed = Handover.Bed
BED_UNITS = {Bed.DIRECT_ADMISSION: CareUnit.Kind.WARD, Bed.SHORT_TERM_PLACE: CareUnit.Kind.SHORT_TERM}
# Somebody who else would sit in the emergency department waits at home: our own, until programmes say otherwise.
_WARD_ANSWERS_WITHIN = timedelta(minutes=30)


class ProgrammeCannot(Refused):
    """The team's programme does not say that it may ask for such a bed."""


class NoSuchBed(Refused):
    """The receiver has no beds of the kind."""


class AlreadyInBed(Refused):
    """The person is on a ward already."""


class BedNotGiven(Refused):
    """Nobody has said yes to the bed, or the person has come already."""


@transaction.atomic
def ask_for_bed(
    *,
    episode: Episode,
    bed: str,
    receiver: CareUnit,
    content: Content,
    by: Commission,
    at: datetime,
    wished_at: datetime | None = None,
    hand_back_on: date | None = None,
) -> Handover:
    """Ask ``receiver`` for a bed; the team keeps what it is responsible for until the person is there."""
    opened = book.open_book(episode.patient)
    _refuse(episode, Bed(bed), receiver, by, at)
    rules.required(content.reason, _("Skriv varför personen behöver platsen."))
    if hand_back_on is not None and hand_back_on <= timezone.localdate(wished_at or at):
        raise HandBackTooEarly(_("Dagen då personen går hem måste ligga efter den dag då den kommer."))
    handover = Handover.objects.create(
        patient=episode.patient,
        owner_unit=episode.unit,
        episode=episode,
        giver=episode.unit,
        receiver=receiver,
        bed=Bed(bed),
        kinds=_moves(opened, episode, Bed(bed), receiver, at),
        wished_at=wished_at,
        hand_back_on=hand_back_on,
        ends_episode=False,
        state=Handover.State.PROPOSED,
        due_at=_answer_by(Bed(bed), at),
        created_at=at,
        sent_at=at,
        **{name: text.strip() for name, text in vars(content).items()},
    )
    asking.begin(handover, by, at)
    _log("care.ask_for_bed", handover, by, at)
    return handover


def _refuse(episode: Episode, bed: Handover.Bed, receiver: CareUnit, by: Commission, at: datetime) -> None:
    rules.refuse_dead(episode.patient)
    rules.refuse_other(episode.unit, by)
    if bed not in abilities_of(episode.unit_id, timezone.localdate(at)):
        told = {"unit": episode.unit.name, "what": bed.label}
        raise ProgrammeCannot(_("Programmet för %(unit)s säger inte att ni kan begära %(what)s.") % told)
    if bed not in BED_UNITS or receiver.kind != BED_UNITS[bed]:
        raise NoSuchBed(_("%(unit)s har inga sådana platser.") % {"unit": receiver.name})
    rules.refuse_closed(receiver, at)
    if Episode.objects.filter(pk=episode.pk, ended_at__lte=at).exists():
        raise EpisodeEnded(_("Kontakten eller inskrivningen är avslutad."))
    if queries.open_stay(episode.patient) is not None:
        raise AlreadyInBed(_("Patienten är redan inskriven på en avdelning."))
    if Handover.objects.filter(patient=episode.patient, bed=bed, state__in=Handover.OPEN_STATES).exists():
        raise AlreadyProposed(_("Någon har redan frågan om en plats. Vänta på svaret eller ta tillbaka den först."))


def _moves(opened: book.Book, episode: Episode, bed: Handover.Bed, receiver: CareUnit, at: datetime) -> list[str]:
    """What moves with the answer: the nursing to a short-term place, when the team holds it."""
    nursing = ResponsibilityKind.NURSING
    if bed != Bed.SHORT_TERM_PLACE or not rules.can_hold(receiver, nursing):
        return []
    return [nursing.value] if opened.ledger.last_holder(nursing) == episode.unit_id else []


def _answer_by(bed: Handover.Bed, at: datetime) -> datetime:
    if bed == Bed.DIRECT_ADMISSION:
        return at + _WARD_ANSWERS_WITHIN
    return calendar.end_of_next_working_day(at)


@transaction.atomic
def note_arrival(*, handover: Handover, by: Commission, at: datetime, version: int | None = None) -> Handover:
    """The person is in the bed that was given."""
    book.open_book(handover.patient)
    row = once.lock(Handover.objects.all(), handover.pk)
    rules.refuse_other(row.receiver, by)
    if not row.bed or row.state in Handover.OPEN_STATES:
        raise BedNotGiven(_("Svara först på om ni har en plats."))
    if row.arrived_at is not None or row.state != Handover.State.ACCEPTED:
        raise AlreadyAnswered(_("Överlämningen är redan %(state)s.") % {"state": row.get_state_display()})
    once.lock(Handover.objects.all(), handover.pk, version)
    row.arrived_at = at
    once.save(row, "arrived_at")
    asking.note(row, by, at)
    _log("care.note_arrival", row, by, at)
    return row


def _log(what: str, handover: Handover, by: Commission, at: datetime) -> None:
    patients = [handover.patient_id]
    audit.write(
        what, by=by, at=at, patients=patients, object_kind="handover", object_id=handover.pk, reason=handover.bed
    )
