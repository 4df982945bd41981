"""Today's requests, hand-overs and ward stays, each step by the action a person would have used."""

from datetime import datetime, timedelta

from narvard.access.guard import open_patient
from narvard.care import actions as care
from narvard.care.actions.handovers import Content
from narvard.care.models import Episode, Handover
from narvard.demo import sources
from narvard.demo.caseload import EnrolmentSpec
from narvard.demo.cast import STAFF
from narvard.demo.load.care import Stock
from narvard.demo.load.world import World
from narvard.demo.requests import RequestSpec, requests
from narvard.flows import triage
from narvard.intake import actions as intake
from narvard.intake.models import CareRequest
from narvard.intake.triage import Option
from narvard.organisation.models import CareUnit, Commission

_STEP = timedelta(minutes=4)
HANDOVERS_WAITING, HANDOVERS_READ, HANDOVERS_DECLINED, HANDOVERS_MEDICAL = 9, 3, 2, 2
# By operating model: who hands medical responsibility over to whom when specialists are needed.
_MEDICAL = {"today": ("got", "palliativ"), "joint": ("pv-umea-ost", "sk-umea-norr")}


def load_requests(world: World) -> None:
    """Register the requests in order of time and take each as far as it has come."""
    for turn, spec in enumerate(requests(world.seed, world.area, world.people, world.caseload)):
        _request(world, spec, turn)


def _request(world: World, spec: RequestSpec, turn: int) -> None:
    at = world.morning - timedelta(minutes=spec.minutes_ago)
    sender = world.units[spec.sender]
    by = world.anybody_at(spec.sender, turn) if spec.sender != "intake" else _coordinator(world)
    _stay_on_ward(world, spec, by, at)
    row = intake.register_request(
        patient=world.patients[spec.person],
        intake=world.units["intake"],
        sender_unit=sender,
        channel=spec.channel,
        urgency=spec.urgency,
        question=spec.question,
        background=spec.background,
        caller_name=spec.caller,
        caller_phone=spec.caller_phone,
        by=by,
        at=at,
    )
    if spec.path != "new":
        _follow(world, row, spec, by, at + _STEP)


def _coordinator(world: World) -> Commission:
    return next(row for row in world.at_unit("intake", "nurse") if row.staff.user_id)


def _stay_on_ward(world: World, spec: RequestSpec, by: Commission, at: datetime) -> None:
    """Those whom a ward asks about are on the ward."""
    if spec.channel == "ward":
        admitted = at - timedelta(days=2 + spec.person % 5)
        care.admit_patient(patient=world.patients[spec.person], ward=by.unit, admitted_at=admitted, by=by, at=admitted)


def _follow(world: World, row: CareRequest, spec: RequestSpec, by: Commission, at: datetime) -> None:
    """What came of the request after it was registered."""
    coordinator, told = _coordinator(world), spec.reasons or {}
    if spec.path == "withdrawn":
        intake.withdraw_request(request=row.pk, reason=told["withdrawn"], by=by, at=at)
    elif spec.path == "advice":
        advice = "Råd om vad som ska hållas under uppsikt, ny kontakt vid försämring."
        intake.close_with_advice(request=row.pk, advice=advice, by=coordinator, at=at)
    elif spec.path == "refused":
        reason, step = told["declined"], told["next_step"]
        intake.refuse_request(request=row.pk, reason=reason, next_step=step, by=coordinator, at=at)
    else:
        _through_team(world, row, spec, coordinator, at)


def _through_team(world: World, row: CareRequest, spec: RequestSpec, coordinator: Commission, at: datetime) -> None:
    """The coordinator asks one of the teams that fit best, told why when none does."""
    opened = open_patient(row.patient_id, by=coordinator, at=at)
    _seen, ranked = triage.options(opened, row, at)
    by_id = {unit.pk: (key, unit) for key, unit in world.units.items()}
    best = _chosen(world, ranked, spec.person)
    key, team = by_id[best.team]
    reason = "Enda teamet som kan komma i dag." if best.verdict == "not" else ""
    triage.assign(opened=opened, request=row, team=team, by=coordinator, at=at, reason=reason)
    if spec.path == "asked":
        return
    answerer = world.anybody_at(key, spec.person)
    _answer(world, row, spec, answerer, [by_id[option.team] for option in ranked if option is not best], at + _STEP)


