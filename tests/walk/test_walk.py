"""Every address and form, walked with the ids of a real patient's rows by those who may not see them.

Nothing of the person is found: not in pages, titles, headers or file names, not by name, not in lists; and nothing
they send changes anything.
"""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils.html import escape

from narvard.access import actions as access
from narvard.access.models import Block, OwnRecord
from narvard.care.tests.factories import AT
from narvard.core.models import AuditEvent
from narvard.organisation.models import Commission
from tests.walk import world as make
from tests.walk.world import (
    CONTENT,
    COORDINATION,
    DEVIATION,
    ENDED,
    IDENTITY,
    LINE,
    NOTES,
    PLACE,
    REQUEST,
    VISIT,
    World,
    acting,
)

pytestmark = pytest.mark.django_db
ROLES = [str(role) for role in Commission.Role]
# Acts on oneself, which change nothing of a patient.
OWN_ACTS = {"account:sign-out", "account:sign-in-as", "account:sign-in", "set_language", "account:commission"}
# Name and number.
NAMED = set(IDENTITY[:4])


@pytest.fixture(autouse=True)
def _clock(settings: Any) -> None:
    settings.NARVARD_CLOCK = AT.isoformat()


@pytest.fixture
def world() -> World:
    return make.make_world()


def patterns(resolver: URLResolver, names: tuple[str, ...] = ()) -> Iterator[tuple[str, URLPattern]]:
    """Every address and its full name."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry, (*names, entry.namespace) if entry.namespace else names)
        else:
            yield ":".join([*names, entry.name or ""]), entry


ALL = [(name, pattern) for name, pattern in patterns(get_resolver()) if name not in OWN_ACTS]


# Whose ids an address takes, by how its name begins (the longest counts). One that is not here is tried with
# an id of every kind, so a new page is walked before anybody has thought of it.
TAKES = {
    "patient:": "patient",
    "capacity:": "patient",
    "patient:withdraw-consent": "consent",
    "patient:duty": "duty",
    "patient:leave": "designatedcontact",
    "patient:end-contact": "designatedcontact",
    "patient:answer": "episode",
    "patient:end": "episode",
    "patient:end-representative": "",
    "patient:remove-block": "block",
    "patient:lift-block": "block",
    "patient:note": "visitnote",
    "patient:correct-note": "visitnote",
    "patient:dispute-note": "visitnote",
    "patient:fact": "fact",
    "patient:void-fact": "fact",
    "patient:dispute-fact": "fact",
    "followup:": "patient",
    "followup:read-notice": "",
    "intake:": "carerequest",
    "intake:early-tell": "patient",
    "handover:": "handover",
    "handover:new": "patient",
    "handover:direct_admission": "episode",
    "handover:short_term_place": "episode",
    "discharge:": "hospitalstay",
    "discharge:order": "patient",
    "discharge:deliver": "supply",
    "discharge:cancel": "supply",
    "plans:": "plan",
    "plans:choose": "patient",
    "plans:start": "patient",
    "plans:binder": "patient",
    "plans:binder-pdf": "binder",
    "plans:binder-put": "binder",
    "conference:": "conference",
    "conference:put-up": "patient",
    "conference:case": "conferencecase",
    "conference:decide": "conferencecase",
    "conference:remove": "conferencecase",
    "mypage:plan": "plan",
    "plans:picture": "binderpicture",
    "plans:picture-add": "patient",
    "plans:kit": "needskit",
    "plans:kit-place": "patient",
    "plans:kit-give": "kititem",
    "plans:kit-prescribe": "kititem",
    "plans:kit-discard": "kititem",
    "plans:kit-effect": "kitevent",
    "team:": "visit",
    "planner:": "visit",
    "planner:run": "",
    "planner:shift": "",
    "planner:new-visit": "episode",
    "planner:new-need": "episode",
    "planner:end-need": "visitneed",
    "deviations:": "deviation",
    "deviations:file": "",
}


def taken_by(name: str, ids: dict[str, uuid.UUID]) -> list[uuid.UUID]:
    """The ids to try an address with."""
    starts = sorted((start for start in TAKES if name.startswith(start)), key=len)
    kind = TAKES[starts[-1]] if starts else ""
    return [ids[kind]] if kind in ids else list(ids.values())


def paths(ids: dict[str, uuid.UUID]) -> Iterator[str]:
    """Every address, with ids of the patient's rows where it takes one."""
    for name, pattern in ALL:
        converters = pattern.pattern.converters
        named = [key for key, converter in converters.items() if type(converter).__name__ == "UUIDConverter"]
        if not converters:
            yield reverse(name)
        elif len(named) == len(converters) == 1:
            yield from (reverse(name, kwargs={named[0]: key}) for key in taken_by(name, ids))


