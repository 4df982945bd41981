"""The scenario pages: who may, what is kept, what is shown."""

import json
import uuid
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import translation

from narvard.capacity.models import Scenario
from narvard.capacity.scenarios.actions import request_run
from narvard.capacity.scenarios.packaged import EDITED
from narvard.capacity.scenarios.queries import latest_run
from narvard.capacity.scenarios.tasks import simulate
from narvard.capacity.scenarios.tests.factories import AT, definition, manager, result, scenario
from narvard.core.models import AuditEvent, Run
from narvard.organisation.tests.factories import CareUnitFactory, CommissionFactory, MunicipalityFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(settings):
    settings.NARVARD_CLOCK = "2026-11-23T07:30:00+01:00"


def sign_in(client, commission):
    client.force_login(commission.staff.user)
    session = client.session
    session["commission"] = str(commission.pk)
    session.save()
    return commission


@pytest.fixture
def by(client):
    return sign_in(client, manager())


def answers(client, url):
    """The form's fields as the page shows them, as a browser would send them."""
    edit = client.get(url).context["edit"]
    forms = [edit.main, edit.intake, edit.added, edit.prices, edit.assumptions, *edit.teams]
    forms += [shift for team in edit.teams for shift in team.shifts]
    sent = {}
    with translation.override("sv"):
        for form in forms:
            for field in form:
                value = field.value()
                if value is False or value is None:
                    continue
                shown = field.field.widget.format_value(value) if not isinstance(value, list | bool) else value
                if isinstance(value, list):
                    # A browser sends what is ticked in the order of the page.
                    value = [key for key, _label in field.field.choices if key in value]
                sent[field.html_name] = shown if shown is not None else ""
    return {**sent, "once": str(uuid.uuid4()), "title": "En bil till i Vännäs"}


def prefix_of(client, url, name):
    edit = client.get(url).context["edit"]
    return next(team.prefix for team in edit.teams if team.team["name"] == name)


NEW = "capacity:new"


def test_cars_are_changed_and_the_scenario_runs(client, by):
    url = reverse(NEW) + "?modell=joint"
    sent = answers(client, url) | {f"{prefix_of(client, url, 'Primärvårdsteam Vännäs')}-s0-crews": "2"}
    answer = client.post(url, sent)
    row = Scenario.objects.get()
    assert answer.url == reverse("capacity:scenario", args=[row.pk])
    before, after = definition().model, row.definition["model"]
    teams = {team["key"]: team for team in after["teams"]}
    assert [shift["crews"] for shift in teams["pv-2460"]["shifts"]] == [2]
    assert len(teams) == len(before["teams"])
    assert row.definition["assumptions"] == {}
    assert after["doors"] == before["doors"]
    assert latest_run(row.pk).state == Run.State.WAITING
    text = client.get(answer.url).content.decode()
    assert "Väntar på att arbetet börjar" in text
    assert "1 bil × vardagar 08.00–16.00" in text
    assert "2 bil × vardagar 08.00–16.00" in text


@pytest.mark.parametrize("name", EDITED)
def test_a_model_that_is_not_changed_is_kept_as_it_is(client, by, name):
    url = reverse(NEW) + f"?modell={name}"
    assert client.post(url, answers(client, url)).status_code == 302
    row = Scenario.objects.get()
    text = client.get(reverse("capacity:scenario", args=[row.pk])).content.decode()
    assert "Ingenting: modellen körs som den är." in text


