"""Results in words: doubt is said, everything has its words, files hold numbers."""

import csv
from io import BytesIO, StringIO

import pytest
import yaml
from django.utils import translation
from openpyxl import load_workbook

from narvard.capacity.scenarios import assumption_words, packaged, words
from narvard.capacity.scenarios.conclusion import conclusion
from narvard.capacity.scenarios.described import cars, changes, crew_hours
from narvard.capacity.scenarios.files import csv_of, xlsx_of, yaml_of
from narvard.capacity.scenarios.presenters import shown
from narvard.capacity.scenarios.report import NothingToReport, content, pdf_of
from narvard.capacity.scenarios.sanity import warnings
from narvard.capacity.scenarios.stock import shown as shown_counts
from narvard.capacity.scenarios.tasks import model_named
from narvard.capacity.scenarios.tests.factories import definition, manager, result, scenario


@pytest.fixture(autouse=True)
def _swedish():
    with translation.override("sv"):
        yield


@pytest.mark.parametrize("name", packaged.assumptions())
def test_every_assumption_has_words(name):
    row = packaged.assumptions()[name]
    assert assumption_words.label(name) != name
    assert row["unit"] in assumption_words.UNITS
    assert {assumption_words.plain(part) for part in row["source"].split("; ")} <= set(assumption_words.SOURCES)
    assert row["kind"] in words.KINDS
    assert sum(name.startswith(starts) for _title, starts in assumption_words.GROUPS) == 1


def test_every_profession_and_channel_of_the_models_has_words():
    for name in packaged.against({}):
        model = model_named(name, {})
        assert {key for team in model["teams"] for key in team["staff"]} <= set(words.PROFESSIONS)
        assert set(model["doors"]) - {"all"} <= set(words.CHANNELS)


def test_a_difference_that_may_be_none_is_not_claimed():
    unsure = {"scenario": [10.0, 9.0, 11.0], "today": [10.0, 9.0, 11.0], "difference": [0.5, -1.0, 2.0], "falls": 0.4}
    said = conclusion(definition(), result(bed_days=unsure))
    assert said[0] == "Väntan på besök blir 2,0 timmar kortare i median (1,0 till 3,0)."
    assert "Om vårddygnen på sjukhus ändras går inte att säga (−1 till 2 om året)." in said
    assert "I 40 % av körningarna blev vårddygnen färre: så olika kan ett enskilt år bli." in said
    assert "I 50 % av körningarna ändrar vården inte alls" in said[-1]


def test_a_difference_upwards_is_said_as_such():
    longer = {"scenario": [12.0, 11.0, 13.0], "today": [10.0, 9.0, 11.0], "difference": [2.0, 1.0, 3.0], "falls": 0.0}
    said = conclusion(definition(), result(wait_median_h=longer, bed_days=longer))
    assert "2,0 timmar längre" in said[0]
    assert any("vårddygnen på sjukhus blir 2 fler".casefold() in each.casefold() for each in said)


def test_what_trials_have_not_seen_is_warned_of():
    fall = {"scenario": [0.06, 0.05, 0.07], "today": [0.10, 0.09, 0.11], "difference": [-0.04, -0.05, -0.03]}
    said = warnings(definition(), result(readmission_30d_share=fall))
    assert said == [
        "Återinläggningarna sjunker med 40 %, mer än kontrollerade studier har sett (30 %). Se över antagandena."
    ]
    assert warnings(definition(), result()) == []


def test_an_assumption_outside_its_interval_is_warned_of():
    said = warnings(definition(assumptions={"sickness_share": 0.5}), result())
    assert said == [
        "Pass som står utan bil för att någon är sjuk är satt till 0,5, utanför intervallet 0,04 till 0,12."
    ]


def test_what_is_changed_is_said_and_nothing_else():
    assert changes(definition()) == []
    model = packaged.model("joint")
    model["teams"][0]["places"] = 30
    del model["teams"][1]
    model["intake"]["answer_hours"] = 2
    found = {change.what: (change.before, change.after) for change in changes(definition(model=model))}
    assert found == {
        "Svar efter, medel": ("0,5 timmar", "2,0 timmar"),
        "Sjukhuskopplat team Umeå söder": ("finns", "borttaget"),
        "Sjukhuskopplat team Umeå norr: Platser": ("22", "30"),
    }


