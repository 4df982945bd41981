"""Random lives through the room's own actions: the database holds what the rules promise, and access follows it."""

import itertools
import random
from datetime import timedelta

import pytest
from django.db import transaction

from narvard.access.models import CareRelation
from narvard.care import actions, queries
from narvard.care.ledger import ADMISSION_KINDS, disorders, gaps
from narvard.care.models import Death, Duty, Episode, Handover, HospitalStay, Responsibility
from narvard.care.tests.factories import AT, HOUR, Area, make_area
from narvard.core.errors import Refused
from narvard.core.models import AuditEvent
from narvard.people.actions import record_death, undo_death

LIVES = 25
ACTS = 30


class Life:
    """One patient and the staff around them, acting at random."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.area: Area = make_area()
        self.now = AT
        self.done: list[str] = []

    @property
    def staff(self):
        return [self.area.team, self.area.other_team, self.area.home_nursing, self.area.health_centre]

    def enrol(self):
        by = self.dice.choice(self.staff[:2])
        known = queries.home_holders(self.area.patient, self.now)
        kept = {kind: self._at(unit) for kind, unit in known.items() if self.dice.random() < 0.7}
        self.area.enrol(at=self.now, by=by, **kept)

    def _at(self, unit):
        return next(c for c in [*self.staff, self.area.ward] if c.unit_id == unit.pk)

    def propose(self):
        episodes = list(Episode.objects.filter(patient=self.area.patient, kind="enrolment", ended_at=None))
        if not episodes:
            return
        episode = self.dice.choice(episodes)
        held = queries.ledger_of(self.area.patient).held_by(episode.unit_id)
        kinds = [kind for kind, _scope in held if self.dice.random() < 0.7]
        actions.propose_handover(
            episode=episode,
            receiver=self.dice.choice(self.staff).unit,
            kinds=kinds,
            content=actions.Content(reason="Stabil"),
            by=self._at(episode.unit),
            at=self.now,
            wished_at=self.now + 30 * HOUR if self.dice.random() < 0.3 else None,
        )

    def answer(self):
        for handover in queries.open_handovers(self.area.patient):
            by = self._at(handover.receiver)
            if self.dice.random() < 0.8:
                actions.accept_handover(handover=handover, by=by, at=self.now)
                actions.end_episode_if_released(handover=handover, by=by, at=self.now)
            else:
                actions.decline_handover(handover=handover, reason="Fullt", by=by, at=self.now)

    def admit(self):
        since = self.now - self.dice.choice([0, 4]) * HOUR
        actions.admit_patient(
            patient=self.area.patient, ward=self.area.ward.unit, admitted_at=since, by=self.area.ward, at=self.now
        )

    def discharge(self):
        stay = queries.open_stay(self.area.patient)
        if stay:
            actions.discharge_patient(stay=stay, discharged_at=self.now, by=self.area.ward, at=self.now)

    def undo_stay(self):
        stay = queries.latest_stay(self.area.patient)
        if stay is None:
            return
        undo = actions.undo_admission if stay.discharged_at is None else actions.undo_discharge
        undo(stay=stay, reason="Fel person", by=self.area.ward, at=self.now)

    def die(self):
        died = self.now - self.dice.choice([0, 3]) * HOUR
        record_death(patient=self.area.patient, died_at=died, by=self.area.team, at=self.now)
        actions.end_for_death(patient=self.area.patient, died_at=died, by=self.area.team, at=self.now)

    def undo(self):
        if Death.objects.filter(patient=self.area.patient, undone_at=None).exists():
            undo_death(patient=self.area.patient, reason="Fel person", by=self.area.team, at=self.now)
            actions.restore_after_death(patient=self.area.patient, reason="Fel person", by=self.area.team, at=self.now)

    def play(self) -> None:
        acts = ["enrol", "propose", "answer", "admit", "discharge", "undo_stay", "die", "undo", "undo"]
        for _ in range(ACTS):
            self.now += self.dice.choice([0, 1, 6, 40]) * HOUR
            name = self.dice.choices(acts, [6, 8, 8, 4, 4, 2, 1, 2, 2])[0]
            try:
                with transaction.atomic():
                    getattr(self, name)()
                self.done.append(name)
            except Refused:
                continue


def wanted_access(patient) -> set:
    """Which unit ought to have a relation from holding, recomputed from the stored transitions alone."""
    rows = list(Responsibility.objects.filter(patient=patient, voided_at=None).order_by("kind", "scope", "sequence"))
    open_rows = set()
    for row, following in itertools.zip_longest(rows, rows[1:]):
        last = following is None or (following.kind, following.scope) != (row.kind, row.scope)
        if last and row.holder_id:
            open_rows.add((row.holder_id, row.pk))
    return open_rows


def wanted_parts(patient) -> set:
    """Which unit ought to have an open relation from an episode, a hand-over, a stay or a duty, by the rows alone."""
    found = {(row.unit_id, row.pk) for row in Episode.objects.filter(patient=patient, ended_at=None)}
    for row in Handover.objects.filter(patient=patient, state__in=Handover.OPEN_STATES):
        found |= {(row.giver_id, row.pk), (row.receiver_id, row.pk)}
    found |= {(row.ward_id, row.pk) for row in HospitalStay.objects.filter(patient=patient, discharged_at=None)}
    duties = Duty.objects.filter(patient=patient, done_at=None, voided_at=None)
    return found | {(row.unit_id, row.pk) for row in duties}


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(LIVES))
def test_a_random_life_keeps_one_holder_access_and_an_audit_trail(seed):
    life = Life(seed)
    life.play()
    patient = life.area.patient
    ledger = queries.ledger_of(patient)
    episodes = Episode.objects.filter(patient=patient, kind="enrolment")
    stay = queries.open_stay(patient)
    if stay:
        given = Responsibility.objects.filter(patient=patient, because="handover", voided_at=None)
        for kind in ADMISSION_KINDS:
            if not given.filter(kind=kind, starts_at__gte=stay.admitted_at).exists():
                assert ledger.holder(kind, life.now) in {None, stay.ward_id}
    assert gaps(ledger, [(row.started_at, row.ended_at) for row in episodes]) == []
    assert disorders(ledger) == []
    relations = CareRelation.objects.filter(source_kind="responsibility", until=None)
    assert set(relations.values_list("unit", "source_id")) == wanted_access(patient)
    others = CareRelation.objects.filter(until=None).exclude(source_kind="responsibility")
    assert set(others.values_list("unit", "source_id")) == wanted_parts(patient)
    holders_now = {unit.pk for unit in queries.main_holders([patient.pk], life.now).values()}
    current = CareRelation.objects.filter(since__lte=life.now).exclude(until__lte=life.now)
    assert holders_now <= set(current.values_list("unit", flat=True))
    assert AuditEvent.objects.filter(what="care.accept_handover").count() == (
        Handover.objects.filter(state="accepted").count()
    )


@pytest.mark.django_db
def test_the_random_lives_do_everything():
    done: set[str] = set()
    for seed in range(8):
        life = Life(seed + 1000)
        life.play()
        done |= set(life.done)
    assert done == {"enrol", "propose", "answer", "admit", "discharge", "undo_stay", "die", "undo"}
    assert Responsibility.objects.filter(because="discharge").exists()
    assert timedelta(0) < max(Handover.objects.values_list("created_at", flat=True)) - AT
