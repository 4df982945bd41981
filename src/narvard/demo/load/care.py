"""The stock of care: consents, enrolments with their responsibility, designated contacts, contacts and visit needs."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from narvard.access.models import CareRelation, Consent
from narvard.care.models import DesignatedContact, Episode, Responsibility
from narvard.core.audit import Act, write_all
from narvard.demo import sources
from narvard.demo.caseload import ContactSpec, EnrolmentSpec
from narvard.demo.load.codes import code_for
from narvard.demo.load.relations import Kind, once_each, relation
from narvard.demo.load.world import World
from narvard.demo.needs import NeedSpec, RoleSpec
from narvard.demo.residents import Resident
from narvard.organisation.models import CareUnit, Commission, Programme, Staff
from narvard.people.models import InformationKind, Patient
from narvard.visits.models import NeedRole, VisitNeed

_BATCH = 500
_START_MINUTE = 10 * 60
_UNNAMED_EACH = 23
# Who shares the record across providers: most people say yes, some are not asked yet.
_SHARES_RECORD = 0.86
_ASSESSMENT = (
    "Kan inte ta ställning på grund av kognitiv sjukdom. Har tidigare sagt att hon eller han vill vårdas hemma."
)
_ATTITUDE = "Närstående och kontaktpersonen är tillfrågade. Personen visar inget motstånd mot teamets besök."
# After an ended contact its unit may finish its records for a week, as `care` has it.
_AFTERWARDS = timedelta(days=7)


@dataclass
class Stock:
    """Rows to be stored together, and what the history and the day build on."""

    consents: list[Consent] = field(default_factory=list)
    episodes: list[Episode] = field(default_factory=list)
    ledger: list[Responsibility] = field(default_factory=list)
    contacts: list[DesignatedContact] = field(default_factory=list)
    needs: list[VisitNeed] = field(default_factory=list)
    roles: list[NeedRole] = field(default_factory=list)
    relations: list[CareRelation] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    specs: dict[object, NeedSpec] = field(default_factory=dict)
    """The drawn need by the stored need's id."""
    enrolled: dict[int, Episode] = field(default_factory=dict)
    """The open enrolment by the person's place in the list."""


def load_care(world: World) -> Stock:
    """Store everything that was already going on when the demo day starts."""
    stock = Stock()
    programmes = {row.key: row for row in Programme.objects.all()}
    rng = sources.stream(world.seed, f"care-{world.model}")
    for enrolment in world.caseload.enrolments:
        _enrol(world, stock, rng, enrolment, programmes)
    for contact in world.caseload.contacts:
        _contact(world, stock, contact, programmes)
    Consent.objects.bulk_create(stock.consents, batch_size=_BATCH)
    Episode.objects.bulk_create(stock.episodes, batch_size=_BATCH)
    Responsibility.objects.bulk_create(stock.ledger, batch_size=_BATCH)
    DesignatedContact.objects.bulk_create(stock.contacts, batch_size=_BATCH)
    VisitNeed.objects.bulk_create(stock.needs, batch_size=_BATCH)
    NeedRole.objects.bulk_create(stock.roles, batch_size=_BATCH)
    CareRelation.objects.bulk_create(once_each(stock.relations), batch_size=_BATCH)
    write_all(stock.acts)
    return stock


def _enrol(
    world: World, stock: Stock, rng: random.Random, spec: EnrolmentSpec, programmes: dict[str, Programme]
) -> None:
    person, patient = world.people[spec.person], world.patients[spec.person]
    at = world.clock(-spec.days_ago, _START_MINUTE)
    by = _starter(world, spec.team, spec.person)
    consent = _consent(world, stock, person, patient, Consent.Kind.ENROLMENT, spec.consent_how, by, at)
    if rng.random() < _SHARES_RECORD or person.key:
        _consent(world, stock, person, patient, Consent.Kind.SHARED_RECORD, spec.consent_how, by, at)
    episode = _episode(world, stock, spec.person, spec.team, programmes, Episode.Form.ENROLMENT, at, by)
    episode.consent, episode.goal = consent, spec.goal
    stock.enrolled[spec.person] = episode
    stock.relations.append(relation(world, patient, episode.unit, Kind.ENROLMENT, "episode", episode.pk, at))
    for kind, holder in spec.holders.items():
        _hold(world, stock, patient, kind, world.units[holder], episode, by, at)
    _designate(world, stock, spec, patient, by, at)
    for number, need in enumerate(spec.needs):
        _need(world, stock, rng, episode, number, need, at, by)


