"""``narvard indicators``: figures for people and machines, bad input in one line."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from narvard.followup.definitions import Kind, definitions
from narvard.organisation.tests.factories import MunicipalityFactory
from narvard.people.tests.factories import PatientFactory
from narvard.visits.models import Visit
from narvard.visits.tests.factories import EpisodeFactory, VisitFactory, clock

pytestmark = pytest.mark.django_db
DAYS = ("--from", "2026-11-01", "--until", "2026-12-01")


@pytest.fixture(autouse=True)
def _in_december(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "narvard.followup.management.commands.indicators.clock.now", lambda: clock(12).replace(month=12)
    )


def told(*arguments: str) -> str:
    out = StringIO()
    call_command("indicators", *DAYS, *arguments, stdout=out)
    return out.getvalue()


def test_every_indicator_is_told_for_the_place_and_the_area() -> None:
    for _ in range(6):
        visit = VisitFactory(episode=EpisodeFactory(patient=PatientFactory()))
        Visit.objects.filter(pk=visit.pk).update(state=Visit.State.DONE, starts_at=clock(9))
    found = json.loads(told("umea", "--json").splitlines()[-1])["figures"]
    assert {(row["indicator"], row["place"]) for row in found} == {
        (definition.id, place)
        for definition in definitions()
        for place in ("Umeå", "")
        if place == "" or definition.kind is not Kind.RATIO  # one municipality is equal to none
    }
    text = told()
    assert "Joint visits" in text
    assert "Umeå: 0 (0-0.39), 0 of 6" in text


@pytest.mark.parametrize("arguments", [["nowhere"], ["--until", "2026-10-01"], ["--from", "2027-01-01"]])
def test_bad_input_is_one_line_and_code_two(arguments: list[str]) -> None:
    MunicipalityFactory()
    err = StringIO()
    with pytest.raises(SystemExit) as left:
        call_command("indicators", *DAYS, *arguments, stdout=StringIO(), stderr=err)
    assert left.value.code == 2
    assert len(err.getvalue().strip().splitlines()) == 1
