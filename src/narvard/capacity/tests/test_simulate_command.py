"""``narvard simulate``: one JSON object on the last line, one line and exit code 2 for what cannot be run."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from narvard.capacity.dimension import packaged
from narvard.capacity.residents import SOURCE, residents
from narvard.engines.simulation import population_of


def run(*arguments: str) -> dict[str, object]:
    out = StringIO()
    call_command("simulate", *arguments, "--json", stdout=out, stderr=StringIO())
    found: dict[str, object] = json.loads(out.getvalue().splitlines()[-1])
    return found


def test_two_models_are_compared_without_a_database() -> None:
    found = run("--model", "joint", "--against", "today", "--years", "0.1", "--replications", "3", "--seed", "1")
    assert (found["model"], found["against"], found["replications"]) == ("joint", "today", 3)
    rows = found["indicators"]
    assert isinstance(rows, dict)
    assert rows["wait_median_h"].keys() == {"joint", "today", "difference"}
    for name, row in rows.items():
        mean, low, high = row["difference"]
        if mean is not None and low is not None:
            assert low <= mean <= high, name
            assert mean == pytest.approx(row["joint"][0] - row["today"][0], abs=2e-6)


def test_the_same_seed_gives_the_same_figures_however_many_processes() -> None:
    arguments = ("--years", "0.1", "--replications", "2", "--seed", "5")
    one, two = run(*arguments), run(*arguments, "--jobs", "2")
    assert one["indicators"] == two["indicators"]


def test_municipalities_employers_and_the_break_even_effect_are_told() -> None:
    arguments = ("--years", "0.1", "--replications", "2", "--model", "joint-norm", "--break-even", "8")
    found = run(*arguments)
    municipalities, employers, balance = (found[name] for name in ("municipalities", "employers", "break_even"))
    assert isinstance(municipalities, dict)
    assert municipalities["today"].keys() == {"2401", "2403", "2404", "2409", "2460", "2480"}
    assert isinstance(employers, dict)
    assert "municipality 2401" in employers["joint-norm"]
    assert isinstance(balance, dict)
    assert [point["admission_ratio"] for point in balance["points"]] == [1.0, 0.75, 0.5, 0.25, 0.0]


def test_payers_teams_and_hours_are_told_in_natural_units() -> None:
    found = run("--years", "0.1", "--replications", "2")
    payers, teams, hours = (found[name] for name in ("principals", "teams", "utilisation_by_hour"))
    assert isinstance(payers, dict)
    assert payers["joint"].keys() == {"region", "municipality", "patient"}
    assert payers["today"].keys() == {"region", "patient"}
    assert isinstance(teams, dict)
    assert teams["joint"]["sk-inland"]["joint_visits"][0] > 0
    assert isinstance(hours, dict)
    assert len(hours["joint"]) == 24
    assert hours["joint"][10][0] > 0
    assert found["costs"] is None


def test_costs_are_only_of_what_the_user_prices() -> None:
    found = run("--years", "0.1", "--replications", "2", "--unit-cost", "region.bed_days=9300", "--unit-cost", "km=3")
    costs, payers = found["costs"], found["principals"]
    assert isinstance(costs, dict)
    assert isinstance(payers, dict)
    region = payers["joint"]["region"]
    assert costs["joint"]["region"][0] == pytest.approx(9300 * region["bed_days"][0] + 3 * region["km"][0], rel=1e-6)
    assert costs["joint"]["patient"][0] == 0
    assert "region.nurse_hours" in costs["unpriced"]


def test_assumptions_are_ranked_by_what_they_do() -> None:
    found = run("--years", "0.05", "--replications", "1", "--sensitivity", "visits", "--paths", "2")
    ranked = found["sensitivity"]
    assert isinstance(ranked, dict)
    sizes = [row["size"][0] for row in ranked["assumptions"]]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] > 0


def test_a_region_is_the_sum_of_its_care_areas() -> None:
    arguments = ("--years", "0.05", "--replications", "2", "--population", "vasterbotten")
    found = run(*arguments, "--model", "norm", "--against", "norm-apart")
    areas, sums = found["areas"], found["indicators"]
    assert isinstance(areas, dict)
    assert isinstance(sums, dict)
    assert list(areas) == ["Umeå", "Skellefteå", "Södra Lappland"]
    whole = sum(area["indicators"]["visits"]["norm"][0] for area in areas.values())
    assert sums["visits"]["norm"][0] == pytest.approx(whole)
    assert "wait_median_h" not in sums
    alone = run(*arguments, "--model", "norm", "--against", "norm-apart", "--areas", "Umeå")
    assert alone["indicators"] == areas["Umeå"]["indicators"]


def test_any_county_can_be_run_by_its_code() -> None:
    out = StringIO()
    arguments = ("--population", "10", "--model", "norm", "--against", "norm-apart")
    call_command("simulate", *arguments, "--years", "0.02", "--replications", "1", stdout=out, stderr=StringIO())
    assert "5 care areas" in out.getvalue()
    assert "bed_days" in out.getvalue()


def test_all_of_sweden_is_in_need_by_the_shares_of_seed_001() -> None:
    rows = residents("sweden")
    people = population_of({"name": "sweden", "source": SOURCE, "areas": rows})
    assert len(people.care_areas()) == 290
    aged = sum(place.aged_65plus for place in packaged("sweden"))
    assert people.persons == pytest.approx(0.1 * aged, rel=0.001)
    umea = people.care_areas()["Umeå"]
    assert umea.persons == pytest.approx(2168, abs=2)


def test_it_stops_when_the_interval_is_narrow() -> None:
    found = run("--years", "0.1", "--replications", "60", "--until", "wait_median_h=50")
    assert found["replications"] == 20


@pytest.mark.parametrize(
    "arguments",
    [
        ["--replications", "0"],
        ["--years", "0"],
        ["--jobs", "0"],
        ["--seed", "-4"],
        ["--model", "nonsense"],
        ["--model", "today"],
        ["--population", "gone.yaml"],
        ["--areas", "Atlantis"],
        ["--population", "vasterbotten", "--model", "norm", "--against", "norm-apart", "--break-even", "3"],
        ["--population", "vasterbotten"],
        ["--population", "02", "--model", "norm", "--against", "norm-apart"],
        ["--set", "sickness_share=2"],
        ["--set", "sickness_share"],
        ["--break-even", "0", "--replications", "1", "--years", "0.1"],
        ["--unit-cost", "beauty=1", "--replications", "1", "--years", "0.1"],
        ["--unit-cost", "km=-1", "--replications", "1", "--years", "0.1"],
        ["--sensitivity", "beauty", "--replications", "1", "--years", "0.1"],
        ["--sensitivity", "visits", "--paths", "1", "--replications", "1", "--years", "0.1"],
        ["--until", "beauty=1", "--replications", "1", "--years", "0.1"],
    ],
)
def test_what_cannot_be_run_is_one_line_and_code_two(tmp_path: Path, arguments: list[str]) -> None:
    err = StringIO()
    with pytest.raises(SystemExit) as left:
        call_command("simulate", *arguments, stdout=StringIO(), stderr=err)
    assert left.value.code == 2
    lines = [line for line in err.getvalue().strip().splitlines() if not line.endswith("replications")]
    assert len(lines) == 1