def _starter(world: World, unit: str, turn: int) -> Commission:
    """The nurse (or anybody) of a unit who met the person first: cast meets cast."""
    nurses = world.at_unit(unit, "nurse") or world.at_unit(unit)
    named = [row for row in nurses if row.staff.user_id]
    return named[0] if named and world.people[turn].key else nurses[turn % len(nurses)]


def _consent(
    world: World,
    stock: Stock,
    person: Resident,
    patient: Patient,
    kind: Consent.Kind,
    how: str,
    by: Commission,
    at: datetime,
) -> Consent:
    guardian = next((kin.name for kin in person.kin if kin.kind == "guardian"), "")
    consent = Consent(
        id=world.id("consent", person.number, kind),
        patient=patient,
        kind=kind,
        how=how,
        given_by=guardian if how == Consent.How.GUARDIAN else "",
        assessment=_ASSESSMENT if how == Consent.How.CANNOT else "",
        attitude=_ATTITUDE if how == Consent.How.CANNOT else "",
        nothing_against=how == Consent.How.CANNOT,
        since=at,
        recorded_by=by,
    )
    stock.consents.append(consent)
    act = Act("access.record_consent", by, at, (patient.pk,), "consent", consent.pk, reason=f"{kind} {how}")
    stock.acts.append(act)
    return consent


def _episode(
    world: World,
    stock: Stock,
    place: int,
    unit: str,
    programmes: dict[str, Programme],
    form: str,
    at: datetime,
    by: Commission,
) -> Episode:
    patient, team = world.patients[place], world.area.units[unit].team
    enrolment = form == Episode.Form.ENROLMENT
    episode = Episode(
        id=world.id("episode", world.people[place].number, unit, form),
        patient=patient,
        owner_unit=world.units[unit],
        information_kind=InformationKind.COORDINATION,
        kind=Episode.Kind.ENROLMENT if enrolment else Episode.Kind.CONTACT,
        form=form,
        unit=world.units[unit],
        programme=programmes[team.programme] if team else None,
        started_at=at,
        started_by=by,
    )
    stock.episodes.append(episode)
    stock.acts.append(Act("care.start_episode", by, at, (patient.pk,), "episode", episode.pk, reason=form))
    return episode


def _hold(
    world: World,
    stock: Stock,
    patient: Patient,
    kind: str,
    holder: CareUnit,
    episode: Episode,
    by: Commission,
    at: datetime,
) -> None:
    row = Responsibility(
        id=world.id("responsibility", patient.pk, kind),
        patient=patient,
        kind=kind,
        sequence=1,
        starts_at=at,
        holder=holder,
        because=Responsibility.Because.ENROLMENT,
        source_id=episode.pk,
        by=by,
        recorded_at=at,
    )
    stock.ledger.append(row)
    stock.relations.append(relation(world, patient, holder, Kind.RESPONSIBILITY, "responsibility", row.pk, at))
    stock.acts.append(
        Act("care.responsibility", by, at, (patient.pk,), "responsibility", episode.pk, reason=f"{kind}→{holder.pk}")
    )


def _designate(world: World, stock: Stock, spec: EnrolmentSpec, patient: Patient, by: Commission, at: datetime) -> None:
    """A fixed care contact at the coordinating unit and a fixed physician where the medical responsibility is."""
    chosen = [(DesignatedContact.Kind.CARE_CONTACT, _starter(world, spec.holders["coordination"], spec.person))]
    physicians = world.at_unit(spec.holders["medical"], "physician")
    # Some have nobody named yet: registration's page asks for it.
    if physicians and (world.people[spec.person].key or spec.person % _UNNAMED_EACH):
        named = [row for row in physicians if row.staff.user_id]
        chosen.append((DesignatedContact.Kind.PHYSICIAN_CONTACT, (named or physicians)[0]))
    for kind, who in chosen:
        row = DesignatedContact(
            id=world.id("designated", patient.pk, kind),
            patient=patient,
            owner_unit=who.unit,
            information_kind=InformationKind.COORDINATION,
            kind=kind,
            staff=who.staff,
            unit=who.unit,
            since=at,
            recorded_by=by,
        )
        stock.contacts.append(row)
        reason = f"{kind} {who.staff_id}"
        stock.acts.append(
            Act("care.designate_contact", by, at, (patient.pk,), "designatedcontact", row.pk, reason=reason)
        )


