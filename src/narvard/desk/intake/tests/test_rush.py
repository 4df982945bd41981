"""Fifty requests at once through the real page, half of them sent twice: none lost, none twice, none refused.

Nothing is timed here.
"""

import threading
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from narvard.desk.intake.tests.conftest import SignIn
from narvard.intake.models import CareRequest, RequestEvent
from narvard.intake.tests.world import World, build
from narvard.organisation.tests.factories import CommissionFactory
from narvard.people.models import PatientIdentifier
from narvard.people.tests.factories import PatientFactory

MANY = 50
PATIENCE = 240
NEW = reverse("intake:new")


@pytest.mark.django_db(transaction=True)
def test_fifty_at_once(as_: SignIn) -> None:
    world = build()
    told = [form(world) for _each in range(MANY)]
    browsers = [as_(CommissionFactory(unit=world.ward, role="ward")) for _each in range(10)]
    answers: list[Any] = []
    go = threading.Barrier(len(browsers))

    def send(client: Client, mine: list[dict[str, str]]) -> None:
        try:
            go.wait(PATIENCE)
            answers.extend(client.post(NEW, each).status_code for each in mine)
        finally:
            connection.close()

    # Every second form is sent again with the same key: a double click, an impatient reload.
    shares = [[*told[n :: len(browsers)], *told[n :: len(browsers)][::2]] for n in range(len(browsers))]
    threads = [threading.Thread(target=send, args=pair) for pair in zip(browsers, shares, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert not any(thread.is_alive() for thread in threads)
    assert answers == [302] * sum(len(share) for share in shares)
    assert sorted(CareRequest.objects.values_list("question", flat=True)) == sorted(each["question"] for each in told)
    assert RequestEvent.objects.filter(kind="registered").count() == MANY
    assert CareRequest.objects.values("reference").distinct().count() == MANY


def form(world: World) -> dict[str, str]:
    """A request about somebody of their own, as the ward's page sends it."""
    patient = PatientFactory(municipality=world.patient.municipality)
    return {
        "once": str(uuid.uuid4()),
        "identifier": PatientIdentifier.objects.get(patient=patient).value,
        "question": f"Utskrivning i dag, {patient.pk}",
        "urgency": "acute",
    }
