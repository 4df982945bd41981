"""10,000 random accesses over a random area, compared with the naive second implementation."""

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from narvard.access import guard
from narvard.access.models import (
    ActiveChoice,
    Block,
    BlockLift,
    CareRelation,
    Consent,
    EmergencyOpening,
    OwnRecord,
)
from narvard.access.policy import may_read
from narvard.access.queries import circumstances_of
from narvard.access.tests.naive import Area
from narvard.care.models import Episode, HospitalStay
from narvard.core.errors import NarvardError
from narvard.intake.models import CareRequest
from narvard.organisation.models import CareUnit, Commission
from narvard.organisation.tests.factories import CareProviderFactory, CareUnitFactory, CommissionFactory
from narvard.people.models import InformationKind, WhatMatters
from narvard.people.tests.factories import PatientFactory

START = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
HOURS = 96
SEEDS = (1, 2, 3, 4)
ACCESSES = 2_500
ANSWERS = {"allow": "read", "allow with active choice": "choose", "blocked data exists": "blocked", "deny": "no"}
UNIT_KINDS = ("team", "ward", "health_centre", "home_nursing", "home_help", "needs_assessment")
pytestmark = pytest.mark.django_db


class World:
    """A small area in which nearly everything that the rules speak of happens, at random whole hours."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        providers = [CareProviderFactory() for _n in range(2)]
        self.units = [CareUnitFactory(provider=providers[n % 2], kind=UNIT_KINDS[n % 6]) for n in range(7)]
        self.commissions = [self._commission() for _n in range(24)]
        self.patients = [PatientFactory() for _n in range(6)]
        self.rows = [row for patient in self.patients for row in self._records(patient)]
        for _n in range(220):
            self._happens()
        for commission in rng.sample(self.commissions, 3):
            patient = rng.choice(self.patients)
            if not OwnRecord.objects.filter(patient=patient).exists():
                OwnRecord.objects.get_or_create(staff=commission.staff, defaults={"patient": patient})

    def period(self) -> dict[str, datetime | None]:
        since = self.rng.randrange(-24, HOURS)
        until = self.rng.choice([None, since + self.rng.randrange(0, 48)])
        return {"since": self.hour(since), "until": None if until is None else self.hour(until)}

    def hour(self, number: int) -> datetime:
        return START + timedelta(hours=number)

    def _commission(self) -> Commission:
        rng, unit = self.rng, self.rng.choice(self.units)
        social = unit.kind in CareUnit.SOCIAL_KINDS
        purpose = rng.choices(["social" if social else "care", "follow_up"], [9, 1])[0]
        return CommissionFactory(
            unit=unit,
            purpose=purpose,
            role="social" if social else rng.choice(["team", "physician", "ward", "coordinator"]),
            reads_shared=rng.random() < 0.8,
            since=date(2026, 11, rng.choice([1, 24])),
            until=rng.choice([None, None, date(2026, 11, 25)]),
        )

    def _happens(self) -> None:
        rng, patient = self.rng, self.rng.choice(self.patients)
        by = rng.choice(self.commissions)
        closed = {**self.period()}
        closed["until"] = closed["until"] or closed["since"] + timedelta(hours=12)
        what = rng.randrange(8)
        if what < 3:
            kind = rng.choice(CareRelation.Kind.values)
            CareRelation.objects.create(
                patient=patient,
                unit=by.unit,
                kind=kind,
                source_kind="test",
                source_id=rng.choice([row.pk for row in self.rows if row.patient_id == patient.pk]),
                **self.period(),
            )
        elif what == 3:
            self._consent(patient, by)
        elif what == 4:
            self._block(patient, by)
        elif what == 5:
            kinds = rng.sample([kind for kind in InformationKind.values if kind != "social"], 2)
            EmergencyOpening.objects.create(
                patient=patient, commission=by, danger="life", kinds=kinds, reason="medvetslös", **closed
            )
        else:
            ActiveChoice.objects.create(patient=patient, commission=by, why="visit", **closed)

    def _consent(self, patient, by: Commission) -> None:
        rng, period = self.rng, self.period()
        withdrawn = period["since"] + timedelta(hours=rng.randrange(48)) if rng.random() < 0.3 else None
        Consent.objects.create(
            patient=patient,
            kind=rng.choice(["shared_record", "shared_record", "social"]),
            how="spoken",
            provider=rng.choice([None, by.unit.provider, rng.choice(self.units).provider]),
            recorded_by=by,
            withdrawn_at=withdrawn,
            **period,
        )

    def _block(self, patient, by: Commission) -> None:
        rng, since = self.rng, self.hour(self.rng.randrange(-24, HOURS))
        scope = rng.choice(Block.Scope.values)
        removed = since + timedelta(hours=rng.randrange(72)) if rng.random() < 0.4 else None
        block = Block.objects.create(
            patient=patient,
            scope=scope,
            provider=by.unit.provider,
            unit=by.unit if scope == "inner" or rng.random() < 0.5 else None,
            information_kind=rng.choice(["", "", *InformationKind.values]),
            info_from=rng.choice([None, date(2026, 11, 10)]),
            info_until=rng.choice([None, date(2026, 11, 20)]),
            since=since,
            recorded_by=by,
            removed_at=removed,
            removed_by=by if removed else None,
        )
        if rng.random() < 0.5:
            begins = since + timedelta(hours=rng.randrange(24))
            BlockLift.objects.create(
                block=block,
                unit=rng.choice(self.units),
                reason="patienten sa ja",
                since=begins,
                until=begins + timedelta(hours=24),
                recorded_by=by,
            )

    def _records(self, patient):
        rng = self.rng
        for _n in range(6):
            writer = rng.choice(self.commissions)
            yield WhatMatters.objects.create(
                patient=patient,
                owner_unit=writer.unit,
                information_kind=rng.choice(InformationKind.values),
                text="text",
                at=datetime(2026, 11, rng.randrange(1, 23), 12, tzinfo=UTC),
                recorded_by=writer,
            )
        first, second, third = rng.sample(self.units, 3)
        by = rng.choice(self.commissions)
        yield CareRequest.objects.create(
            patient=patient,
            owner_unit=first,
            keeper=first,
            sender_unit=second,
            registered_by=by,
            registered_at=START,
            first_contact_due_at=START,
            due_at=START,
            step_due_at=START,
            reference=f"{rng.randrange(10**9)}",
            channel="ward",
            urgency="acute",
            question="fråga",
        )
        yield Episode.objects.create(
            patient=patient,
            owner_unit=third,
            unit=third,
            kind="contact",
            form="consult",
            started_at=START,
            started_by=by,
        )
        yield HospitalStay.objects.create(
            patient=patient, owner_unit=first, ward=first, admitted_at=START, registered_at=START, registered_by=by
        )


@pytest.mark.parametrize("seed", SEEDS)
def test_policy_and_naive_rules_agree(seed):
    world = World(random.Random(seed))
    area, rng, seen = Area(), random.Random(-seed), Counter()
    rounds, left = 0, ACCESSES
    while left > 0:
        # Half of the instants are exact hours, when something begins or ends.
        at = world.hour(rng.randrange(HOURS)) + timedelta(seconds=rng.choice([0, 0, -1, 1800]))
        by = rng.choice(world.commissions)
        facts = circumstances_of(world.patients, by=by, at=at)
        for row in rng.sample(world.rows, min(left, 40)):
            decision = may_read(guard.reader_of(by), facts[row.patient_id], guard.row_of(row))
            expected = area.answer(by, row, at)
            assert ANSWERS[decision.verdict.value] == expected, (decision.rule, by, row, at)
            seen[expected] += 1
            left -= 1
        rounds += 1
    assert rounds > ACCESSES // 50
    assert set(seen) == {"read", "choose", "blocked", "no"}, seen


def test_the_guarded_fetch_gives_what_the_naive_rules_give():
    world = World(random.Random(5))
    area, rng, seen = Area(), random.Random(6), Counter()
    for _n in range(400):
        at, by, row = world.hour(rng.randrange(HOURS)), rng.choice(world.commissions), rng.choice(world.rows)
        expected = area.answer(by, row, at)
        try:
            guard.fetch(type(row).objects.all(), row.pk, by=by, at=at, what="test")
            got = True
        except NarvardError:
            got = False
        assert got == (expected == "read"), (expected, by, row, at)
        seen[expected] += 1
    assert seen["read"] > 20
    assert seen["no"] > 20