def test_cars_are_the_most_crews_at_once():
    shifts = [
        {"crews": 2, "start": 8, "end": 16, "days": ["weekday"]},
        {"crews": 1, "start": 15, "end": 22},
        {"crews": 1, "start": 16, "end": 22, "days": ["weekday"]},
    ]
    assert cars({"shifts": shifts}) == 3
    assert crew_hours({"teams": [{"shifts": shifts}]}) == 2 * 8 * 5 + 7 * 7 + 6 * 5


def test_small_counts_are_not_shown():
    assert shown_counts({"a": 0, "b": 4, "c": 5}) == {"a": 0, "b": None, "c": 5}


@pytest.mark.django_db
def test_the_result_is_shown_with_intervals():
    found = shown(scenario(manager(), result=result()))
    assert found.tables[0].rows[0][1:] == ["10,0 (9,0 till 11,0)", "12,0 (11,0 till 13,0)", "−2,0 (−3,0 till −1,0)"]
    assert [place.text for place in found.maps[0].areas] == ["10 %"] * 6
    payers = [row[:2] for row in found.payers.rows]
    assert ["Regionen", "Vårddygn på sjukhus"] in payers
    assert ["Vännäs kommun", "Kilometer"] in payers


@pytest.mark.django_db
def test_files_hold_the_numbers():
    row = scenario(manager(), result=result(), definition=definition(assumptions={"sickness_share": 0.1}).plain())
    book = load_workbook(BytesIO(xlsx_of(row)))
    assert book.sheetnames == [
        "Mått", "Kommuner", "Vem betalar", "Team", "Beläggning per timme", "Ändrat", "Antaganden", "Körning",
    ]  # fmt: skip
    assert [cell.value for cell in book["Mått"][2]][2:5] == [10, 9, 11]
    lines = list(csv.reader(StringIO(csv_of(row).removeprefix("\ufeff")), delimiter=";"))
    assert lines[0] == ["Mått"]
    assert lines[2][2:5] == ["10", "9", "11"]
    text = yaml_of(row)
    assert "--set sickness_share=0.1" in text.splitlines()[0]
    assert yaml.safe_load(text)["teams"] == row.definition["model"]["teams"]


@pytest.mark.django_db
def test_a_name_cannot_become_a_formula():
    given = definition()
    given.model["teams"][0]["name"] = "=1+1"
    row = scenario(manager(), result=result(), definition=given.plain())
    assert "\n'=1+1;" in csv_of(row)
    assert "\n=1+1" not in csv_of(row)


@pytest.mark.django_db
def test_the_report_tells_model_data_seed_and_limits():
    row = scenario(manager(), result=result())
    said = content(row)
    assert [item[0] for item in said["stress"]] == [
        "1 Syfte", "2 Logik", "3 Data", "4 Experiment", "5 Genomförande", "6 Tillgång", "Begränsningar",
    ]  # fmt: skip
    assert "Frö 1." in said["stress"][4][1]
    assert len(said["teams"]) == 13
    assert pdf_of(row).startswith(b"%PDF")
    with pytest.raises(NothingToReport):
        pdf_of(scenario(manager()))


@pytest.mark.django_db
def test_what_matters_most_stands_first_with_its_interval():
    ranked = [
        {"assumption": "sickness_share", "effect": -4.0, "size": [4.0, 1.0, 7.0]},
        {"assumption": "lunch_minutes", "effect": 1.0, "size": [1.0, None, None]},
    ]
    row = scenario(manager(), result={**result(), "influence": ranked}, definition=definition(rank="bed_days").plain())
    chart = shown(row).influence
    assert chart.title == "Vilka antaganden betyder mest för skillnaden i vårddygn på sjukhus"
    assert [line[:2] for line in chart.table.rows] == [
        ["Pass som står utan bil för att någon är sjuk", "4,0 (1,0 till 7,0)"],
        ["Lunch", "1,0"],
    ]
    assert "Vad som betyder mest" in load_workbook(BytesIO(xlsx_of(row))).sheetnames
    assert content(row)["tables"][-1]["rows"][0][0] == "Pass som står utan bil för att någon är sjuk"
