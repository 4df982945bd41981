"""Publishing a changed programme, and ending one."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from narvard.core.models import AuditEvent
from narvard.engines.criteria import facts_of
from narvard.intake.actions import end_programme, load_programmes, publish_version, take_request
from narvard.intake.definitions import InvalidDefinition, packaged
from narvard.intake.errors import TeamCannotReceive, VersionNotValid
from narvard.intake.models import ProgrammeVersion
from narvard.intake.queries import definitions_in_force
from narvard.intake.tests.world import NOW, World, build
from narvard.organisation.models import Commission, Programme
from narvard.organisation.tests.factories import CommissionFactory

TODAY = NOW.date()
TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def world(db: None) -> World:
    return build()


@pytest.fixture
def administrator(world: World) -> Commission:
    return CommissionFactory(unit=world.intake, role=Commission.Role.ADMINISTRATOR)


def text(key: str = "got", **changes: str) -> str:
    found = next(row for row in packaged() if row.key == key).text
    for before, after in changes.items():
        found = found.replace(f"{before}: 3\n", f"{before}: {after}\n")
    return found


def publish(by: Commission, written: str, day: date = TOMORROW, key: str = "got", who: str = "Ledningen"):
    return publish_version(key=key, text=written, valid_from=day, decided_by=who, by=by, at=NOW)


def test_a_changed_text_is_in_force_from_its_day_and_the_old_one_is_kept(administrator: Commission) -> None:
    version = publish(administrator, text(cars="5"))
    assert (version.number, version.decided_by) == (2, "Ledningen")
    assert version.text == text(cars="5")
    key = version.programme_id
    assert definitions_in_force(TODAY)[key].data["cars"] == 3
    assert definitions_in_force(TOMORROW)[key].data["cars"] == 5
    assert AuditEvent.objects.filter(what="intake.publish_version", object_id=str(version.pk)).exists()


def test_every_fault_is_told_by_line_and_nothing_is_saved(administrator: Commission) -> None:
    with pytest.raises(InvalidDefinition) as refused:
        publish(administrator, text(cars="många"))
    assert "got.yaml, rad" in str(refused.value)
    assert ProgrammeVersion.objects.filter(number=2).count() == 0


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"written": text()}, "detsamma"),
        ({"day": TODAY - timedelta(days=1)}, "passerat"),
        ({"who": " "}, "vem som har beslutat"),
        ({"key": "primar"}, "primar"),
    ],
)
def test_what_cannot_be_published_says_why(administrator: Commission, changes: dict, why: str) -> None:
    with pytest.raises(VersionNotValid, match=why):
        publish(administrator, **({"written": text(cars="5")} | changes))


def test_only_an_administrator_publishes_and_ends(world: World) -> None:
    with pytest.raises(VersionNotValid, match="systemförvaltaren"):
        publish(world.coordinator, text(cars="5"))
    got = Programme.objects.get(key="got")
    with pytest.raises(VersionNotValid, match="systemförvaltaren"):
        end_programme(programme=got, ends_on=TODAY, decided_by="x", by=world.coordinator, at=NOW)


def test_a_team_of_an_ended_programme_takes_no_new_request(world: World, administrator: Commission) -> None:
    got = Programme.objects.get(key="got")
    version = end_programme(programme=got, ends_on=TODAY, decided_by="Ledningen", by=administrator, at=NOW)
    assert got.pk not in definitions_in_force(TODAY)
    assert AuditEvent.objects.filter(what="intake.end_programme", object_id=str(version.pk)).exists()
    row = world.send()
    with pytest.raises(TeamCannotReceive, match="upphört"):
        take_request(request=row.pk, by=world.got_nurse, at=NOW)
    with pytest.raises(VersionNotValid, match="inte i kraft"):
        end_programme(programme=got, ends_on=TOMORROW, decided_by="Ledningen", by=administrator, at=NOW)


def test_a_new_version_revives_it_but_loading_the_packaged_ones_does_not(
    world: World, administrator: Commission
) -> None:
    got = Programme.objects.get(key="got")
    end_programme(programme=got, ends_on=TODAY, decided_by="Ledningen", by=administrator, at=NOW)
    assert load_programmes(decided_by="x", valid_from=TOMORROW, by=administrator, at=NOW) == []
    publish(administrator, text(), TOMORROW)
    assert got.pk in definitions_in_force(TOMORROW)


def test_it_cannot_end_before_it_begins(administrator: Commission) -> None:
    publish(administrator, text(cars="5"), TODAY + timedelta(days=9))
    got = Programme.objects.get(key="got")
    with pytest.raises(VersionNotValid, match="senare dag"):
        end_programme(programme=got, ends_on=TOMORROW, decided_by="Ledningen", by=administrator, at=NOW)


def test_a_version_of_an_earlier_schema_is_still_read(world: World) -> None:
    version = ProgrammeVersion.objects.get(programme__key="got")
    data = {name: value for name, value in version.definition.items() if name not in {"evidence", "housing"}}
    ProgrammeVersion.objects.filter(pk=version.pk).update(definition=data, id=uuid4())
    found = definitions_in_force(TODAY)[version.programme_id]
    assert found.criteria is not None
    assert "housing" not in set(facts_of(found.criteria))
