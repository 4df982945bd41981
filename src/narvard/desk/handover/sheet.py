"""A hand-over as giver and receiver see it alike, and what each of them may do."""

from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from narvard.access.guard import OpenPatient
from narvard.care import presenters, queries
from narvard.care.models import Handover, HandoverEvent, Responsibility
from narvard.core.sentences import read_again
from narvard.desk.handover.forms import AcceptForm, AnswerForm, ArrivedForm, DropForm, HandBackDayForm
from narvard.organisation.models import CareUnit, Commission
from narvard.organisation.notices.queries import chiefs_told
from narvard.people.models import Patient
from narvard.people.queries import age, shown_identifier
from narvard.ui.parts import Entry
from narvard.visits.models import VisitNeed
from narvard.visits.queries import needs_of

Role = Commission.Role
AnyForm = AcceptForm | AnswerForm | DropForm | HandBackDayForm
ANSWERERS = (Role.TEAM, Role.PHYSICIAN, Role.MUNICIPAL, Role.WARD, Role.SOCIAL)


@dataclass(frozen=True)
class Receiver:
    """Another receiver of the same bundle: who, what, and what it has answered."""

    name: str
    kinds: str
    state: tuple[str, str]


@dataclass(frozen=True)
class HandBack:
    """The way back of a temporary take-over: the day, whether it is late or done, and where to do it."""

    day: date
    late: bool
    returned: bool
    url: str


@dataclass(frozen=True)
class Sheet:
    """Everything on the page."""

    handover: Handover
    patient: Patient
    years: int
    identifier: str
    kinds: str
    state: tuple[str, str]
    bar: presenters.Bar
    content: list[tuple[str, str]]
    needs: list[VisitNeed]
    history: list[Entry]
    chiefs: list[str]
    others: list[Receiver]
    back: HandBack | None
    day: HandBackDayForm | None
    accept: AcceptForm | None
    decline: AnswerForm | None
    withdraw: AnswerForm | None
    escalate: AnswerForm | None
    arrived: ArrivedForm | None
    go_on: str
    drop: DropForm | None
    says: list[str]


def sheet_of(
    handover: Handover,
    opened: OpenPatient,
    at: datetime,
    failed: dict[str, AnyForm] | None = None,
    arrived: ArrivedForm | None = None,
) -> Sheet:
    """The page; ``failed`` and ``arrived`` hold a form that was refused, to be shown with its errors."""
    own = handover.episode.unit_id == handover.giver_id
    needs = [need for need in opened.readable(needs_of(opened.patient)) if need.episode_id == handover.episode_id]
    needs = needs if own else []
    owed = queries.is_to_hand_back(handover)
    forms = _forms(handover, opened, bool(needs), owed) | (failed or {})
    accept, day = forms.get("accept"), forms.get("hand-back-day")
    return Sheet(
        handover=handover,
        patient=opened.patient,
        years=age(opened.patient, at.date()),
        identifier=shown_identifier(opened.patient),
        kinds=presenters.what_is_asked(handover),
        state=presenters.handover_state(handover),
        bar=presenters.handover_bar(handover, _moved_at(handover), at),
        content=_content(handover),
        needs=needs,
        history=_history(handover, opened),
        chiefs=_chiefs(handover, opened),
        others=_others(handover, opened),
        back=_back(handover, opened, owed, at),
        day=day if isinstance(day, HandBackDayForm) else None,
        accept=accept if isinstance(accept, AcceptForm) else None,
        decline=_answer(forms.get("decline")),
        withdraw=_answer(forms.get("withdraw")),
        escalate=_answer(forms.get("escalate")),
        arrived=arrived or _arrived(handover, opened.by),
        go_on=reverse("handover:new", args=[handover.patient_id]) if "drop" in forms else "",
        drop=_drop(forms.get("drop")),
        says=_says(handover, bool(needs)),
    )


def _answer(form: AnyForm | None) -> AnswerForm | None:
    return form if isinstance(form, AnswerForm) else None


def _chiefs(handover: Handover, opened: OpenPatient) -> list[str]:
    """The managers in person whom an escalation has called in."""
    if handover.escalated_at is None or not opened.names_units:
        return []
    rows = {row.staff_id: f"{row.staff.name}, {row.unit.name}" for row in chiefs_told(handover.pk)}
    return list(rows.values())


def _drop(form: AnyForm | None) -> DropForm | None:
    return form if isinstance(form, DropForm) else None


def _others(handover: Handover, opened: OpenPatient) -> list[Receiver]:
    """Whom else the giver asked at the same time; each receiver was told that they see each other."""
    return [
        Receiver(opened.name_of(row.receiver), presenters.kinds_in_words(row.kinds), presenters.handover_state(row))
        for row in queries.bundled_with(handover)
    ]


def _back(handover: Handover, opened: OpenPatient, owed: bool, at: datetime) -> HandBack | None:
    if handover.hand_back_on is None:
        return None
    accepted = handover.state == Handover.State.ACCEPTED
    mine = owed and opened.by.unit_id == handover.receiver_id and opened.by.role in ANSWERERS
    url = f"{reverse('handover:new', args=[handover.patient_id])}?tillbaka={handover.pk}" if mine else ""
    late = owed and timezone.localdate(at) > handover.hand_back_on
    return HandBack(handover.hand_back_on, late, accepted and not owed, url)


