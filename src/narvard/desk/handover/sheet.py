"""A hand-over as giver and receiver see it alike, and what each of them may do."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from narvard.access.guard import OpenPatient
from narvard.care import presenters
from narvard.care.models import Handover, HandoverEvent, Responsibility
from narvard.core.sentences import read_again
from narvard.desk.handover.forms import AcceptForm, AnswerForm
from narvard.organisation.models import CareUnit, Commission
from narvard.people.models import Patient
from narvard.people.queries import age, shown_identifier
from narvard.ui.parts import Entry
from narvard.visits.models import VisitNeed
from narvard.visits.queries import needs_of

Role = Commission.Role
ANSWERERS = (Role.TEAM, Role.PHYSICIAN, Role.MUNICIPAL, Role.WARD, Role.SOCIAL)


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
    accept: AcceptForm | None
    decline: AnswerForm | None
    withdraw: AnswerForm | None
    escalate: AnswerForm | None
    says: list[str]


def sheet_of(
    handover: Handover, opened: OpenPatient, at: datetime, failed: dict[str, AcceptForm | AnswerForm] | None = None
) -> Sheet:
    """The page; ``failed`` holds a form that was refused, to be shown with its errors."""
    needs = [need for need in opened.readable(needs_of(opened.patient)) if need.episode_id == handover.episode_id]
    forms = _forms(handover, opened, bool(needs)) | (failed or {})
    accept = forms.get("accept")
    return Sheet(
        handover=handover,
        patient=opened.patient,
        years=age(opened.patient, at.date()),
        identifier=shown_identifier(opened.patient),
        kinds=presenters.kinds_in_words(handover.kinds),
        state=presenters.handover_state(handover),
        bar=presenters.handover_bar(handover, _moved_at(handover), at),
        content=_content(handover),
        needs=needs,
        history=_history(handover, opened),
        accept=accept if isinstance(accept, AcceptForm) else None,
        decline=_answer(forms.get("decline")),
        withdraw=_answer(forms.get("withdraw")),
        escalate=_answer(forms.get("escalate")),
        says=_says(handover, bool(needs)),
    )


def _answer(form: AcceptForm | AnswerForm | None) -> AnswerForm | None:
    return form if isinstance(form, AnswerForm) else None


def _forms(handover: Handover, opened: OpenPatient, has_visits: bool) -> dict[str, AcceptForm | AnswerForm]:
    """What the reader may answer, by unit and role."""
    by = opened.by
    if handover.state not in Handover.OPEN_STATES or by.role not in ANSWERERS:
        return {}
    version = handover.version
    forms: dict[str, AcceptForm | AnswerForm] = {}
    if by.unit_id == handover.receiver_id:
        takes = {"takes_visits": handover.ends_episode}
        forms["accept"] = AcceptForm(has_visits=has_visits, version=version, initial=takes, auto_id="accept_%s")
        if not is_bound_to_accept(handover, opened.patient):
            forms["decline"] = AnswerForm(version=version, auto_id="decline_%s")
    if by.unit_id == handover.giver_id:
        forms["withdraw"] = AnswerForm(version=version, auto_id="withdraw_%s")
    if forms:
        forms["escalate"] = AnswerForm(version=version, auto_id="escalate_%s")
    return forms


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
    words = {Handover.State.PROPOSED: _("erbjuden"), Handover.State.READ: _("läst av mottagaren")}
    return words.get(Handover.State(event.state), str(event.get_state_display()))


def _says(handover: Handover, has_visits: bool) -> list[str]:
    words = {
        "giver": handover.giver.name,
        "receiver": handover.receiver.name,
        "kinds": presenters.kinds_in_words(handover.kinds),
    }
    says = [_("%(receiver)s ansvarar för: %(kinds)s.") % words, _("%(giver)s ansvarar inte längre för det.") % words]
    if has_visits:
        says.append(_("Besök som ni inte tar över ställs in när inskrivningen hos %(giver)s avslutas.") % words)
    return says