def test_a_base_criteria_intake_and_an_assumption_are_changed(client, by):
    url = reverse(NEW) + "?modell=today"
    team = prefix_of(client, url, "Demensteamet")
    gone = prefix_of(client, url, "Geriatriskt öppenvårdsteam")
    sent = answers(client, url) | {
        f"{team}-areas": ["2460", "2480"],
        f"{team}-conditions": [],
        f"{team}-home_nursing": "yes",
        f"{team}-closes": "20:30",
        "intake-shared": "on",
        "intake-answer_hours": "1,5",
        "a-sickness_share": "0,1",
        "new-name": "Nattteam",
        "new-like": "demens",
        "new-areas": ["2401"],
    }
    del sent[f"{gone}-keep"]
    assert client.post(url, sent).status_code == 302
    kept = Scenario.objects.get().definition
    teams = {row["key"]: row for row in kept["model"]["teams"]}
    assert teams["demens"]["accepts"] == {"areas": ["2460", "2480"], "home_nursing": True}
    assert teams["demens"]["closes"] == 20.5
    assert "got" not in teams
    assert (teams["ny-1"]["name"], teams["ny-1"]["accepts"]["areas"]) == ("Nattteam", ["2401"])
    assert all("got" not in door and door[-1] == "ny-1" for door in kept["model"]["doors"].values())
    assert (kept["model"]["intake"]["shared"], kept["model"]["intake"]["answer_hours"]) == (True, 1.5)
    assert kept["assumptions"] == {"sickness_share": 0.1}


def test_what_is_wrong_is_said_and_nothing_is_kept(client, by):
    url = reverse(NEW)
    sent = answers(client, url) | {
        "t0-s0-crews": "-1",
        "a-sickness_share": "1,5",
        "t1-closes": "08:00",
        "t1-opens": "09:00",
    }
    answer = client.post(url, sent)
    assert answer.status_code == 422
    edit = answer.context["edit"]
    assert edit.teams[0].faulty
    assert edit.teams[1].errors["closes"] == ["Teamet ska stänga efter att det har öppnat."]
    assert "sickness_share" in edit.assumptions.errors
    assert not Scenario.objects.exists()


def test_shares_of_a_whole_must_be_a_whole(client, by):
    url = reverse(NEW)
    answer = client.post(url, answers(client, url) | {"a-condition.medical": "0,9"})
    assert answer.status_code == 409
    assert "ska tillsammans bli 1" in answer.content.decode()
    assert not Scenario.objects.exists()


def test_sent_twice_it_is_kept_once(client, by):
    url = reverse(NEW)
    sent = answers(client, url)
    assert client.post(url, sent).url == client.post(url, sent).url
    assert Scenario.objects.count() == 1


def test_a_copy_begins_where_the_other_ended(client, by):
    given = definition(assumptions={"sickness_share": 0.1})
    given.model["teams"][0]["places"] = 33
    row = scenario(by, definition=given.plain())
    url = reverse(NEW) + f"?kopia={row.pk}"
    assert client.post(url, answers(client, url)).status_code == 302
    copy = Scenario.objects.get(copy_of=row)
    assert copy.definition["model"]["teams"][0]["places"] == 33
    assert copy.definition["assumptions"] == {"sickness_share": 0.1}


@pytest.mark.parametrize("query", ["?modell=hope", "?kopia=hope", f"?kopia={uuid.UUID(int=1)}", "?modell=joint-norm"])
def test_what_is_not_there_cannot_be_copied(client, by, query):
    assert client.get(reverse(NEW) + query).status_code == 404


def test_the_enrolled_of_today_may_be_the_start(client, by, monkeypatch):
    from narvard.capacity.scenarios import stock

    monkeypatch.setattr(stock.overview, "enrolled", lambda area, at: {"2403": 3, "2480": 50, "0180": 9})
    url = reverse(NEW)
    text = client.get(url).content.decode()
    assert "Bjurholm färre än 5" in text
    client.post(url, answers(client, url) | {"start": "enrolled"})
    enrolled = Scenario.objects.get().definition["enrolled"]
    assert (enrolled["2403"], enrolled["2480"], "0180" in enrolled) == (3, 50, False)