def _chosen(world: World, ranked: list[Option], turn: int) -> Option:
    """One of the teams with the best verdict; the cast's own team every other time it is among them."""
    alike = [option for option in ranked if option.verdict == ranked[0].verdict]
    own = world.units[STAFF["sara"].units[world.model][0]].pk
    return next((option for option in alike if option.team == own and turn % 2), alike[turn % len(alike)])


def _answer(
    world: World,
    row: CareRequest,
    spec: RequestSpec,
    by: Commission,
    others: list[tuple[str, CareUnit]],
    at: datetime,
) -> None:
    told = spec.reasons or {}
    if spec.path == "declined":
        intake.decline_request(request=row.pk, reason=told["declined"], next_step=told["next_step"], by=by, at=at)
    elif spec.path == "missent":
        intake.mark_missent(request=row.pk, reason=told["missent"], next_step=told["next_step"], by=by, at=at)
    elif spec.path == "forwarded" and others:
        intake.forward_request(request=row.pk, team=others[0][1], reason=told["forwarded"], by=by, at=at)
    else:
        intake.take_request(request=row.pk, by=by, at=at)
        if spec.path == "started":
            _start(world, row, by, at + _STEP)


def _start(world: World, row: CareRequest, by: Commission, at: datetime) -> None:
    """The team started with a single visit; the request has led to what it asked for."""
    patient = world.patients[[patient.pk for patient in world.patients].index(row.patient_id)]
    row.refresh_from_db()
    care.start_contact(patient=patient, unit=by.unit, form=Episode.Form.SINGLE_VISIT, request=row, by=by, at=at)
    intake.end_with_episode(request=row.pk, by=by, at=at)


def load_handovers(world: World, stock: Stock) -> None:
    """Hand-overs of coordination that wait, are read, or were declined on Friday, and two of medical responsibility.

    Inga's and two to the cast's nurse are among those that wait.
    """
    rng = sources.stream(world.seed, f"handovers-{world.model}")
    enrolments = world.caseload.enrolments
    named = [row for row in enrolments if world.people[row.person].key == "inga"]
    pool = [row for row in enrolments if not world.people[row.person].key and row.holders["nursing"] != row.team]
    to_cast = [row for row in pool if row.holders["nursing"] in STAFF["marie"].units[world.model]][:2]
    rest = [row for row in pool if row not in to_cast]
    wanted = HANDOVERS_WAITING + HANDOVERS_READ + HANDOVERS_DECLINED - len(named) - len(to_cast)
    drawn = rng.sample(rest, wanted)
    for number, spec in enumerate([*named, *to_cast, *drawn]):
        _to_home_nursing(world, stock, spec, number)
    left = [row for row in rest if row not in drawn and row.team == _MEDICAL[world.model][0]]
    for number, spec in enumerate(rng.sample(left, HANDOVERS_MEDICAL)):
        _to_specialists(world, stock, spec, number)


def _to_home_nursing(world: World, stock: Stock, spec: EnrolmentSpec, number: int) -> None:
    """The team hands coordination over to the municipality's home nursing."""
    at = world.clock(-3, 13 * 60 + 7 * number)
    handover = _propose(world, stock, spec, spec.holders["nursing"], ["coordination"], number, at)
    answerer = world.anybody_at(spec.holders["nursing"], number)
    if number >= HANDOVERS_WAITING:
        care.read_handover(handover=handover, by=answerer, at=at + _STEP)
    if number >= HANDOVERS_WAITING + HANDOVERS_READ:
        handover.refresh_from_db()
        reason = "Behöver veta vem som är läkare på kvällar innan vi kan ta emot."
        care.decline_handover(handover=handover, reason=reason, by=answerer, at=at + 2 * _STEP)


def _to_specialists(world: World, stock: Stock, spec: EnrolmentSpec, number: int) -> None:
    """The team hands medical responsibility and coordination over to the specialists."""
    at = world.clock(-3, 15 * 60 + 9 * number)
    _propose(world, stock, spec, _MEDICAL[world.model][1], ["medical", "coordination"], number, at)


def _propose(
    world: World, stock: Stock, spec: EnrolmentSpec, receiver: str, kinds: list[str], number: int, at: datetime
) -> Handover:
    texts = sources.yaml_data("requests.yaml")["handovers"][kinds[0]]
    return care.propose_handover(
        episode=stock.enrolled[spec.person],
        receiver=world.units[receiver],
        kinds=kinds,
        content=Content(**texts[number % len(texts)], told="Patienten och närstående"),
        ends_episode="medical" in kinds,
        by=world.anybody_at(spec.team, number),
        at=at,
    )
