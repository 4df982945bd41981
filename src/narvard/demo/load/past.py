"""The ten weeks before: the requests that today's enrolments and ended contacts came from, those that nobody took,
and hand-overs that were answered. What follow-up counts."""

import random
from datetime import datetime, timedelta

from django.db.models import Min
from django.utils import timezone

from narvard.access.models import CareRelation
from narvard.care import actions as care
from narvard.care.actions.handovers import Content
from narvard.care.models import Episode, Handover
from narvard.core.audit import Act, write_all
from narvard.core.calendar import is_day_off, next_working_day
from narvard.demo import sources
from narvard.demo.caseload import EnrolmentSpec
from narvard.demo.load.care import Stock
from narvard.demo.load.history import DAYS_BACK
from narvard.demo.load.world import World
from narvard.flows.notices import escalate_handovers
from narvard.followup.registration.models import HomeNursingNotice
from narvard.intake import actions as intake
from narvard.intake.models import Channel, Urgency
from narvard.organisation.models import CareUnit, Commission
from narvard.visits.models import Visit

REFUSED, HANDED_OVER = 22, 90
_ACCEPTED_SOON, _ACCEPTED = 0.66, 0.86
_NOT_SENT = 0.05
_QUESTIONS = (
    "Svikt hemma efter utskrivning, önskar bedömning i hemmet.",
    "Andfådd och trött sedan några dagar, orkar inte till hälsocentralen.",
    "Ökat behov av sjukvård hemma, behöver planering med läkare.",
    "Smärta som inte lindras av det som är ordinerat.",
)
_NOBODY = ("Alla team var fulla den veckan.", "Hälsocentralen behåller och ringer upp i morgon.")


def load_past_requests(world: World, stock: Stock) -> None:
    """A request behind each enrolment and ended contact of the ten weeks, and some that nobody took."""
    rng = sources.stream(world.seed, f"past-requests-{world.model}")
    since = world.clock(-DAYS_BACK, 0)
    came = dict(
        Visit.objects.filter(state=Visit.State.DONE).order_by().values_list("episode").annotate(at=Min("starts_at"))
    )
    forms = (Episode.Form.ENROLMENT, Episode.Form.SINGLE_VISIT)
    begun = [row for row in stock.episodes if row.form in forms and row.started_at >= since and row.request_id is None]
    for episode in sorted(begun, key=lambda row: (row.started_at, str(row.pk))):
        _behind(world, rng, episode, came.get(episode.pk))
    Episode.objects.bulk_update(begun, ["request"], batch_size=500)
    _refused(world, rng)


def _behind(world: World, rng: random.Random, episode: Episode, came: datetime | None) -> None:
    """The team was phoned by the health centre, took it and began."""
    at = episode.started_at - timedelta(minutes=rng.randint(20, 110))
    patient, by = episode.patient, episode.started_by
    if patient.listed_at is None or by.unit_id != episode.unit_id:
        return
    row = intake.register_request(
        patient=patient,
        intake=world.units["intake"],
        sender_unit=patient.listed_at,
        channel=Channel.HEALTH_CENTRE,
        urgency=_urgency(rng, at, came),
        question=rng.choice(_QUESTIONS),
        by=by,
        at=at,
    )
    intake.take_request(request=row.pk, by=by, at=at)
    episode.request = intake.end_with_episode(request=row.pk, by=by, at=episode.started_at)


def _urgency(rng: random.Random, at: datetime, came: datetime | None) -> str:
    """Most of those who were visited at once were acute; a few who were not, too."""
    soon = came is not None and timezone.localdate(came) <= next_working_day(timezone.localdate(at))
    weights = (7, 2, 1) if soon else (1, 4, 6)
    return rng.choices((Urgency.ACUTE, Urgency.SEMI_ACUTE, Urgency.PLANNED), weights=weights)[0]


