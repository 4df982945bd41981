"""The dimensioning page: each scenario, other shares, one's own file, and what is wrong in words."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from narvard.capacity.dimension_words import SCENARIOS
from narvard.capacity.scenarios.tests.factories import manager
from narvard.desk.capacity.tests.test_scenarios import sign_in
from narvard.organisation.tests.factories import CareUnitFactory, CommissionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(settings):
    settings.NARVARD_CLOCK = "2026-11-23T07:30:00+01:00"


@pytest.fixture
def url(client):
    sign_in(client, manager())
    return reverse("capacity:dimension")


def given(**changes):
    shares = {
        "mest_sjuka": "0,05", "multisviktande": "0,1", "sviktande": "0,1", "mobile_team.multisviktande": "0,5",
        "fixed_contact": "0,15",
    }  # fmt: skip
    return {"scenario": "seed001", **shares, **changes}


def csv(text, name="egen.csv"):
    return SimpleUploadedFile(name, text.encode() if isinstance(text, str) else text, "text/csv")


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_each_scenario_is_shown_with_its_formulas(client, url, scenario):
    text = client.get(url, {"befolkning": scenario}).content.decode()
    assert "besök per vardag / besök per bil" in text
    assert "fördelningsnyckel" in text


def test_the_figures_of_seed_001_stand_beside_what_it_states(client, url):
    answer = client.get(url)
    assert answer.context["title"] == "Omkring 3\xa0123 behöver ett mobilt team, mellan 1\xa0358 och 3\xa0810"
    rows = {row[0]: row[1:] for row in answer.context["groups"].rows}
    assert rows["Mest sjuka"] == ["1\xa0561", "359 till 1\xa0561", "1\xa0561"]
    assert rows["Behöver en fast kontakt"][0::2] == ["4\xa0684", "4\xa0684"]
    assert "avrundade per kommun blir 4\xa0685" in answer.context["note"]
    assert [row[1] for row in answer.context["places"].rows][-1] == "2\xa0311"


def test_seed_000_has_no_municipalities(client, url):
    answer = client.get(url, {"befolkning": "seed000"})
    assert answer.context["places"] is None
    assert [row[3] for row in answer.context["groups"].rows][:3] == ["1\xa0400", "2\xa0900", "2\xa0800"]


def test_other_shares_are_reckoned_and_stand_beside_nothing_stated(client, url):
    answer = client.post(url, given(mest_sjuka="0,04"))
    rows = {row[0]: row[1:] for row in answer.context["groups"].rows}
    assert rows["Mest sjuka"] == ["1\xa0249", "1\xa0249 till 1\xa0249", "–"]


@pytest.mark.parametrize(
    ("changes", "says"), [({"mest_sjuka": "1,2"}, "1"), ({"mest_sjuka": "0,9"}, "tillsammans mer än 1")]
)
def test_shares_that_cannot_be_are_said(client, url, changes, says):
    answer = client.post(url, given(**changes))
    assert answer.status_code == 422
    assert says in str(answer.context["form"].errors)


@pytest.mark.parametrize(
    "content",
    [
        "municipality,name,aged_65plus\n0180,Stockholm,100000\n",
        "municipality;name;aged_65plus\r\n0180;Stockholm;100000\r\n",
        "municipality;name;aged_65plus\r\n0180;Södra öarna;100000\r\n".encode("cp1252"),
        "\ufeffmunicipality;name;aged_65plus\n0180;Stockholm;100000\n",
    ],
)
def test_a_file_of_ones_own_is_reckoned(client, url, content):
    answer = client.post(url, given(file=csv(content)))
    assert answer.status_code == 200
    assert answer.context["groups"].rows[0][1] == "5\xa0000"
    assert len(answer.context["places"].rows) == 1


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("municipality,name\n2480,Umeå\n", "kolumnen aged_65plus saknas"),
        ("municipality,name,aged_65plus,folk\n2480,Umeå,1,2\n", "kolumnen folk finns inte"),
        ("municipality,name,aged_65plus\n2480,Umeå,många\n", "filen, rad 2: många är inget tal"),
        ("municipality,name,aged_65plus\n2480,Umeå,-5\n", "-5 personer kan inte stämma"),
        ("municipality,name,aged_65plus\nUmeå,Umeå,5\n", "är inte fyra siffror"),
        ("municipality,name,aged_65plus\n2480,Umeå,5\n2480,Umeå,5\n", "en kommun står två gånger"),
        ("municipality,name,aged_65plus,residents\n2480,Umeå,5,4\n", "fler är 65 år eller äldre"),
        ("municipality,name,aged_65plus\n", "ingen kommun"),
        (b"PK\x03\x04\x00\x00", "ingen text"),
        ("x" * 1_100_000, "för stor"),
    ],
)
def test_what_is_wrong_in_a_file_is_said_beside_it(client, url, content, says):
    answer = client.post(url, given(file=csv(content)))
    assert answer.status_code == 422
    assert says in str(answer.context["form"].errors["file"])


def test_a_file_of_every_municipality(client, url):
    lines = [f"{1000 + n},Kommun {n},{1000 + n},{5000 + n}" for n in range(290)]
    text = "\n".join(["municipality,name,aged_65plus,residents", *lines])
    answer = client.post(url, given(file=csv(text)))
    assert len(answer.context["places"].rows) == 290
    more = "\n".join([text, *(f"{2000 + n},Till {n},1,1" for n in range(120))])
    assert client.post(url, given(file=csv(more))).status_code == 422


def test_a_nurse_has_no_such_page(client):
    sign_in(client, CommissionFactory(unit=CareUnitFactory(care_area="umea"), role="team"))
    assert client.get(reverse("capacity:dimension")).status_code == 404
