"""Storing a need scenario: cells kept unrounded, replaced whole, refused when a municipality is unknown."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Sum

from narvard.capacity.actions import NeedNotValid, store_need
from narvard.capacity.models import NeedCell
from narvard.capacity.segments import SEED_SHARES, AgeBand, Population, Segment, needs
from narvard.core import audit
from narvard.core.models import AuditEvent
from narvard.organisation.tests.factories import MunicipalityFactory

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
PLACE = Population("2480", 131_000, dict(zip(AgeBand, (11_053.0, 4_942.0, 2_912.0, 2_774.0), strict=True)))


def store(**changes):
    told = {
        "scenario": "seed001",
        "source": "prov",
        "cells": needs(PLACE, SEED_SHARES),
        "assumptions": SEED_SHARES,
        "by": audit.SYSTEM,
        "at": AT,
    }
    return store_need(**{**told, **changes})


def test_a_tenth_of_the_aged_65plus_need_a_team_and_nothing_is_rounded():
    MunicipalityFactory()
    assert store() == 16
    sums = NeedCell.objects.aggregate(all=Sum("persons"), need=Sum("in_need"))
    assert sums["all"] == pytest.approx(PLACE.aged_65plus)
    assert sums["need"] == pytest.approx(PLACE.aged_65plus / 10)
    assert AuditEvent.objects.filter(what="capacity.store_need").count() == 1


def test_storing_again_replaces_the_scenario_and_leaves_others():
    MunicipalityFactory()
    store()
    store(scenario="population2021")
    store(source="nytt")
    assert NeedCell.objects.filter(scenario="seed001", source="nytt").count() == 16
    assert NeedCell.objects.filter(scenario="population2021").count() == 16


def test_an_unknown_municipality_is_refused_and_nothing_stored():
    with pytest.raises(NeedNotValid, match="2480"):
        store()
    assert not NeedCell.objects.exists()


@pytest.mark.parametrize("wrong", [{"persons": -0.1, "in_need": 0}, {"persons": 1, "in_need": 1.1}])
def test_the_database_refuses_impossible_persons(wrong):
    cell = {"scenario": "x", "municipality": MunicipalityFactory(), "age_band": "85+", "segment": "ovriga"}
    with pytest.raises(IntegrityError), transaction.atomic():
        NeedCell.objects.create(**cell, **wrong, source="x")


def test_the_models_segments_are_those_of_the_rules():
    assert set(NeedCell.Segment.values) == set(Segment)
