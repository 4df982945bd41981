"""Wrong input is refused with one clear line that names what is wrong."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from narvard.engines.simulation import (
    Accepts,
    Area,
    FileError,
    HoursError,
    Locality,
    NumberError,
    Population,
    RunError,
    ShareError,
    Shift,
    SimulationError,
    Study,
    UnknownNameError,
    Until,
    compare,
    load_assumptions,
    load_model,
    load_population,
    model_of,
    replicate,
)
from narvard.engines.simulation.tests.queues import study, team

PLACE = Locality("Here", 63.8, 20.2, 1.0)


@pytest.mark.parametrize(
    ("values", "error", "says"),
    [
        ({"sickness_share": 1.2}, ShareError, "sickness_share: 1.2 is no share"),
        ({"needs_per_year.mest_sjuka": -1.0}, NumberError, "below zero"),
        ({"needs_per_year.mest_sjuka": float("nan")}, NumberError, "not a finite number"),
        ({"coffee": 1.0}, UnknownNameError, "coffee"),
        ({"condition.medical": 0.9}, ShareError, "add up to"),
    ],
)
def test_assumptions_check_themselves(values: dict[str, float], error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        load_assumptions().edited(values)


def test_models_check_themselves() -> None:
    with pytest.raises(NumberError, match="staff cannot be below zero"):
        Shift(-1, 8, 16)
    with pytest.raises(HoursError, match="no shift"):
        Shift(1, 16, 8)
    with pytest.raises(UnknownNameError, match="day 'monday'"):
        Shift(1, 8, 16, ("monday",))
    with pytest.raises(UnknownNameError, match="condition 'flu'"):
        team(1, accepts=Accepts(conditions=("flu",)))
    with pytest.raises(UnknownNameError, match="team 'elsewhere'"):
        replace(team(1), doors={"patient": ("elsewhere",)})
    with pytest.raises(NumberError, match="needs a crew"):
        team(0)


def test_people_check_themselves() -> None:
    with pytest.raises(NumberError, match="below zero"):
        Area("2480", "Umeå", {"mest_sjuka": -1}, (PLACE,))
    with pytest.raises(NumberError, match="only 1 in need"):
        Area("2480", "Umeå", {"mest_sjuka": 1}, (PLACE,), enrolled=2)
    with pytest.raises(UnknownNameError, match="segment 'healthy'"):
        Area("2480", "Umeå", {"healthy": 1}, (PLACE,))
    with pytest.raises(NumberError, match="nobody lives there"):
        Population("x", "test", (Area("2480", "Umeå", {}, (PLACE,)),))
    with pytest.raises(NumberError, match="no place on earth"):
        Locality("Nowhere", 91.0, 0.0, 1.0)


def test_runs_check_themselves() -> None:
    plan = study(1.0, 30.0)
    with pytest.raises(RunError, match="0 replications"):
        Until(0)
    with pytest.raises(RunError, match="0 jobs"):
        compare([team(1)], plan, jobs=0)
    with pytest.raises(RunError, match="seed -1"):
        replicate([team(1)], plan, -1, 0)
    with pytest.raises(RunError, match="years"):
        Study(plan.population, plan.assumptions, years=0)
    with pytest.raises(UnknownNameError, match="municipality '9999'"):
        compare([team(1, accepts=Accepts(areas=("9999",)))], plan)


@pytest.mark.parametrize("text", ["{", "[]", "name: x", "teams: 3\nname: x\ntitle: y", "\x00"])
def test_a_file_that_is_no_model_is_one_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "model.yaml"
    path.write_text(text)
    with pytest.raises(SimulationError) as refused:
        load_model(str(path))
    assert len(str(refused.value).splitlines()) == 1


def test_a_file_with_a_wrong_column_is_named(tmp_path: Path) -> None:
    path = tmp_path / "people.yaml"
    path.write_text(yaml.safe_dump({"name": "x", "source": "y", "areas": [{"code": "1", "name": "z", "folk": 3}]}))
    with pytest.raises(FileError, match="need"):
        load_population(str(path))
    with pytest.raises(FileError, match="no such"):
        load_population(str(tmp_path / "gone.yaml"))
    with pytest.raises(FileError, match="joint-2023"):
        load_model("nonsense")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"places": "many"}, "sk, places: a whole number is needed, not 'many'"),
        ({"places": True}, "sk, places: a whole number is needed, not True"),
        ({"lat": None}, "sk, lat: a number is needed"),
        ({"joint_with": 7}, "sk, joint_with: a list is needed, not 7"),
        ({"joint_with": "pv"}, "sk, joint_with: a list is needed, not 'pv'"),
        ({"staff": {"nurse": "one"}}, "sk, staff, nurse: a number is needed"),
        ({"staff": [1]}, "sk, staff: values by name are needed"),
        ({"accepts": {"home_nursing": "yes"}}, "sk, accepts, home_nursing: true or false is needed"),
        ({"shifts": [{"crews": 1.5, "start": 8, "end": 16}]}, "sk, shift, crews: a whole number is needed"),
        ({"shifts": [{"crews": 1, "start": 8}]}, "sk, shift: end is missing"),
        ({"shifts": [8]}, "sk, shift: fields by name are needed, not 8"),
        ({"colour": "red"}, "sk: field 'colour' is none of key, name"),
    ],
)
def test_each_wrong_field_of_a_model_is_named(change: dict[str, object], says: str) -> None:
    shifts = [{"crews": 1, "start": 8, "end": 16}]
    one = {"key": "sk", "name": "Team", "employer": "region", "lat": 63.8, "lon": 20.2, "shifts": shifts, **change}
    with pytest.raises(FileError) as refused:
        model_of({"name": "own", "title": "Own", "sources": [], "intake": {"shared": True}, "teams": [one]}, "own")
    assert str(refused.value).startswith(says)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"need": {"mest_sjuka": 10.5}}, "2480, need, mest_sjuka: a whole number is needed, not 10.5"),
        ({"care_area": ["a"]}, "2480, care_area: a text is needed"),
        ({"localities": [["Umeå", "north", 20.2, 1.0]]}, "2480, locality, lat: a number is needed, not 'north'"),
        ({"localities": [["Umeå", 63.8]]}, "2480, locality: lon is missing"),
        ({"localities": []}, "2480: a municipality needs a locality"),
    ],
)
def test_each_wrong_field_of_a_population_is_named(tmp_path: Path, change: dict[str, object], says: str) -> None:
    area = {"code": "2480", "name": "Umeå", "need": {"mest_sjuka": 5}, "localities": [["Umeå", 63.8, 20.2, 1.0]]}
    path = tmp_path / "people.yaml"
    path.write_text(yaml.safe_dump({"name": "x", "source": "y", "areas": [{**area, **change}]}))
    with pytest.raises(SimulationError) as refused:
        load_population(str(path))
    assert str(refused.value).startswith(says)


def test_a_model_from_plain_data_is_checked_as_a_file_is() -> None:
    with pytest.raises(FileError, match="intake"):
        model_of({"name": "own", "title": "Own", "sources": [], "teams": []}, "own")