def told(answer: Any) -> str:
    """All that an answer says, headers too."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return f"{answer.headers}\n{body.decode(errors='replace')}"


def found(client: Client, path: str, secrets: tuple[str, ...]) -> dict[str, list[str]]:
    """The secrets that the answers to GET and POST of an address tell."""
    tells = {}
    for method in ("get", "post"):
        text = told(getattr(client, method)(path))
        seen = [secret for secret in secrets if secret in text or escape(secret) in text]
        if seen:
            tells[f"{method} {path}"] = seen
    return tells


def walk(client: Client, world: World, secrets: tuple[str, ...]) -> dict[str, list[str]]:
    """What all addresses together tell of ``secrets``, and by the search for a name; nothing may be changed by it."""
    before = writes()
    tells: dict[str, list[str]] = {}
    for path in paths(world.ids):
        tells |= found(client, path, secrets)
    by_name = told(client.post(reverse("patient:search"), {"identifier": "Hemligsson"}))
    if "Zebulon" in secrets and "Zebulon" in by_name:
        tells["search"] = ["Zebulon"]
    assert writes() == before
    return tells


def writes() -> int:
    """How many acts on the patient's rows have been made."""
    acts = AuditEvent.objects.filter(action__in=["write", "sign", "delete", "emergency"])
    return acts.exclude(what__startswith="account.").count()


@pytest.mark.parametrize("role", ROLES)
def test_a_stranger_of_another_provider_finds_nothing(world: World, role: str) -> None:
    client = acting(make.stranger(world, role, same_provider=False))
    assert walk(client, world, (*IDENTITY, *CONTENT)) == {}


@pytest.mark.parametrize("role", ["team", "physician", "ward", "coordinator", "planner"])
def test_a_stranger_at_another_unit_of_the_provider_finds_nothing(world: World, role: str) -> None:
    client = acting(make.stranger(world, role, same_provider=True))
    assert walk(client, world, (*IDENTITY, *CONTENT)) == {}


@pytest.mark.parametrize("role", ["manager", "safety"])
def test_who_watches_over_the_provider_sees_deviations_and_nothing_of_the_person(world: World, role: str) -> None:
    client = acting(make.stranger(world, role, same_provider=True))
    hidden = [secret for secret in (*IDENTITY, *CONTENT) if secret not in DEVIATION]
    tells = walk(client, world, tuple(hidden))
    # Log control says whose record was opened, and no more of the person.
    log = {path: seen for path, seen in tells.items() if path.startswith(f"get {reverse('log:queue')}")}
    assert {word for seen in log.values() for word in seen} <= NAMED
    assert {path: seen for path, seen in tells.items() if path not in log} == {}


@pytest.mark.parametrize("role", ["team", "physician", "municipal", "social"])
def test_an_ended_relation_is_none(world: World, role: str) -> None:
    client = acting(make.related(world, role, VISIT, **ENDED))
    assert walk(client, world, (*IDENTITY, *CONTENT)) == {}


def test_an_expired_session_finds_nothing(world: World) -> None:
    client = acting(world.area.team)
    assert "Zebulon" in told(client.get(reverse("patient:page", args=[world.area.patient.pk])))
    session = client.session
    session.set_expiry(-1)
    session.save()
    assert walk(client, world, (*IDENTITY, *CONTENT)) == {}


def test_a_lapsed_commission_finds_nothing(world: World) -> None:
    by = world.area.team
    client = acting(by)
    by.until = AT.date()
    by.save()
    assert walk(client, world, (*IDENTITY, *CONTENT)) == {}


@pytest.mark.parametrize("role", ["team", "municipal", "social", "coordinator", "planner", "ward", "sender"])
def test_a_relation_without_consent_opens_no_content(world: World, role: str) -> None:
    kind = "social" if role == "social" else VISIT
    by = make.related(world, role, kind)
    client = acting(by)
    assert "Zebulon" in told(client.get(reverse("patient:page", args=[world.area.patient.pk])))
    assert walk(client, world, CONTENT) == {}


