"""What a monitor reads at ``/health`` about the audit log."""

from datetime import timedelta

import pytest
from django.db import DatabaseError

from narvard.core import audit, clock, heads, seal
from narvard.core.models import AuditChain
from narvard.core.tasks import seal_audit

pytestmark = pytest.mark.django_db


def test_a_row_that_was_just_written_may_wait_for_the_sealer(client):
    audit.write("care.enrol", by=audit.SYSTEM, at=clock.now())
    answer = client.get("/health")
    assert (answer.status_code, answer.json()["sealer"]) == (200, "ok")


def test_a_row_that_nobody_seals_is_seen(client):
    audit.write("care.enrol", by=audit.SYSTEM, at=clock.now() - timedelta(minutes=4))
    answer = client.get("/health")
    assert (answer.status_code, answer.json()["sealer"]) == (503, "late")
    assert 240 <= answer.json()["oldest_unsealed_row_seconds"] < 300
    seal_audit(clock.now())
    answer = client.get("/health")
    assert (answer.status_code, answer.json()["sealer"], answer.json()["audit_heads"]) == (200, "ok", "ok")


def test_chains_that_lack_what_was_exported_are_seen(client):
    assert client.get("/health").json()["audit_heads"] == "none"
    audit.write("care.enrol", by=audit.SYSTEM, at=clock.now())
    seal_audit(clock.now())
    batch = AuditChain.objects.get().batches.get()
    type(batch).objects.update(head="0" * 64)
    answer = client.get("/health")
    assert (answer.status_code, answer.json()["audit_heads"]) == (503, "disagree")
    heads.place().write_text("något annat")
    assert client.get("/health").json()["audit_heads"] == "disagree"


def test_a_database_that_does_not_answer_is_told(client, monkeypatch):
    def down() -> None:
        raise DatabaseError

    monkeypatch.setattr(seal, "oldest_unsealed", down)
    answer = client.get("/health")
    assert (answer.status_code, answer.json()["database"], answer.json()["sealer"]) == (503, "down", "unknown")