def _refused(world: World, rng: random.Random) -> None:
    """Persons whom no team had room for."""
    busy = world.caseload.enrolled | {row.person for row in world.caseload.contacts}
    free = [n for n, person in enumerate(world.people) if n not in busy and not person.key]
    coordinator = next(row for row in world.at_unit("intake", "nurse") if row.staff.user_id)
    for number, person in enumerate(rng.sample(free, min(REFUSED, len(free)))):
        at = world.clock(-3 - 3 * number, 9 * 60 + rng.randint(0, 300))
        patient = world.patients[person]
        if patient.listed_at is None:
            continue
        row = intake.register_request(
            patient=patient,
            intake=world.units["intake"],
            sender_unit=patient.listed_at,
            channel=Channel.HEALTH_CENTRE,
            urgency=Urgency.PLANNED,
            question=rng.choice(_QUESTIONS),
            by=coordinator,
            at=at,
        )
        reason, step = _NOBODY
        later = at + timedelta(hours=2)
        intake.refuse_request(request=row.pk, reason=reason, next_step=step, by=coordinator, at=later)


def load_past_handovers(world: World, stock: Stock) -> None:
    """Coordination handed over to home nursing: most accepted by the next weekday, some later, some declined."""
    rng = sources.stream(world.seed, f"past-handovers-{world.model}")
    taken = set(Handover.objects.values_list("patient", flat=True))
    fitting = [
        row
        for row in world.caseload.enrolments
        if not world.people[row.person].key
        and row.holders["nursing"] != row.team
        and row.days_ago > 6
        and world.patients[row.person].pk not in taken
    ]
    for number, spec in enumerate(rng.sample(fitting, min(HANDED_OVER, len(fitting)))):
        _hand_over(world, stock, rng, spec, number)


def _hand_over(world: World, stock: Stock, rng: random.Random, spec: EnrolmentSpec, number: int) -> None:
    days = rng.randint(5, min(DAYS_BACK, spec.days_ago - 1))
    while is_day_off(world.date - timedelta(days=days)):
        days -= 1
    at = world.clock(-days, 9 * 60 + rng.randint(0, 360))
    texts = sources.yaml_data("requests.yaml")["handovers"]["coordination"]
    receiver: CareUnit = world.units[spec.holders["nursing"]]
    handover = care.propose_handover(
        episode=stock.enrolled[spec.person],
        receiver=receiver,
        kinds=["coordination"],
        content=Content(**texts[number % len(texts)], told="Patienten och närstående"),
        ends_episode=False,
        by=world.anybody_at(spec.team, number),
        at=at,
    )
    by, drawn = world.anybody_at(spec.holders["nursing"], number), rng.random()
    if drawn < _ACCEPTED:
        wait = timedelta(hours=3) if drawn < _ACCEPTED_SOON else timedelta(days=4)
        # What waited so long had run late, and was told further before the answer came.
        escalate_handovers(at + wait - timedelta(minutes=1))
        care.accept_handover(handover=handover, by=by, at=at + wait)
    else:
        reason = "Vi behöver veta vem som är läkare på kvällar innan vi kan ta emot."
        care.decline_handover(handover=handover, reason=reason, by=by, at=at + timedelta(hours=5))


def load_notices(world: World) -> None:
    """The health centres have been told of nearly all in home nursing; today's nurses tell of the rest."""
    rng = sources.stream(world.seed, f"notices-{world.model}")
    relations = CareRelation.objects.filter(kind=CareRelation.Kind.HOME_NURSING, until=None).select_related(
        "patient", "unit"
    )
    rows, acts = [], []
    senders: dict[object, Commission] = {}
    for each in Commission.objects.filter(unit__kind=CareUnit.Kind.HOME_NURSING).order_by("hsa_id"):
        senders.setdefault(each.unit_id, each)
    for relation in relations.order_by("patient__sort_key", "pk"):
        sender, centre = senders.get(relation.unit_id), relation.patient.listed_at_id
        if sender is None or centre is None or rng.random() < _NOT_SENT:
            continue
        key = world.id("notice", relation.patient_id, relation.unit_id)
        row = HomeNursingNotice(
            id=key, patient=relation.patient, owner_unit=relation.unit, health_centre_id=centre,
            sent_at=relation.since, sent_by=sender, read_at=relation.since, read_by=sender,
        )  # fmt: skip
        rows.append(row)
        acts.append(Act("followup.send_notice", sender, row.sent_at, (row.patient_id,), "homenursingnotice", key))
    HomeNursingNotice.objects.bulk_create(rows, batch_size=500)
    write_all(acts)
