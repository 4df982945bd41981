"""The loaded area holds together: counts, care relations, the ledger, audit rows; nothing leaks or lies ahead."""

import hashlib
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.db import transaction
from django.db.models import Exists, F, Max, OuterRef

from narvard.access import guard
from narvard.access.models import Block, BlockLift, CareRelation, Consent, EmergencyOpening, OwnRecord
from narvard.care.binder.models import BinderPicture
from narvard.care.conference.models import Conference, ConferenceCase, ConferenceMeeting
from narvard.care.kits.queries import to_see_to
from narvard.care.ledger import disorders, gaps
from narvard.care.models import ContactLeave, Duty, Episode, Handover, HospitalStay, Responsibility, Supply
from narvard.care.plans.definitions import kinds
from narvard.care.plans.models import Plan, PlanEvent, PlanVersion
from narvard.care.queries import ledger_of
from narvard.core import audit
from narvard.core.models import AuditEvent, AuditSubject, User
from narvard.demo import names, sources
from narvard.demo.cast import PASSWORD, PATIENTS, STAFF
from narvard.demo.load.history import DAYS_BACK
from narvard.demo.load.world import draw_world
from narvard.demo.loader import figures, store
from narvard.demo.models import DemoLoad
from narvard.deviations.models import Attachment, Deviation, DeviationEvent
from narvard.intake.early.models import OPEN_STATES, EarlyCase
from narvard.intake.models import CareRequest
from narvard.organisation.models import CareUnit, Commission, Staff, Team
from narvard.organisation.notices.models import Notice
from narvard.people.models import Address, Fact, Patient, PatientIdentifier, Relative, WhatMatters
from narvard.visits.models import NeedRole, Shift, Visit, VisitNote, VisitRole

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 23)
Kind = CareRelation.Kind


def quiet(_share: float, _message: str) -> None:
    """Progress that nobody reads."""


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """The joint model loaded once for the module, taken back afterwards."""
    with django_db_blocker.unblock(), transaction.atomic():
        drawn = draw_world(DAY, 1, "joint")
        store(drawn, quiet)
        yield drawn
        transaction.set_rollback(True)


def test_counts_are_those_of_the_brief(world):
    told = figures(DemoLoad.objects.get())
    assert told["patients"] == len(world.people)
    assert told["enrolled"] == 450
    assert 30 <= told["requests_open"] <= 60
    assert told["teams"] == 12
    assert told["visits_today"] >= 400
    assert told["in_need_estimate"] == 3122.7
    assert told["visits_planned"] + told["visits_unplanned"] == told["visits_today"]


def test_only_official_numbers_are_used(world):
    values = set(PatientIdentifier.objects.values_list("value", flat=True))
    assert values <= set(sources.official_numbers())
    assert len(values) == Patient.objects.count()


def test_every_phone_is_fictional(world):
    shown = set(Patient.objects.values_list("phone", flat=True))
    shown |= set(Relative.objects.values_list("phone", flat=True))
    shown |= set(Staff.objects.values_list("phone", flat=True))
    shown |= set(CareUnit.objects.values_list("phone", flat=True))
    shown |= set(CareRequest.objects.values_list("caller_phone", flat=True))
    assert shown - {""} <= names.fictional_phones()


def test_nothing_is_recorded_after_half_past_seven(world):
    assert AuditEvent.objects.aggregate(last=Max("at"))["last"] <= world.morning
    assert VisitNote.objects.aggregate(last=Max("written_at"))["last"] <= world.morning
    assert CareRequest.objects.aggregate(last=Max("registered_at"))["last"] <= world.morning
    assert Handover.objects.aggregate(last=Max("created_at"))["last"] <= world.morning
    assert not Episode.objects.filter(started_at__gt=world.morning).exists()


def test_every_enrolled_person_has_a_main_holder_of_each_kind_all_the_time(world):
    enrolments = Episode.objects.filter(kind=Episode.Kind.ENROLMENT).select_related("patient")
    for episode in enrolments:
        ledger = ledger_of(episode.patient)
        assert gaps(ledger, [(episode.started_at, episode.ended_at)]) == []
        assert disorders(ledger) == []


def test_nobody_is_enrolled_without_a_yes_and_a_guardian_says_it_for_a_child(world):
    enrolments = Episode.objects.filter(kind=Episode.Kind.ENROLMENT).select_related("consent", "patient")
    for episode in enrolments:
        assert episode.consent.patient_id == episode.patient_id
        assert episode.consent.kind == Consent.Kind.ENROLMENT
        assert episode.consent.since <= episode.started_at
    children = [episode for episode in enrolments if (DAY - episode.patient.birth_date).days < 18 * 365]
    assert children
    assert {episode.consent.how for episode in children} == {Consent.How.GUARDIAN}


