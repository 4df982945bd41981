"""``narvard dimension``: the figures of the sources come out, and stand beside what the sources state."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command


def run(*arguments: str) -> dict[str, dict[str, dict[str, object]]]:
    out = StringIO()
    call_command("dimension", *arguments, "--json", stdout=out)
    found: dict[str, dict[str, dict[str, object]]] = json.loads(out.getvalue().splitlines()[-1])
    return found


def test_seed_001_comes_out_as_stated() -> None:
    found = run("--scenario", "seed001")
    teams = {row["name"]: row["mobile_team"] for row in found["municipalities"].values()}
    contacts = {row["name"]: row["fixed_contact"] for row in found["municipalities"].values()}
    assert teams == {
        "Nordmaling": 204, "Bjurholm": 70, "Vindeln": 156, "Robertsfors": 187, "Vännäs": 195, "Umeå": 2311,
    }  # fmt: skip
    assert list(contacts.values()) == [306, 105, 235, 281, 292, 3466]
    groups = found["segments"]
    assert (groups["mest_sjuka"], groups["mobile_team"], groups["fixed_contact"]) == (1561, 3123, 4684)
    assert found["sum_of_rounded"] == {"mobile_team": 3123, "fixed_contact": 4685}
    assert "back-solved" in str(found["stated"]["note"])
    assert found["municipalities"]["2480"]["name"] == "Umeå"


def test_seed_000_comes_out_beside_what_it_states() -> None:
    found = run("--scenario", "seed000")
    segments = found["segments"]
    assert [segments[name] for name in ("mest_sjuka", "multisviktande", "sviktande")] == [1417, 2834, 2834]
    assert found["stated"] == {"mest_sjuka": 1400, "multisviktande": 2900, "sviktande": 2800}
    assert found["teams"]["nsvt_teams"]["exact"] is None


def test_norms_and_keys_are_told_apart() -> None:
    teams = run("--scenario", "norm")["teams"]
    assert {name: row["kind"] for name, row in teams.items()} == {
        "hospital_teams": "estimate",
        "home_care_physicians": "estimate",
        "nsvt_teams": "norm",
        "hsvt_physicians": "key",
    }
    assert (teams["nsvt_teams"]["exact"], teams["nsvt_teams"]["whole"]) == (1.62, 2)
    assert teams["hsvt_physicians"]["exact"] == 5.67


def test_anybodys_own_population(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text("municipality,name,aged_65plus,residents\n0180,Stockholm,100000,500000\n")
    found = run("--population", str(path), "--scenario", "seed001")
    assert found["segments"]["mest_sjuka"] == 5000
    assert found["teams"]["nsvt_teams"]["exact"] == 5.0
    assert found["stated"] == {}


@pytest.mark.parametrize(
    "content",
    [
        "municipality,name\n2480,Umeå\n",
        "municipality,name,aged_65plus,folk\n2480,Umeå,1,2\n",
        "municipality,name,aged_65plus\n2480,Umeå,many\n",
        "municipality,name,aged_65plus\n2480,Umeå,-5\n",
        "municipality,name,aged_65plus\nUmeå,Umeå,5\n",
        "municipality,name,aged_65plus\n2480,Umeå,5\n2480,Umeå,5\n",
        "municipality,name,aged_65plus,residents\n2480,Umeå,5,4\n",
        "municipality,name,aged_65plus\n",
        "",
    ],
)
def test_a_file_that_cannot_be_used_is_one_line_and_code_two(tmp_path: Path, content: str) -> None:
    path, err = tmp_path / "x.csv", StringIO()
    path.write_text(content)
    with pytest.raises(SystemExit) as left:
        call_command("dimension", "--population", str(path), stdout=StringIO(), stderr=err)
    assert left.value.code == 2
    assert len(err.getvalue().strip().splitlines()) == 1


def test_an_unknown_scenario_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SystemExit):
        call_command("dimension", "--scenario", "hope", stdout=StringIO(), stderr=StringIO())
    with pytest.raises(SystemExit):
        call_command("dimension", "--population", str(tmp_path / "gone.csv"), stdout=StringIO(), stderr=StringIO())


@pytest.mark.parametrize(
    "text", ["mest_sjuka=1.2", "mest_sjuka=-1", "hope=0.1", "mest_sjuka", "mest_sjuka=0.9", "mest_sjuka=nan"]
)
def test_a_share_that_cannot_be_is_one_line_and_code_two(text: str) -> None:
    err = StringIO()
    with pytest.raises(SystemExit) as left:
        call_command("dimension", "--share", text, stdout=StringIO(), stderr=err)
    assert left.value.code == 2
    assert len(err.getvalue().strip().splitlines()) == 1


def test_another_share_stands_beside_nothing_stated() -> None:
    found = run("--share", "mest_sjuka=0.04")
    assert found["segments"]["mest_sjuka"] == 1249
    assert found["stated"] == {}


def test_cars_and_bases_are_told_joined_and_apart() -> None:
    crews = run("--scenario", "seed001")["crews"]
    assert crews["joined"]["cars"] <= crews["apart"]["cars"]
    assert set(crews["municipalities"]) == {"2401", "2403", "2404", "2409", "2460", "2480"}