def _forms(handover: Handover, opened: OpenPatient, has_visits: bool, owed: bool) -> dict[str, AnyForm]:
    """What the reader may answer, by unit and role."""
    by, version = opened.by, handover.version
    if by.role not in ANSWERERS:
        return {}
    if owed and by.unit_id in {handover.giver_id, handover.receiver_id}:
        return {"hand-back-day": HandBackDayForm(version=version, auto_id="day_%s")}
    if handover.state == Handover.State.PREPARED and by.unit_id == handover.giver_id:
        return {"drop": DropForm(version=version, auto_id="drop_%s")}
    if handover.state not in Handover.OPEN_STATES:
        return {}
    forms: dict[str, AnyForm] = {}
    if by.unit_id == handover.receiver_id:
        takes = {"takes_visits": handover.ends_episode or handover.hand_back_on is not None}
        forms["accept"] = AcceptForm(has_visits=has_visits, version=version, initial=takes, auto_id="accept_%s")
        if not is_bound_to_accept(handover, opened.patient):
            forms["decline"] = AnswerForm(version=version, auto_id="decline_%s")
    if by.unit_id == handover.giver_id:
        forms["withdraw"] = AnswerForm(version=version, auto_id="withdraw_%s")
    if forms:
        forms["escalate"] = AnswerForm(version=version, auto_id="escalate_%s")
    return forms


def _arrived(handover: Handover, by: Commission) -> ArrivedForm | None:
    """The form for who has given the bed, until the person has come."""
    given = handover.bed and handover.state == Handover.State.ACCEPTED and handover.arrived_at is None
    mine = by.unit_id == handover.receiver_id and by.role in ANSWERERS
    return ArrivedForm(version=handover.version, auto_id=False) if given and mine else None


def is_bound_to_accept(handover: Handover, patient: Patient) -> bool:
    """Whether the receiver is the health centre where the patient is listed: it can only escalate."""
    return handover.receiver.kind == CareUnit.Kind.HEALTH_CENTRE and patient.listed_at_id == handover.receiver_id


def _moved_at(handover: Handover) -> datetime | None:
    if handover.state != Handover.State.ACCEPTED:
        return None
    row = Responsibility.objects.filter(source_id=handover.pk).order_by("starts_at").first()
    return row.starts_at if row else None


def _content(handover: Handover) -> list[tuple[str, str]]:
    parts = [
        (_("Varför"), handover.reason),
        (_("Vad har gjorts"), handover.done),
        (_("Vad återstår"), handover.remains),
        (_("Mål och plan"), handover.goals),
        (_("Läkemedel och det som finns hemma"), handover.medicines),
        (_("Risker"), handover.risks),
        (_("Vilka vet om det"), handover.told),
    ]
    return [(label, text) for label, text in parts]


def _history(handover: Handover, opened: OpenPatient) -> list[Entry]:
    marks = {Handover.State.ACCEPTED: "done", Handover.State.PROPOSED: "waiting"}
    return [
        Entry(
            event.at,
            _step(event).capitalize(),
            read_again(event.reason),
            f"{event.by.staff.name}, {event.by.unit.name}" if event.by else "",
            marks.get(Handover.State(event.state), "neutral"),
        )
        for event in map(opened.told, handover.events.select_related("by__staff", "by__unit"))
    ]


def _step(event: HandoverEvent) -> str:
    if event.escalated:
        return _("eskalerad till båda cheferna")
    if event.state == Handover.State.ACCEPTED and event.reason:
        return _("ny dag för att lämna tillbaka")
    words = {
        Handover.State.PREPARED: _("förberedd"),
        Handover.State.PROPOSED: _("erbjuden"),
        Handover.State.READ: _("läst av mottagaren"),
    }
    return words.get(Handover.State(event.state), str(event.get_state_display()))


def _says(handover: Handover, has_visits: bool) -> list[str]:
    words = {
        "giver": handover.giver.name,
        "receiver": handover.receiver.name,
        "kinds": presenters.what_is_asked(handover),
    }
    if handover.bed:
        return _bed_says(handover, words)
    says = [_("%(receiver)s ansvarar för: %(kinds)s.") % words, _("%(giver)s ansvarar inte längre för det.") % words]
    if handover.hand_back_on:
        says[1] = _("Det är tillfälligt: ni ska lämna tillbaka det till %(giver)s senast %(day)s.") % {
            **words,
            "day": f"{handover.hand_back_on:%Y-%m-%d}",
        }
    elif has_visits:
        says.append(_("Besök som ni inte tar över ställs in när inskrivningen hos %(giver)s avslutas.") % words)
    return says


def _bed_says(handover: Handover, words: dict[str, str]) -> list[str]:
    """What a yes to a bed means: the person is expected, and until then nothing has moved."""
    says = [_("%(receiver)s håller en plats: %(kinds)s.") % words]
    if handover.kinds:
        told = {**words, "moved": presenters.kinds_in_words(handover.kinds)}
        return [*says, _("%(receiver)s ansvarar för %(moved)s i stället för %(giver)s.") % told]
    return [*says, _("%(giver)s ansvarar tills personen är på plats.") % words]