def test_open_requests_have_a_keeper_a_clock_and_a_history(world):
    rows = CareRequest.objects.prefetch_related("events")
    assert Counter(row.state for row in rows).keys() == set(CareRequest.State.values)
    for row in rows:
        events = list(row.events.all())
        assert [event.sequence for event in events] == list(range(1, len(events) + 1))
        assert events[-1].state == row.state
        assert (row.state == "closed") == (row.due_at is None)


def test_few_requests_are_late_when_the_day_starts(world):
    late = CareRequest.objects.filter(due_at__lt=world.morning).count()
    assert 1 <= late <= 8


def test_deviations_stand_at_every_step_and_some_are_late(world):
    assert {row.state for row in Deviation.objects.all()} == set(Deviation.State.values)
    assert Deviation.objects.filter(due_at__lt=world.morning).count() >= 2
    assert DeviationEvent.objects.aggregate(last=Max("at"))["last"] <= world.morning
    assert Attachment.objects.exists()
    mas, team = world.units["safety-2460"], world.units["pv-umea-ost"]
    assert Deviation.objects.filter(unit__provider=mas.provider_id).exists()
    assert Deviation.objects.filter(unit=team).exists()


def test_the_casts_team_and_nurse_have_something_to_answer(world):
    team, nursing = world.units["pv-umea-ost"], world.units["nursing-2460"]
    assert CareRequest.objects.filter(team=team, state=CareRequest.State.ASKED).exists()
    assert Handover.objects.filter(receiver=nursing, state="proposed").count() >= 2


def test_early_signs_stand_at_every_step_and_one_of_the_casts_is_late(world):
    rows = EarlyCase.objects.all()
    assert {row.state for row in rows} == set(EarlyCase.State.values)
    assert {row.opened_by is None for row in rows} == {True, False}
    own = rows.filter(owner_unit=world.units["hc-vannas"], state=EarlyCase.State.OPEN)
    assert own.count() == 3
    assert own.filter(escalated_at__isnull=False, due_at__lt=world.morning).count() == 1


def test_beds_are_asked_for_given_and_declined(world):
    beds = Handover.objects.exclude(bed="")
    assert {row.state for row in beds} == {"proposed", "accepted", "declined"}
    for key in ("ward-medicine", "short-2460"):
        assert beds.filter(receiver=world.units[key], state="proposed", due_at__gt=world.morning).exists()


def test_what_is_late_was_told_further_and_the_casts_units_have_notices(world):
    late = CareRequest.objects.filter(due_at__lt=world.morning)
    assert not late.filter(escalation=0).exists()
    told = set(Notice.objects.values_list("unit", flat=True))
    assert {world.units[key].pk for key in ("intake", "ward-medicine", "hc-vannas")} <= told
    assert Notice.objects.aggregate(last=Max("at"))["last"] <= world.morning


def test_pending_hand_overs_leave_the_responsibility_with_the_giver(world):
    waiting = Handover.objects.filter(state__in=["proposed", "read"], bed="").select_related("patient")
    assert len(waiting) >= 10
    for row in waiting:
        ledger = ledger_of(row.patient)
        assert {ledger.holder(kind, world.morning) for kind in row.kinds} == {row.giver_id}
    assert Handover.objects.filter(state="declined").exists()
    assert any("medical" in row.kinds for row in waiting)


def test_discharges_stand_at_every_stage(world):
    stays = HospitalStay.objects.filter(discharged_at=None)
    assert stays.filter(notice_sent_at=None).exists()
    assert stays.filter(notice_sent_at__isnull=False, planned_discharge_on=None).exists()
    assert stays.filter(planned_discharge_on__isnull=False, ready_at=None).exists()
    assert stays.filter(ready_at__isnull=False, meeting_at__isnull=False, home_at=None).exists()
    going = stays.get(home_at__isnull=False)
    assert going.patient == world.patient("gunvor")
    confirmed = Duty.objects.filter(source_id=going.pk, kind=Duty.Kind.PREPARE_HOME, done_at__isnull=False)
    assert confirmed.filter(agreed_at__isnull=False).exists()
    assert Supply.objects.filter(patient=going.patient, delivered_at=None).count() == 2


def test_one_is_lent_for_a_time_and_contacts_are_on_leave(world):
    lent = Handover.objects.get(hand_back_on__isnull=False, bed="")
    assert lent.state == "accepted"
    assert ledger_of(lent.patient).holder("medical", world.morning) == lent.receiver_id
    assert Duty.objects.filter(kind=Duty.Kind.HAND_BACK, unit=lent.receiver, done_at=None).exists()
    assert {row.deputy is None for row in ContactLeave.objects.all()} == {True, False}