def test_a_block_closes_though_consent_is_given_and_the_choice_made(world: World) -> None:
    by = make.related(world, "physician", VISIT)
    make.share(world)
    access.choose(patient=world.area.patient, why="visit", by=by, at=AT)
    page = reverse("patient:page", args=[world.area.patient.pk])
    client = acting(by)
    assert "ORDANTECKNING" in told(client.get(page))
    access.block(patient=world.area.patient, scope=Block.Scope.OUTER, by=world.area.team, at=AT)
    assert walk(client, world, (*COORDINATION, *NOTES, *DEVIATION)) == {}


def test_another_unit_of_the_provider_reads_no_note_before_the_choice(world: World) -> None:
    by = make.stranger(world, "physician", same_provider=True)
    make.CareRelationFactory(patient=world.area.patient, unit=by.unit, kind="listed", since=AT)
    client = acting(by)
    assert walk(client, world, (*NOTES, *DEVIATION)) == {}


def test_who_sent_a_request_follows_it_and_finds_nothing_else(world: World) -> None:
    client = acting(world.sender)
    assert "ORDBAKGRUND" in told(client.get(reverse("intake:request", args=[world.request.pk])))
    hidden = ("Gömdvägen", "KOD9173X", "Kinship", *COORDINATION, *NOTES, *DEVIATION)
    assert walk(client, world, hidden) == {}
    assert client.get(reverse("patient:page", args=[world.area.patient.pk])).status_code == 404


def test_nobody_finds_the_own_record_at_work(world: World) -> None:
    OwnRecord.objects.create(staff=world.area.team.staff, patient=world.area.patient)
    hidden = ("Gömdvägen", "KOD9173X", "Kinship", *REQUEST, *COORDINATION, *NOTES)
    assert walk(acting(world.area.team), world, hidden) == {}


@pytest.mark.parametrize("role", ["coordinator", "ward", "planner"])
def test_a_protected_place_is_nowhere_for_those_who_do_not_go_there(world: World, role: str) -> None:
    patient = world.area.patient
    patient.protection = "protected"
    patient.save()
    by = make.related(world, role, VISIT)
    assert walk(acting(by), world, ("Gömdvägen", "KOD9173X", "63.917")) == {}


@pytest.mark.parametrize(
    ("role", "kind"),
    [
        ("coordinator", "request"),
        ("ward", "ward"),
        ("planner", VISIT),
        # A team that has been asked, and has not yet said yes: it does not go there.
        ("team", "request"),
    ],
)
def test_no_name_of_a_unit_tells_where_a_protected_person_lives(world: World, role: str, kind: str) -> None:
    make.hide(world)
    make.share(world)
    by = make.related(world, role, kind)
    access.choose(patient=world.area.patient, why="visit", by=by, at=AT)
    client = acting(by)
    page = told(client.get(reverse("patient:page", args=[world.area.patient.pk])))
    assert "Zebulon" in page
    assert "ORDMAL" in page
    tells = walk(client, world, (PLACE, LINE, "Gömdvägen", "KOD9173X", "63.917"))
    # All units and their numbers stand in the directory, whoever the patient is.
    tells.pop(f"get {reverse('account:directory')}")
    # So do all conferences, for whoever may put somebody up.
    for method in ("get", "post"):
        tells.pop(f"{method} {reverse('conference:put-up', args=[world.area.patient.pk])}", None)
    assert tells == {}


def test_the_names_of_units_are_there_to_find(world: World) -> None:
    """The team that goes there is told every name, so that the walk above can fail."""
    make.hide(world)
    page = told(acting(world.area.team).get(reverse("patient:page", args=[world.area.patient.pk])))
    assert page.count(PLACE) > 5
    assert LINE in page


def test_there_is_something_to_find(world: World) -> None:
    """The team itself finds nearly all of it, so that the walk can fail."""
    client, tells = acting(world.area.team), set()
    for path in paths(world.ids):
        answer = client.get(path)
        tells |= {secret for secret in (*IDENTITY, *CONTENT) if secret in told(answer)}
    assert tells >= {"Zebulon", "Hemligsson", "Gömdvägen", "ORDMAL", "ORDVIKTIGT", "ORDBEHOV", "ORDANTECKNING"}
    assert tells >= {"ORDSKAL", "ORDLAKEMEDEL", "Kinship", "KOD9173X"}
