"""The pages of figures: what they say, what they leave out, who reads them, and the files."""

from datetime import date
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from narvard.core import audit
from narvard.core.models import AuditEvent
from narvard.followup.definitions import definitions
from narvard.followup.indicators.actions import keep_charts, keep_figures
from narvard.followup.indicators.figure import ALL, Figure
from narvard.followup.indicators.models import KeptChart
from narvard.followup.indicators.periods import Period
from narvard.organisation.models import Municipality, Programme
from narvard.organisation.tests.factories import CareUnitFactory, CommissionFactory, MunicipalityFactory
from narvard.visits.tests.factories import clock

pytestmark = pytest.mark.django_db
AT = clock(7, day=date(2026, 11, 23))
AREA = "umea"
FUNNEL = {
    "value": 0.4, "target": 0.3, "low95": 0.2, "high95": 0.38, "low998": 0.1, "high998": 0.5, "outside": 1,
}  # fmt: skip


@pytest.fixture(autouse=True)
def area(settings):
    settings.NARVARD_CLOCK = AT.isoformat()
    Programme.objects.create(name="Närsjukvårdsteam", key="nst")
    return [MunicipalityFactory(), MunicipalityFactory(code="2460", name="Vännäs", care_area=AREA)]


def kept(month, *found):
    period = Period(AREA, month, date(2026, month.month + 1, 1), AT)
    return keep_figures(period=period, span="month", named=month, found=found, by=audit.SYSTEM, at=AT)


def joint(place="", programme="", segment=ALL, **values):
    numbers = {"count": 40, "of": 100, "value": 0.4, "low": 0.31, "high": 0.5}
    return Figure("joint", place, programme, segment, **{**numbers, **values})


@pytest.fixture
def november():
    kept(date(2026, 10, 1), joint(value=0.2, low=0.15, high=0.25, count=20))
    return kept(
        date(2026, 11, 1),
        joint(),
        joint("2480", funnel=FUNNEL),
        Figure("joint", "2460", hidden=True),
        joint(programme="nst", value=0.5, count=50, low=0.4, high=0.6),
        joint(segment="mest_sjuka", value=0.6, count=60, low=0.5, high=0.7),
        Figure("next_weekday", hidden=True),
    )


@pytest.fixture
def reader(client):
    return sign_in(client, "manager", AREA)


def sign_in(client, role, care_area):
    unit = CareUnitFactory(kind="management", care_area=care_area)
    commission = CommissionFactory(unit=unit, role=role, purpose="follow_up")
    client.force_login(commission.staff.user)
    session = client.session
    session["commission"] = str(commission.pk)
    session.save()
    return client


def shown(client, name="overview", *args, **query):
    answer = client.get(reverse(f"followup:{name}", args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_each_indicator_says_its_figure_its_doubt_and_how_it_has_moved(november, reader):
    text = shown(reader)
    assert "40\u00a0%" in text or "40 %" in text
    assert "Troligen mellan 31 % och 50 %" in text
    assert "40 av 100" in text
    assert "Högre än i oktober (20 %)." in text
    assert "För få att visa" in text
    assert text.count("<article") == len(definitions())


def test_a_choice_of_programme_or_segment_shows_those_figures(november, reader):
    assert "50 av 100" in shown(reader, program="nst")
    assert "60 av 100" in shown(reader, grupp="mest_sjuka")
    assert "20 av 100" in shown(reader, period="month-2026-10")
    # What is no choice is refused in words, and the newest month is shown.
    wrong = shown(reader, program="finns-inte")
    assert "40 av 100" in wrong


def test_nothing_reckoned_says_so(reader):
    assert "Inga siffror är räknade än" in shown(reader)


def test_another_care_area_sees_none_of_it(november, client):
    assert "Inga siffror är räknade än" in shown(sign_in(client, "manager", "skelleftea"))


@pytest.mark.parametrize("role", ["team", "ward", "municipal", "social", "sender", "physician"])
def test_those_who_give_care_have_no_such_page(november, client, role):
    answer = sign_in(client, role, AREA).get(reverse("followup:overview"))
    assert answer.status_code in (403, 404)


def test_the_pages_take_no_post(reader):
    assert reader.post(reverse("followup:overview")).status_code == 405


def test_one_indicator_shows_places_hidden_ones_and_what_it_means(november, reader):
    point = {"start": "2026-11-02", "value": 0.4, "centre": 0.3, "low": 0.1, "high": 0.5, "outside": False}
    chart = KeptChart(
        care_area=AREA, indicator="joint", points=[point] * 10, longest_run=9, longest_run_limit=7, crossings=1,
        crossings_limit=2, reckoned_at=AT,
    )  # fmt: skip
    keep_charts(care_area=AREA, charts=[chart], by=audit.SYSTEM, at=AT)
    text = shown(reader, "indicator", "joint")
    assert "Gemensamma besök: 40" in text
    assert "Vännäs" in text
    assert "för få att visa" in text
    assert "9 veckor i följd på samma sida" in text
    assert "Nämnare" in text
    assert "Alla genomförda besök" in text
    # There are no weeks by segment.
    assert "Vecka för vecka" not in shown(reader, "indicator", "joint", grupp="mest_sjuka")


def test_an_indicator_that_there_is_none_of(reader):
    assert reader.get(reverse("followup:indicator", args=["finns-inte"])).status_code == 404


def test_every_definition_is_told(reader):
    text = shown(reader, "definitions")
    assert all(row.label in text for row in definitions())


def test_the_files_hold_the_figures_and_no_hidden_one_and_are_logged(november, reader):
    answer = reader.get(reverse("followup:export-csv"))
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Indikator;Kommun;Program;")
    assert "Gemensamma besök;Hela området;alla;0,4;0,31;0,5;40;100;" in lines
    assert "Gemensamma besök;Vännäs;alla;;;;;;för få att visa" in lines
    book = load_workbook(BytesIO(reader.get(reverse("followup:export-xlsx")).content))
    rows = list(book.worksheets[0].values)
    assert ("Gemensamma besök", "Hela området", "alla", 0.4, 0.31, 0.5, 40, 100, None) in [row[:9] for row in rows]
    logged = AuditEvent.objects.filter(what="followup.export")
    assert sorted(logged.values_list("action", "reason")) == [("export", "csv"), ("export", "xlsx")]
    Municipality.objects.filter(name="Vännäs").update(name="=1+1")
    assert ";'=1+1;" in reader.get(reverse("followup:export-csv")).content.decode("utf-8-sig")


def test_the_number_of_queries_does_not_grow_with_months(november, reader, django_assert_num_queries):
    shown(reader)
    with django_assert_num_queries(QUERIES):
        shown(reader)
    for month in range(1, 10):
        kept(date(2026, month, 1), joint(), joint("2480"))
    with django_assert_num_queries(QUERIES):
        shown(reader)


QUERIES = 11