def test_conferences_have_cases_decisions_and_duties(world):
    assert Conference.objects.count() == ConferenceMeeting.objects.count() == 2
    for row in Conference.objects.all():
        assert row.cases.filter(decided_at=None).exists()
        assert row.cases.exclude(decided_at=None).exists()
    assert Duty.objects.filter(kind=Duty.Kind.CONFERENCE, done_at=None).count() == 3


def test_every_kind_of_plan_is_in_force_for_somebody(world):
    adopted = Plan.objects.filter(ended_at=None, versions__adopted_at__isnull=False)
    assert set(adopted.values_list("kind", flat=True)) == set(kinds())
    assert PlanVersion.objects.filter(number=2).exclude(adopted_at=None).exists()
    assert PlanEvent.objects.filter(kind=PlanEvent.Kind.READ).count() >= 5


def test_kits_lack_and_expire_and_the_binder_has_pictures(world):
    units = {row.owner_unit_id for row in Plan.objects.all()}
    lacks = [lack for unit in units for lack in to_see_to(unit, world.morning)]
    assert any(row.lacking for row in lacks)
    assert any(row.expiring for row in lacks)
    assert BinderPicture.objects.filter(patient=world.patient("sture")).count() == 2


def expected_relations(world) -> set[tuple[object, object, str, object]]:
    """The care relations that hold at the start of the day, worked out from the rows they follow from."""
    rows = set()
    for patient in Patient.objects.all():
        rows.add((patient.pk, patient.listed_at_id, Kind.LISTED, patient.pk))
        if patient.lives_at_id:
            rows.add((patient.pk, patient.lives_at_id, Kind.LIVES_AT, patient.pk))
    for row in Episode.objects.filter(ended_at=None):
        kind = Kind.ENROLMENT if row.kind == Episode.Kind.ENROLMENT else Kind.CONTACT
        rows.add((row.patient_id, row.unit_id, kind, row.pk))
    for row in Episode.objects.filter(ended_at__gt=world.morning - timedelta(days=7)):
        rows.add((row.patient_id, row.unit_id, Kind.CONTACT, row.pk))
    for row in Responsibility.objects.filter(voided_at=None, holder__isnull=False):
        rows.add((row.patient_id, row.holder_id, Kind.RESPONSIBILITY, row.pk))
    intake = CareUnit.objects.get(kind=CareUnit.Kind.INTAKE)
    for role in NeedRole.objects.filter(need__ended_at=None).select_related("need"):
        rows.add((role.need.patient_id, role.unit_id, Kind.VISIT, role.need_id))
        rows.add((role.need.patient_id, intake.pk, Kind.VISIT, role.need_id))
    for row in CareRequest.objects.all():
        open_now = row.state != CareRequest.State.CLOSED
        judging = {row.owner_unit_id, row.keeper_id, row.team_id} - {None} if open_now else set()
        following = {row.owner_unit_id, row.sender_unit_id} - judging
        if not open_now:  # who took it follows it a while
            following |= {row.team_id} - {None}
        rows |= {(row.patient_id, unit, Kind.REQUEST, row.pk) for unit in judging}
        rows |= {(row.patient_id, unit, Kind.SENT, row.pk) for unit in following}
    for row in Handover.objects.filter(state__in=["proposed", "read"]):
        rows |= {(row.patient_id, unit, Kind.HANDOVER, row.pk) for unit in (row.giver_id, row.receiver_id)}
    for row in EarlyCase.objects.select_related("opened_by"):
        if row.state in OPEN_STATES or row.answered_at > world.morning - timedelta(days=30):
            rows.add((row.patient_id, row.owner_unit_id, Kind.REQUEST, row.pk))
            rows |= {(row.patient_id, row.opened_by.unit_id, Kind.SENT, row.pk)} if row.opened_by else set()
    for row in HospitalStay.objects.filter(discharged_at=None):
        rows.add((row.patient_id, row.ward_id, Kind.WARD, row.pk))
    # Who has a part in the discharge may read as a receiver of a hand-over may, and a while after it is done.
    for row in Duty.objects.filter(voided_at=None):
        kind = Kind.HANDOVER if row.kind in Duty.PLANNING else Kind.RESPONSIBILITY
        rows.add((row.patient_id, row.unit_id, kind, row.pk))
    for row in ConferenceCase.objects.filter(removed_at=None).select_related("conference"):
        rows.add((row.patient_id, row.conference.unit_id, Kind.REQUEST, row.pk))
    return rows


