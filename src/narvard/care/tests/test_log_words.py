"""What somebody wrote as a reason stays in the room's own row: the log holds kinds, codes and ids, never the words."""

from datetime import timedelta

import pytest

from narvard.care import actions
from narvard.care.models import Death, HandoverEvent, HospitalStay, Responsibility, UndoneDischarge
from narvard.care.tests.factories import AT, HOUR
from narvard.core.models import AuditEvent
from narvard.flows import life
from narvard.people.actions import undo_death

SECRET = "Hon har fått lunginflammation"


@pytest.fixture
def area(area):
    area.enrol(nursing=area.home_nursing)
    return area


def logged() -> list[str]:
    return list(AuditEvent.objects.values_list("reason", flat=True))


def no_words(*whats: str) -> None:
    assert AuditEvent.objects.filter(what__in=whats).count() == len(whats)
    assert [reason for reason in logged() if "lunginflammation" in reason] == []


def handover(area):
    return area.propose(area.patient.episode_set.get(), area.other_team, kinds=["medical"])


@pytest.mark.parametrize(("name", "by"), [("decline", "other_team"), ("withdraw", "team"), ("escalate", "other_team")])
def test_the_answer_to_a_handover(area, name, by):
    act = getattr(actions, f"{name}_handover")
    act(handover=handover(area), reason=SECRET, by=getattr(area, by), at=AT + 2 * HOUR)
    no_words(f"care.{name}_handover")
    assert HandoverEvent.objects.filter(reason=SECRET).count() == 1


def test_the_end_of_an_enrolment(area):
    row = handover(area)
    episode = area.enrol(by=area.other_team, at=AT + HOUR, medical=area.team, nursing=area.home_nursing,
                         rehabilitation=area.team, coordination=area.team)  # fmt: skip
    actions.end_episode(episode=episode, reason=SECRET, by=area.other_team, at=AT + 3 * HOUR)
    no_words("care.end_episode")
    episode.refresh_from_db()
    assert (episode.end_reason, row.episode == episode) == (SECRET, False)


def test_a_death_taken_back(area):
    life.register_death(patient=area.patient, died_at=AT + HOUR, by=area.team, at=AT + 2 * HOUR)
    life.take_back_death(patient=area.patient, reason=SECRET, by=area.team, at=AT + 3 * HOUR)
    no_words("care.restore_after_death", "people.undo_death")
    assert Death.objects.get().undo_reason == SECRET
    assert Responsibility.objects.filter(void_reason=SECRET).exists()


def test_a_stay_taken_back(area):
    stay = actions.admit_patient(
        patient=area.patient, ward=area.ward.unit, admitted_at=AT + HOUR, by=area.ward, at=AT + HOUR
    )
    actions.discharge_patient(stay=stay, discharged_at=AT + 2 * HOUR, by=area.ward, at=AT + 2 * HOUR)
    actions.undo_discharge(stay=stay, reason=SECRET, by=area.ward, at=AT + 3 * HOUR)
    actions.undo_admission(stay=stay, reason=SECRET, by=area.ward, at=AT + 4 * HOUR)
    no_words("care.undo_discharge", "care.undo_admission")
    undone = UndoneDischarge.objects.get()
    assert (undone.reason, undone.discharged_at, undone.undone_by) == (SECRET, AT + 2 * HOUR, area.ward)
    assert HospitalStay.objects.get().undo_reason == SECRET


def test_the_ledgers_row_in_the_log_says_what_moved_by_what_and_to_whom(area):
    row = handover(area)
    actions.accept_handover(handover=row, by=area.other_team, at=AT + 2 * HOUR)
    said = AuditEvent.objects.filter(what="care.responsibility").latest("pk")
    assert (said.reason, said.object_id) == (f"handover: medical→{area.other_team.unit_id}", str(row.pk))
    actions.share_responsibility(
        patient=area.patient, kind="nursing", scope="Bröstcancersår", unit=area.home_nursing.unit,
        by=area.home_nursing, at=AT + 3 * HOUR,
    )  # fmt: skip
    said = AuditEvent.objects.filter(what="care.responsibility").latest("pk")
    assert said.reason == f"enrolment: nursing/part→{area.home_nursing.unit_id}"
    when = AT + HOUR + timedelta(minutes=30)
    actions.admit_patient(patient=area.patient, ward=area.ward.unit, admitted_at=when, by=area.ward, at=AT + 4 * HOUR)
    said = AuditEvent.objects.filter(what="care.responsibility").latest("pk")
    assert "void: medical 2" in said.reason
    assert "inläggning" not in said.reason


def test_taking_a_death_back_needs_the_reason_all_the_same(area):
    life.register_death(patient=area.patient, died_at=AT + HOUR, by=area.team, at=AT + 2 * HOUR)
    with pytest.raises(Exception, match="varför"):
        undo_death(patient=area.patient, reason=" ", by=area.team, at=AT + 3 * HOUR)