def test_prices_and_what_a_bed_day_is_worth_are_kept_and_shown(client, by):
    url = reverse(NEW)
    assert client.post(url, answers(client, url) | {"p-km": "-1"}).status_code == 422
    client.post(url, answers(client, url) | {"p-region.bed_days": "9 300", "p-km": "25,5", "bed_day_hours": "8"})
    row = Scenario.objects.get()
    assert row.definition["unit_costs"] == {"km": 25.5, "region.bed_days": 9300.0}
    assert row.definition["bed_day_hours"] == 8.0
    three = [3.0, 2.0, 4.0]
    costs = {
        "by_model": {"scenario": {"region": [1e6, 9e5, 1.1e6]}, "today": {"region": [1.5e6, 1.4e6, 1.6e6]}},
        "difference": {"region": [-5e5, -6e5, -4e5]},
        "unpriced": ["region.ambulances"],
    }
    points = [{"admission_ratio": ratio, "bed_days_saved": three, "crew_hours_added": three} for ratio in (1.0, 0.5)]
    balance = {"hours_per_bed_day": 8.0, "admission_ratio": 0.7, "points": points}
    row = scenario(by, result=result() | {"costs": costs, "break_even": balance})
    text = client.get(reverse("capacity:scenario", args=[row.pk])).content.decode()
    assert "1\xa0000 (900 till 1\xa0100)" in text
    assert "Regionen: ambulansuppdrag" in text
    assert "värt 8 biltimmar lönar det sig först när inskrivna har 30 % färre sjukhusbehov än andra" in text
    assert "Kostnader" in client.get(reverse("capacity:csv", args=[row.pk])).content.decode()
    assert client.get(reverse("capacity:report", args=[row.pk])).content.startswith(b"%PDF")


def test_another_area_has_its_own_people_and_models(client):
    for code, name in (("2321", "Åre"), ("2309", "Krokom")):
        MunicipalityFactory(code=code, name=name, care_area="jamtland")
    by = sign_in(client, manager(care_area="jamtland"))
    starts = client.get(reverse("capacity:list")).context["starts"]
    assert [start.name for start in starts] == ["norm-apart", "norm"]
    assert client.get(reverse(NEW) + "?modell=joint").status_code == 404
    url = reverse(NEW)
    edit = client.get(url).context["edit"]
    assert {name for team in edit.teams for _code, name in team.fields["areas"].choices} == {"Åre", "Krokom"}
    assert client.post(url, answers(client, url) | {"replications": "1"}).status_code == 302
    row = Scenario.objects.get()
    assert [area["name"] for area in row.definition["population"]["areas"]] == ["Krokom", "Åre"]
    simulate.func(str(latest_run(row.pk).pk))
    row.refresh_from_db()
    assert set(row.result["municipalities"]["scenario"]) == {"2321", "2309"}
    answer = client.get(reverse("capacity:scenario", args=[row.pk]))
    text = answer.content.decode()
    assert "Ingenting: modellen körs som den är." in text
    assert "Krokom" in text
    assert answer.context["shown"].maps == []
    assert "SCB:s befolkning" in client.get(reverse("capacity:csv", args=[row.pk])).content.decode()
    assert row.made_by == by


def test_the_files_and_their_command_give_the_same_figures(client, by, tmp_path):
    given = definition(
        years=0.05, assumptions={"sickness_share": 0.1}, enrolled={"2480": 200}, unit_costs={"region.bed_days": 9300.0}
    )
    row = scenario(by, definition=given.plain())
    run, _new = request_run(scenario=row, by=by, at=AT)
    simulate.func(str(run.pk))
    row.refresh_from_db()
    for name in ("model", "people"):
        answer = client.get(reverse(f"capacity:{name}", args=[row.pk]))
        (tmp_path / f"{name.upper()}.yaml").write_bytes(answer.content)
    first = (tmp_path / "MODEL.yaml").read_text(encoding="utf-8").splitlines()[0]
    words = [str(tmp_path / word) if word.endswith(".yaml") else word for word in first.split()[3:]]
    out = StringIO()
    call_command("simulate", *words, "--json", stdout=out, stderr=StringIO())
    found = json.loads(out.getvalue().splitlines()[-1])
    assert found["indicators"]["visits"]["difference"] == row.result["indicators"]["visits"]["difference"]
    assert found["costs"]["difference"] == row.result["costs"]["difference"]


def test_the_result_is_shown(client, by):
    row = scenario(by, result=result())
    text = client.get(reverse("capacity:scenario", args=[row.pk])).content.decode()
    assert "Väntan på besök blir 2,0 timmar kortare i median (1,0 till 3,0)." in text
    assert "Täckningsgrad: i dag" in text
    assert "Beläggning per timme på dygnet" in text