def test_care_relations_are_those_that_follow_from_their_sources(world):
    current = CareRelation.objects.filter(since__lte=world.morning).exclude(until__lte=world.morning)
    derived = current.exclude(kind__in=[Kind.HOME_NURSING, Kind.SOCIAL])
    stored = set(derived.values_list("patient", "unit", "kind", "source_id"))
    expected = expected_relations(world)
    closed = set(CareRequest.objects.filter(state="closed").values_list("pk", flat=True))
    # Both sides of an answered hand-over finish their records for a week.
    answered = set(Handover.objects.filter(state__in=["accepted", "declined"]).values_list("pk", flat=True))
    answered |= set(superseded().values_list("pk", flat=True))
    assert {row for row in stored ^ expected if row[3] not in closed | answered} == set()
    assert {row for row in stored - expected if row[3] not in answered} == set()


def superseded():
    """The transitions of the ledger that another has followed upon."""
    later = Responsibility.objects.filter(
        patient=OuterRef("patient"), kind=OuterRef("kind"), scope=OuterRef("scope"), sequence__gt=OuterRef("sequence")
    )
    return Responsibility.objects.filter(Exists(later.filter(voided_at=None)), voided_at=None)


def test_home_nursing_and_home_help_relations_follow_what_is_known_of_the_person(world):
    nursed = set(CareRelation.objects.filter(kind=Kind.HOME_NURSING).values_list("patient", flat=True))
    assert nursed == set(Patient.objects.filter(home_nursing=True).values_list("pk", flat=True))
    wrong = CareRelation.objects.filter(kind__in=[Kind.HOME_NURSING, Kind.SOCIAL]).exclude(
        unit__municipality=F("patient__municipality")
    )
    assert not wrong.exists()


def test_one_at_the_intake_sees_a_hidden_place_and_no_other_of_the_cast(world):
    seeing = Commission.objects.filter(sees_protected=True)
    assert [(row.staff.user.username, row.unit) for row in seeing] == [("anneli", world.units["intake"])]
    assert CareRequest.objects.filter(patient=world.patient("birgitta"), state="new").exists()


def test_every_audit_row_carries_its_mac_and_every_clinical_act_has_one(world):
    for event in AuditEvent.objects.order_by("?")[:300]:
        assert audit.event_mac(event) == event.mac
    for subject in AuditSubject.objects.select_related("event").order_by("?")[:300]:
        assert audit.subject_mac(subject, subject.event.event_id) == subject.mac
    logged = set(AuditEvent.objects.values_list("object_id", flat=True))
    for model in (Episode, Consent, VisitNote, Handover, CareRequest, HospitalStay):
        missing = [pk for pk in model.objects.values_list("pk", flat=True) if str(pk) not in logged]
        assert missing == [], model


def test_the_weeks_before_were_worked_by_people_who_were_there(world):
    past = VisitRole.objects.filter(visit__date__lt=DAY).select_related(
        "visit", "shift__commission__staff", "competence"
    )
    assert past.count() > 1500
    ends: dict[object, list[tuple[object, object]]] = {}
    for role in past:
        visit, shift = role.visit, role.shift
        assert shift.starts_at <= visit.starts_at
        assert visit.ends_at <= shift.ends_at + timedelta(minutes=10)
        assert shift.commission.unit_id == role.unit_id
        assert role.profession in {"", shift.commission.staff.profession}
        ends.setdefault(shift.pk, []).append((visit.starts_at, visit.ends_at))
    for spans in ends.values():
        spans.sort()
        assert all(visit[1] <= following[0] for visit, following in pairwise(spans))


def test_there_is_work_for_the_coming_days(world):
    days = set(Shift.objects.values_list("date", flat=True))
    assert {DAY + timedelta(days=offset) for offset in range(-DAYS_BACK, 7)} == days


def test_the_cast_can_sign_in_and_acts_where_it_should(world):
    assert User.objects.first().check_password(PASSWORD)
    assert User.objects.values("password").distinct().count() == 1
    for person in STAFF.values():
        user = User.objects.get(username=person.username)
        units = {row.unit_id for row in Commission.objects.filter(staff__user=user)}
        assert units >= {world.units[key].pk for key in person.units["joint"]}
    assert User.objects.count() == len(STAFF)


