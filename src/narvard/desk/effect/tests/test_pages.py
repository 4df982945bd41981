"""The effect pages: a design suggested, a study reckoned by the worker, the result in words, files to repeat it."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from narvard.access.queries import SESSION_KEY
from narvard.care.models import Episode
from narvard.core import runs
from narvard.core.models import AuditEvent, Run
from narvard.followup.effect.models import EffectStudy
from narvard.followup.effect.reckoning import reckon
from narvard.followup.effect.tests.factories import AT, PERIOD, make_manager, make_study_world
from narvard.followup.effect.tests.rollout import STEPS, make_rollout_world
from narvard.organisation.models import Commission
from narvard.organisation.tests.factories import CommissionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(settings):
    settings.NARVARD_CLOCK = AT.isoformat()


@pytest.fixture
def by() -> Commission:
    return make_manager()


@pytest.fixture
def programme(by):
    return make_study_world(by)


def screen(commission: Commission) -> Client:
    client = Client()
    client.force_login(commission.staff.user)
    session = client.session
    session[SESSION_KEY] = str(commission.pk)
    session.save()
    return client


def asked(programme, since=PERIOD[0], until=PERIOD[1]):
    return {"programme": str(programme.pk), "since": str(since), "until": str(until)}


def ask(client, programme, **days):
    return client.post(reverse("effect:list"), {"once": uuid.uuid4(), **asked(programme, **days)})


@pytest.fixture
def study(by, programme):
    assert ask(screen(by), programme).status_code == 302
    row = EffectStudy.objects.get()
    runs.execute(row.run_id, reckon)
    return row


def page(client, row):
    return client.get(reverse("effect:study", args=[row.pk]))


def test_the_design_is_suggested_then_the_study_is_asked_for(by, programme):
    client = screen(by)
    shown = client.get(reverse("effect:list"), asked(programme)).content.decode()
    assert "Jämför med liknande personer" in shown
    assert "Uppgifterna är påhittade" in shown
    answer = ask(client, programme)
    row = EffectStudy.objects.get()
    assert answer.url == reverse("effect:study", args=[row.pk])
    assert "Studien räknas" in client.get(answer.url).content.decode()
    part = client.get(answer.url, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "progress" in part


def test_the_result_is_told_in_words_and_the_naive_one_is_marked(by, study):
    shown = page(screen(by), study).content.decode()
    assert "Kan inte skiljas från ingen effekt</h1>" in shown
    assert "Okontrollerad: före och efter bland de inskrivna" in shown
    assert shown.index("Hur lika grupperna är") < shown.index("Okontrollerad: före och efter")
    assert "Kan inte skiljas från ingen effekt." in screen(by).get(reverse("effect:list")).content.decode()
    done = screen(by).get(reverse("effect:study", args=[study.pk]), headers={"HX-Request": "true"})
    assert done.headers["HX-Refresh"] == "true"


def test_the_table_and_the_script_are_fetched_and_logged(by, study):
    client = screen(by)
    table = client.get(reverse("effect:table", args=[study.pk])).content.decode()
    assert table.startswith("person;treated;municipality;index_month;earlier;age;")
    assert AuditEvent.objects.get(what="effect.export").action == "export"
    script = client.get(reverse("effect:script", args=[study.pk])).content.decode()
    assert "matched_cohort" in script


def test_a_roll_out_by_steps_is_suggested_from_what_the_user_tells_and_reckoned(by):
    programme = make_rollout_world(by, STEPS)
    client, there = screen(by), reverse("effect:list")
    told = {
        "programme": str(programme.pk),
        "since": "2026-01-01",
        "until": "2026-09-01",
        "starts_of": str(programme.pk),
    }
    bare = client.get(there, told).content.decode()
    assert "Ingen jämförelse håller" in bare
    told |= {f"start_{code}": day.isoformat() for code, day in STEPS.items()}
    shown = client.get(there, told).content.decode()
    assert "Jämför kommuner som började vid olika tid</h2>" in shown
    assert 'value="stepped" class="button button--primary"' in shown
    assert 'value="series"' in shown
    assert 'value="matched"' not in shown
    answer = client.post(there, {**told, "once": uuid.uuid4(), "design": "stepped"})
    row = EffectStudy.objects.get()
    assert (answer.url, row.design, row.starts) == (
        reverse("effect:study", args=[row.pk]),
        "stepped",
        {code: day.isoformat() for code, day in STEPS.items()},
    )
    runs.execute(row.run_id, reckon)
    found = page(client, row).content.decode()
    assert "Kan inte skiljas från ingen effekt</h1>" in found
    assert "En påhittad start mitt i tiden före" in found
    assert found.index("månad för månad från starten") < found.index("Okontrollerad: före och efter")
    assert "stepped_rollout" in client.get(reverse("effect:script", args=[row.pk])).content.decode()
    series = client.post(there, {**told, "once": uuid.uuid4(), "design": "series"})
    runs.execute(EffectStudy.objects.get(design="series").run_id, reckon)
    assert "Månad för månad" in client.get(series.url).content.decode()
    wrong = client.post(there, {**asked(programme), "once": uuid.uuid4(), "design": "stepped"})
    assert (wrong.status_code, "räcker inte till" in wrong.content.decode()) == (409, True)


def test_another_programme_has_its_own_starts(by, programme):
    client = screen(by)
    shown = client.get(reverse("effect:list"), {**asked(programme), "starts_of": "another", "start_2480": "2020-01-01"})
    first = timezone.localdate(Episode.objects.order_by("started_at").first().started_at)
    assert f'name="start_2480" value="{first}"' in shown.content.decode()


def test_a_failed_run_and_a_study_of_too_few_say_so(by, study):
    client = screen(by)
    Run.objects.filter(pk=study.run_id).update(state=Run.State.FAILED)
    assert "Studien kunde inte räknas" in page(client, study).content.decode()
    Run.objects.filter(pk=study.run_id).update(state=Run.State.DONE)
    study.refresh_from_db()
    counts = study.result["counts"]
    EffectStudy.objects.update(result={"counts": counts, "synthetic": False, "refused": "few"}, table="")
    shown = page(client, study).content.decode()
    assert "För få att jämföra" in shown
    assert "Okontrollerad" not in shown
    assert client.get(reverse("effect:table", args=[study.pk])).status_code == 404


def test_what_cannot_be_asked_is_said(by, programme):
    client = screen(by)
    answer = ask(client, programme, since="2026-01-01")
    assert (answer.status_code, "Med de vårddata som finns" in answer.content.decode()) == (409, True)
    assert client.get(reverse("effect:list"), {"programme": "x", "since": "y"}).status_code == 200
    assert not EffectStudy.objects.exists()


def test_without_data_the_page_says_where_to_begin(by):
    assert "Inga vårddata är inlästa" in screen(by).get(reverse("effect:list")).content.decode()


def test_one_at_the_management_without_follow_up_asks_nothing_and_fetches_no_table(by, programme, study):
    client = screen(CommissionFactory(unit=by.unit, role=Commission.Role.MANAGER))
    assert ask(client, programme).status_code == 409
    assert client.get(reverse("effect:table", args=[study.pk])).status_code == 404


def test_another_provider_and_a_nurse_find_nothing(by, study):
    other, nurse = screen(make_manager("fjarran")), screen(CommissionFactory(unit=by.unit))
    for client in (other, nurse):
        for name in ("study", "table", "script"):
            assert client.get(reverse(f"effect:{name}", args=[study.pk])).status_code == 404
    assert nurse.get(reverse("effect:list")).status_code == 404


def test_the_list_asks_the_same_whatever_its_length(by, study, django_assert_max_num_queries):
    client = screen(by)
    client.get(reverse("effect:list"))
    with django_assert_max_num_queries(9):
        client.get(reverse("effect:list"))