def test_the_list_tells_each_ones_first_sentence_in_few_queries(client, by, django_assert_max_num_queries):
    scenario(by, result=result())
    scenario(by, title="Ej körd")
    text = client.get(reverse("capacity:list")).content.decode()
    assert "2,0 timmar kortare" in text
    assert "inte körd" in text
    for _each in range(10):
        scenario(by, result=result())
    with django_assert_max_num_queries(12):
        client.get(reverse("capacity:list"))


def test_the_run_is_called_off_and_asked_for_again(client, by):
    row = scenario(by)
    for name, says in (("start", "Väntar på"), ("cancel", "Den avbröts"), ("start", "Väntar på")):
        answer = client.post(reverse(f"capacity:{name}", args=[row.pk]), {"once": str(uuid.uuid4())}, follow=True)
        assert says in answer.content.decode()
    assert Run.objects.filter(kind="simulate").count() == 2


def test_nothing_to_call_off_is_said(client, by):
    row = scenario(by)
    answer = client.post(reverse("capacity:cancel", args=[row.pk]), {"once": str(uuid.uuid4())})
    assert answer.status_code == 409
    assert "redan avslutad" in answer.content.decode()
    assert client.post(reverse("capacity:cancel", args=[row.pk]), {}).status_code == 422


def test_progress_refreshes_the_page_when_it_has_ended(client, by):
    row = scenario(by)
    client.post(reverse("capacity:start", args=[row.pk]), {"once": str(uuid.uuid4())})
    url = reverse("capacity:progress", args=[row.pk])
    assert client.get(url).status_code == 302
    assert "HX-Refresh" not in client.get(url, headers={"HX-Request": "true"})
    Run.objects.update(state="done")
    assert client.get(url, headers={"HX-Request": "true"})["HX-Refresh"] == "true"


@pytest.mark.parametrize(
    ("name", "kind"),
    [("csv", "text/csv"), ("xlsx", "openxml"), ("report", "pdf"), ("model", "yaml"), ("people", "yaml")],
)
def test_files_are_handed_out_and_logged(client, by, name, kind):
    row = scenario(by, result=result())
    answer = client.get(reverse(f"capacity:{name}", args=[row.pk]))
    assert kind in answer["Content-Type"]
    assert "attachment" in answer["Content-Disposition"]
    assert AuditEvent.objects.get(what="capacity.export_scenario").object_id == str(row.pk)


@pytest.mark.parametrize("name", ["csv", "xlsx", "report"])
def test_without_a_result_there_are_no_files(client, by, name):
    assert client.get(reverse(f"capacity:{name}", args=[scenario(by).pk])).status_code == 404


PAGES = ("scenario", "csv", "xlsx", "report", "model", "people", "progress")


@pytest.mark.parametrize("name", PAGES)
def test_another_area_and_another_unit_see_nothing(client, name):
    own = scenario(manager(), seen_by="unit", result=result())
    sign_in(client, manager())
    assert client.get(reverse(f"capacity:{name}", args=[own.pk])).status_code == 404
    shared = scenario(manager(), result=result())
    sign_in(client, manager(care_area="fjarran"))
    assert client.get(reverse(f"capacity:{name}", args=[shared.pk])).status_code == 404


def test_the_municipality_reads_but_does_not_run(client):
    row = scenario(manager(), result=result())
    sign_in(client, CommissionFactory(unit=CareUnitFactory(care_area="umea"), role="safety", purpose="safety"))
    text = client.get(reverse("capacity:scenario", args=[row.pk])).content.decode()
    assert "Kopiera och ändra" not in text
    assert client.get(reverse(NEW)).status_code == 404
    assert client.post(reverse("capacity:start", args=[row.pk]), {"once": str(uuid.uuid4())}).status_code == 404


def test_a_nurse_has_no_such_pages(client):
    row = scenario(manager(), result=result())
    sign_in(client, CommissionFactory(unit=CareUnitFactory(care_area="umea"), role="team"))
    for url in [reverse("capacity:list"), *(reverse(f"capacity:{name}", args=[row.pk]) for name in PAGES)]:
        assert client.get(url).status_code == 404


@pytest.mark.parametrize("name", ["start", "cancel"])
def test_acts_are_posted(client, by, name):
    assert client.get(reverse(f"capacity:{name}", args=[scenario(by).pk])).status_code == 405