def test_a_protected_persons_place_stands_in_no_text(world):
    hidden = Patient.objects.exclude(protection="")
    assert hidden.count() >= 4
    texts = [
        *CareRequest.objects.filter(patient__in=hidden).values_list("question", "background"),
        *WhatMatters.objects.filter(patient__in=hidden).values_list("text", "told_by"),
        *VisitNote.objects.filter(patient__in=hidden).values_list("text", "visit__what"),
        *Episode.objects.filter(patient__in=hidden).values_list("goal", "answer"),
        *Fact.objects.filter(patient__in=hidden).values_list("name", "source"),
        *AuditEvent.objects.filter(subjects__patient__in=hidden.values("pk")).values_list("reason", "what"),
    ]
    places = Address.objects.filter(patient__in=hidden).values_list("street", "postal_code")
    secrets = {part for place in places for part in place}
    assert secrets
    assert not [row for row in texts if any(secret in text for secret in secrets for text in row)]


def test_teams_and_cast_patients_are_as_told(world):
    assert {team.programme.key for team in Team.objects.select_related("programme")} == {
        "sjukhuskopplat_team",
        "primarvardsteam",
    }
    for key, person in PATIENTS.items():
        assert world.patient(key).name == person.name
    assert HospitalStay.objects.filter(patient=world.patient("gunvor"), discharged_at=None).exists()
    assert Handover.objects.filter(patient=world.patient("inga"), state="proposed").exists()


def fingerprint() -> str:
    """A hash of what the rows say, without ids that are drawn anew each time."""
    number = "patient__identifiers__value"
    tables = [
        Patient.objects.values_list("identifiers__value", "given_name", "family_name", "addresses__street"),
        Episode.objects.values_list(number, "unit__name", "form", "started_at", "ended_at"),
        Responsibility.objects.values_list(number, "kind", "sequence", "holder__name", "starts_at"),
        CareRequest.objects.values_list(number, "question", "state", "keeper__name", "team__name", "due_at"),
        Handover.objects.values_list(number, "giver__name", "receiver__name", "state", "due_at"),
        Visit.objects.values_list("pk", number, "what", "date", "state", "starts_at", "window_start"),
        VisitRole.objects.values_list(f"visit__{number}", "visit__window_start", "unit__name", "profession"),
        VisitNote.objects.values_list(number, "text", "author__staff__hsa_id", "signed_at"),
        Shift.objects.values_list("pk", "commission__hsa_id", "starts_at", "ends_at", "car__label"),
        CareRelation.objects.values_list(number, "unit__name", "kind", "since", "until"),
        AuditEvent.objects.values_list("what", "at", "action"),
    ]
    text = "\n".join("\n".join(sorted(map(str, table))) for table in tables)
    return hashlib.sha256(text.encode()).hexdigest()


def test_the_same_date_and_seed_give_the_same_rows_and_another_model_others(django_db_setup, django_db_blocker, world):
    first = fingerprint()
    assert first == loaded_anew("joint")
    assert first != loaded_anew("today")


def loaded_anew(model: str) -> str:
    """The fingerprint of a load into an emptied database, taken back afterwards."""
    with transaction.atomic():
        empty_database()
        store(draw_world(DAY, 1, model), quiet)
        print_of_it = fingerprint()
        transaction.set_rollback(True)
    return print_of_it


def empty_database() -> None:
    """Delete every row of ours, referring rows first."""
    from django.apps import apps
    from django.db import connection

    tables = [model._meta.db_table for model in apps.get_models(include_auto_created=True)]
    ours = [name for name in tables if not name.startswith("django_")]
    with connection.constraint_checks_disabled(), connection.cursor() as cursor:
        for name in ours:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(name)}")  # noqa: S608 - names of our own tables


def test_some_have_blocked_and_what_is_blocked_is_blocked(world):
    assert Counter(Block.objects.values_list("scope", flat=True)) == {"outer": 5, "inner": 3}
    lift = BlockLift.objects.get()
    block = Block.objects.exclude(pk=lift.block_id).filter(scope="outer").first()
    reader = Commission.objects.filter(unit__care_relations__patient=block.patient, purpose="care").exclude(
        unit__provider=block.provider
    )
    opened = guard.open_patient(block.patient_id, by=reader.select_related("unit").first(), at=world.morning)
    assert opened.about.blocks
    assert EmergencyOpening.objects.get().until > world.morning


def test_a_nurse_who_is_a_patient_is_met_by_colleagues_with_a_question(world):
    own = OwnRecord.objects.get()
    unit = own.staff.commissions.first().unit
    colleague = Commission.objects.filter(unit=unit).exclude(staff=own.staff).select_related("unit").first()
    with pytest.raises(guard.ChoiceNeeded):
        guard.open_patient(own.patient_id, by=colleague, at=world.morning)
    with pytest.raises(guard.AccessDenied, match="own-record"):
        guard.open_patient(own.patient_id, by=own.staff.commissions.first(), at=world.morning)
