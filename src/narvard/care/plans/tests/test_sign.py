"""Written, signed, in force: by those who may, whole, and never against what the person wants without a reason."""

from datetime import date

import pytest

from narvard.care import rules
from narvard.care.plans import actions, errors, queries
from narvard.care.plans.models import Contribution, Plan
from narvard.care.plans.tests.factories import SIP_MUNICIPALITY, SIP_REGION, STRATEGY
from narvard.care.tests.factories import AT, HOUR
from narvard.core.errors import Stale
from narvard.core.models import AuditEvent
from narvard.organisation.models import Profession


def test_a_strategy_comes_into_force_with_a_day_to_look_at_it_again(writers):
    plan = writers.strategy()
    stored = queries.with_versions(Plan.objects.all()).get(pk=plan.pk)
    current = queries.current_of(stored)
    assert current.adopted_by == writers.physician
    assert stored.review_on == date(2026, 12, 23)
    assert queries.draft_of(stored) is None
    assert {"care.start_plan", "care.write_plan", "care.sign_plan", "care.adopt_plan"} <= set(
        AuditEvent.objects.values_list("what", flat=True)
    )


def test_what_was_in_force_can_never_be_written_in(writers):
    plan = writers.strategy()
    for act in (
        lambda: actions.write_contributions(plan=plan, texts={"aim": {}}, by=writers.physician, at=AT),
        lambda: actions.sign_contributions(plan=plan, by=writers.physician, at=AT),
        lambda: actions.adopt_plan(plan=plan, by=writers.physician, at=AT),
    ):
        with pytest.raises(errors.PlanEnded):
            act()
    assert Contribution.objects.get(section="aim").content == STRATEGY["aim"]


def test_a_nurse_signs_nursing_but_neither_the_course_nor_the_strategy(writers):
    plan = writers.start()
    writers.write(plan, STRATEGY)
    writers.write(plan, {"nursing": {"routines": "Vändning var tredje timme"}}, by=writers.nurse)
    with pytest.raises(errors.NoRightToSign):
        actions.adopt_plan(plan=plan, by=writers.nurse, at=AT)
    actions.write_contributions(plan=plan, texts={"course": STRATEGY["course"]}, by=writers.nurse, at=AT)
    with pytest.raises(errors.NoRightToSign, match="Om det blir sämre"):
        actions.sign_contributions(plan=plan, by=writers.nurse, at=AT)


def test_a_part_without_signature_and_a_part_that_is_missing_stop_it(writers):
    plan = writers.start()
    with pytest.raises(errors.NothingWritten):
        actions.sign_contributions(plan=plan, by=writers.physician, at=AT)
    writers.write(plan, {key: text for key, text in STRATEGY.items() if key != "wishes"})
    with pytest.raises(errors.NothingWritten, match="Önskad vårdplats"):
        actions.adopt_plan(plan=plan, by=writers.physician, at=AT)
    writers.write(plan, STRATEGY)
    actions.write_contributions(plan=plan, texts={"nursing": {"routines": "Nytt"}}, by=writers.nurse, at=AT)
    with pytest.raises(errors.NotSigned, match="Hemsjukvården"):
        actions.adopt_plan(plan=plan, by=writers.physician, at=AT)


def test_a_row_that_lacks_what_it_must_hold_stops_it(writers):
    plan = writers.start()
    writers.write(plan, {**STRATEGY, "course": {"expected": [{"what": "Feber"}]}})
    with pytest.raises(errors.NothingWritten, match="Gör så här"):
        actions.adopt_plan(plan=plan, by=writers.physician, at=AT)


def test_a_changed_part_loses_its_signature_and_an_unchanged_one_keeps_it(writers):
    plan = writers.start()
    writers.write(plan, STRATEGY)
    texts = {**STRATEGY, "aim": {**STRATEGY["aim"], "situation": "Sämre"}}
    actions.write_contributions(plan=plan, texts=texts, by=writers.physician, at=AT + HOUR)
    unsigned = Contribution.objects.filter(signed_at=None)
    assert [row.section for row in unsigned] == ["aim"]


def test_a_strategy_that_the_person_does_not_want_is_refused(writers):
    plan = writers.start()
    writers.write(plan, {**STRATEGY, "wishes": {"place": "home", "agrees": "refuses"}})
    with pytest.raises(errors.AgainstWishes):
        actions.adopt_plan(plan=plan, by=writers.physician, at=AT, despite="Ändå")


