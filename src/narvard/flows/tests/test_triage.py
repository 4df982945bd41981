"""Gathering the outlook and assigning by it."""

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from narvard.access.guard import OpenPatient, open_patient
from narvard.access.tests.factories import CareRelationFactory
from narvard.flows import triage
from narvard.intake.errors import ReasonMissing
from narvard.intake.models import CareRequest
from narvard.intake.tests.world import NOW, World, build
from narvard.people.actions import assign_segment, record_fact
from narvard.people.models import Fact


@pytest.fixture
def world(db: None) -> World:
    return build()


def opened(world: World) -> OpenPatient:
    return open_patient(world.patient.pk, by=world.coordinator, at=NOW)


def fact(world: World, name: str, value: object, by: object = None) -> Fact:
    return record_fact(
        patient=world.patient, name=name, value=value, source="journal", by=by or world.coordinator, at=NOW
    )


def verdicts(world: World, row: CareRequest) -> dict[str, str]:
    return {option.name: option.verdict for option in triage.options(opened(world), row, NOW)[1]}


def test_facts_come_with_their_sources(world: World) -> None:
    row = world.send()
    fact(world, "chronic_diagnoses", 3)
    assign_segment(patient=world.patient, segment="mest_sjuka", by=world.coordinator, at=NOW, reason="bedömd")
    seen, _options = triage.options(opened(world), row, NOW)
    assert dict(seen.facts) == {
        "age": 88,
        "housing": "ordinary",
        "channel": "ward",
        "chronic_diagnoses": 3,
        "segment": "mest_sjuka",
    }
    assert seen.sources["chronic_diagnoses"].source == "journal"
    assert seen.sources["segment"].text == "bedömd"


def test_teams_of_the_area_are_judged(world: World) -> None:
    row = world.send()
    assert verdicts(world, row) == {"GÖT": "unknown", "PrimÄR Teg": "eligible", "Palliativt team": "unknown"}
    fact(world, "chronic_diagnoses", 3)
    fact(world, "palliative_need", value=False)
    assert verdicts(world, row) == {"GÖT": "eligible", "PrimÄR Teg": "eligible", "Palliativt team": "not"}


def test_what_the_reader_may_not_see_does_not_tell_through_a_verdict(world: World) -> None:
    row = world.send()
    fact(world, "palliative_need", value=False, by=world.municipal_nurse)
    seen, _options = triage.options(opened(world), row, NOW)
    assert "palliative_need" not in seen.facts
    assert verdicts(world, row)["Palliativt team"] == "unknown"


def test_a_broken_fact_counts_as_unknown(world: World) -> None:
    row = world.send()
    Fact.objects.filter(pk=fact(world, "chronic_diagnoses", 3).pk).update(value="många")
    assert verdicts(world, row)["GÖT"] == "unknown"


def test_a_team_that_knows_the_person_comes_first(world: World) -> None:
    row = world.send()
    CareRelationFactory(patient=world.patient, unit=world.primar, kind="contact")
    _seen, options = triage.options(opened(world), row, NOW)
    assert (options[0].name, options[0].known) == ("PrimÄR Teg", True)


def test_a_closed_team_is_not_suggested(world: World) -> None:
    row = world.send()
    type(world.primar).objects.filter(pk=world.primar.pk).update(closed_on=NOW.date())
    assert "PrimÄR Teg" not in verdicts(world, row)


def test_assigning_keeps_what_was_suggested(world: World) -> None:
    sent = world.send()
    row = triage.assign(opened=opened(world), request=sent, team=world.primar, by=world.coordinator, at=NOW)
    event = row.events.last()
    assert event is not None
    assert {option["name"]: option["verdict"] for option in event.options or []}["PrimÄR Teg"] == "eligible"
    assert not event.override


def test_assigning_against_the_criteria_asks_for_a_reason(world: World) -> None:
    row = world.send()
    fact(world, "palliative_need", value=False)
    with pytest.raises(ReasonMissing):
        triage.assign(opened=opened(world), request=row, team=world.palliative, by=world.coordinator, at=NOW)


def test_the_number_of_queries_does_not_grow_with_teams(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    row = world.send()
    seen = opened(world)
    triage.options(seen, row, NOW)
    with django_assert_num_queries(10):
        assert len(triage.options(seen, row, NOW)[1]) == 3


def test_two_statements_of_the_same_instant_are_unknown_and_told(world: World) -> None:
    row = world.send()
    fact(world, "chronic_diagnoses", 3)
    record_fact(
        patient=world.patient, name="chronic_diagnoses", value=1, source="relative", by=world.coordinator, at=NOW
    )
    seen, options = triage.options(opened(world), row, NOW)
    assert seen.contradicted == {"chronic_diagnoses"}
    got = next(option for option in options if option.name == "GÖT")
    assert (got.verdict, got.wanting) == ("unknown", ("chronic_diagnoses",))
    told = "uppgifterna säger emot varandra och räknas som okända: kroniska diagnoser"
    assert told in [reason.text for reason in got.reasons]


def test_another_source_is_told_beside_the_newest(world: World) -> None:
    row = world.send()
    record_fact(
        patient=world.patient, name="chronic_diagnoses", value=1, source="relative", by=world.coordinator,
        at=NOW - timedelta(days=3),
    )  # fmt: skip
    fact(world, "chronic_diagnoses", 3)
    seen, _options = triage.options(opened(world), row, NOW)
    assert seen.facts["chronic_diagnoses"] == 3
    assert seen.sources["chronic_diagnoses"].text == "men anhörig sade 20 nov: 1"