def _need(
    world: World,
    stock: Stock,
    rng: random.Random,
    episode: Episode,
    number: int,
    spec: NeedSpec,
    at: datetime,
    by: Commission,
) -> None:
    need = VisitNeed(
        id=world.id("need", episode.pk, number),
        patient=episode.patient,
        owner_unit=episode.unit,
        information_kind=InformationKind.COORDINATION,
        episode=episode,
        what=spec.story.what,
        code=code_for(spec.story),
        mode=spec.mode,
        minutes=spec.story.minutes,
        priority=spec.priority,
        first_on=spec.first_on,
        last_on=spec.last_on,
        every_days=spec.every_days,
        weekdays=list(spec.weekdays),
        window_from=spec.window[0],
        window_until=spec.window[1],
        bring=spec.story.bring,
    )
    stock.needs.append(need)
    stock.specs[need.pk] = spec
    for position, role in enumerate(spec.roles, start=1):
        stock.roles.append(_role(world, rng, need, position, role))
    for unit in _meeting(world, need, [world.units[role.unit] for role in spec.roles]):
        stock.relations.append(relation(world, need.patient, unit, Kind.VISIT, "visitneed", need.pk, at))
    stock.acts.append(Act("visits.add_need", by, at, (need.patient_id,), "visitneed", need.pk))


def _meeting(world: World, need: VisitNeed, units: list[CareUnit]) -> list[CareUnit]:
    """Those who come, and the joint intake that plans the area (as `visits.relations` has it, without its query)."""
    return list({unit.pk: unit for unit in (*units, world.units["intake"])}.values())


def _role(world: World, rng: random.Random, need: VisitNeed, position: int, role: RoleSpec) -> NeedRole:
    return NeedRole(
        need=need,
        position=position,
        unit=world.units[role.unit],
        profession=role.profession,
        competence=world.competences[role.competence] if role.competence else None,
        preferred_staff=_preferred(world, rng, role),
    )


def _preferred(world: World, rng: random.Random, role: RoleSpec) -> Staff | None:
    """Somebody the patient knows, where there is somebody to know."""
    known = world.at_unit(role.unit, role.profession)
    return rng.choice(known).staff if known and rng.random() < 0.35 else None


def _contact(world: World, stock: Stock, spec: ContactSpec, programmes: dict[str, Programme]) -> None:
    at = world.clock(-spec.days_ago, _START_MINUTE)
    by = _starter(world, spec.unit, spec.person)
    episode = _episode(world, stock, spec.person, spec.unit, programmes, spec.form, at, by)
    until = None
    if spec.ended_days_ago is not None:
        ended = max(at, world.clock(-spec.ended_days_ago, 15 * 60))
        episode.ended_at, episode.ended_by, until = ended, by, ended + _AFTERWARDS
        episode.end_reason = "råd gavs" if spec.form == Episode.Form.ADVICE else "besöket gjort"
        if spec.form == Episode.Form.ADVICE:
            episode.answer, episode.answered_at = "Råd om vad som ska hållas under uppsikt och vem som rings.", ended
        stock.acts.append(
            Act("care.end_episode", by, ended, (episode.patient_id,), "episode", episode.pk, reason=episode.end_reason)
        )
    stock.relations.append(
        relation(world, episode.patient, episode.unit, Kind.CONTACT, "episode", episode.pk, at, until)
    )
    rng = sources.stream(world.seed, f"contact-{spec.person}")
    for number, need in enumerate(spec.needs):
        _need(world, stock, rng, episode, number, need, at, by)


def open_needs(stock: Stock) -> Iterator[tuple[VisitNeed, NeedSpec]]:
    """The stored needs with what was drawn."""
    for need in stock.needs:
        yield need, stock.specs[need.pk]