def test_to_hospital_against_the_persons_wish_needs_a_reason_that_is_kept(writers):
    course = {"expected": [{"what": "Benbrott", "do": "Ring 112", "where": "hospital"}]}
    plan = writers.start()
    writers.write(plan, {**STRATEGY, "course": course})
    with pytest.raises(errors.AgainstWishes, match="sjukhus"):
        actions.adopt_plan(plan=plan, by=writers.physician, at=AT)
    version = actions.adopt_plan(plan=plan, by=writers.physician, at=AT, despite="Personen vill det vid benbrott")
    assert version.despite == "Personen vill det vid benbrott"


def test_a_sip_needs_both_principals_and_the_persons_yes(writers):
    plan = writers.start("sip")
    writers.write(plan, SIP_REGION)
    with pytest.raises(errors.NotSigned, match="kommunen"):
        actions.adopt_plan(plan=plan, by=writers.physician, at=AT)
    writers.write(plan, SIP_MUNICIPALITY, by=writers.nurse)
    with pytest.raises(errors.NoConsentToPlan):
        actions.adopt_plan(plan=plan, by=writers.physician, at=AT)
    with pytest.raises(errors.NoConsentToPlan):
        actions.record_plan_consent(plan=plan, yes=actions.Yes("cannot"), by=writers.nurse, at=AT)
    actions.record_plan_consent(plan=plan, yes=actions.Yes("spoken"), by=writers.nurse, at=AT)
    assert actions.adopt_plan(plan=plan, by=writers.nurse, at=AT).adopted_by == writers.nurse


def test_a_stale_page_saves_nothing(writers):
    plan = writers.start()
    actions.write_contributions(plan=plan, texts=STRATEGY, by=writers.physician, at=AT, version=1)
    with pytest.raises(Stale):
        actions.write_contributions(plan=plan, texts={"aim": {}}, by=writers.physician, at=AT, version=1)


def test_an_outsider_and_one_who_only_meets_the_patient_write_nothing(writers):
    plan = writers.start(joint=False)
    for by in (writers.area.other_team, writers.nurse):
        with pytest.raises(errors.NotInPlan):
            actions.write_contributions(plan=plan, texts=STRATEGY, by=by, at=AT)
    with pytest.raises(rules.NotYourPatient):
        writers.start("sip", by=writers.area.other_team, joint=False)


def test_it_is_sent_to_units_that_care_for_the_person_and_to_no_others(writers):
    with pytest.raises(rules.NotYourPatient):
        actions.start_plan(
            patient=writers.area.patient, kind="sip", units=[writers.area.other_team.unit], by=writers.physician, at=AT
        )
    plan = writers.start(joint=False)
    actions.share_plan(plan=plan, units=[writers.nurse.unit], by=writers.physician, at=AT)
    assert writers.nurse.unit_id in Plan.objects.get().parties()


def test_a_plan_that_is_each_units_own_is_not_sent(writers):
    with pytest.raises(errors.OwnUnitOnly):
        writers.start("medication_review")
    assert writers.start("medication_review", joint=False).information_kind == "medical"
    assert writers.start("medication_review", by=writers.nurse, joint=False).scope == str(writers.nurse.unit_id)


def test_one_plan_of_a_kind_at_a_time(writers):
    writers.start()
    with pytest.raises(errors.PlanAlreadyOpen):
        writers.start(by=writers.nurse, joint=False)
    with pytest.raises(errors.NoSuchPlanKind):
        writers.start("horoscope")


def test_nothing_is_begun_for_the_dead(writers):
    writers.area.patient.died_at = AT
    writers.area.patient.save()
    with pytest.raises(rules.PatientHasDied):
        writers.start()


def test_the_municipalitys_physiotherapist_writes_in_the_rehabilitation_plan(writers):
    writers.physician.staff.profession = Profession.PHYSIOTHERAPIST
    writers.physician.staff.save()
    plan = writers.start("rehabilitation")
    region = {
        "ability": {"can": "Äta", "challenges": "Trappan"},
        "goals": {"rows": [{"goal": "Gå ut själv", "by_when": date(2026, 12, 20)}]},
        "exercises": {"rows": [{"what": "Uppresning", "often": "10 gånger, tre gånger om dagen"}]},
    }
    writers.write(plan, region)
    writers.write(plan, {"exercises": {"rows": [{"what": "Promenad i hallen"}]}}, by=writers.nurse)
    actions.adopt_plan(plan=plan, by=writers.physician, at=AT)
    assert Contribution.objects.filter(section="exercises").count() == 2
    assert Contribution.objects.get(section="goals").content["rows"][0]["by_when"] == "2026-12-20"
