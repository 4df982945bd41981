"""Benchmark files: read, solved, held by the checker, written in the authors' form; broken ones give one line."""

import gzip
import json
import os
from pathlib import Path

import pytest

from narvard.engines.routing import InstanceError, Stop, solve
from narvard.engines.routing.bench import Protocol, published, run, shared_data, tables
from narvard.engines.routing.files import route_file
from narvard.engines.routing.instances import read, solution
from narvard.engines.routing.tests.checker import check

pytestmark = pytest.mark.engine

SHARED = Path(os.environ.get("NARVARD_SHARED") or Path(__file__).parents[6] / "shared") / "data" / "routing"
needs_sets = pytest.mark.skipif(not SHARED.is_dir(), reason="the benchmark sets are not here (NARVARD_SHARED)")

SMALL = {
    "patients": [
        {
            "id": "p1",
            "location": [0, 0],
            "time_window": [10, 60],
            "required_caregivers": [{"service": "s1", "duration": 5}, {"service": "s2"}],
            "synchronization": {"type": "sequential", "distance": {"min": 5, "max": 20}},
        },
        {"id": "p2", "location": [1, 0], "time_window": [0, 9], "required_caregivers": [{"service": "s1"}]},
    ],
    "services": [{"id": "s1", "default_duration": 7}, {"id": "s2", "default_duration": 8}],
    "caregivers": [{"id": "c1", "abilities": ["s1"]}, {"id": "c2", "abilities": ["s1", "s2"]}],
    "central_offices": [{"id": "d", "location": [0, 0]}],
    "distances": [[0, 3, 4], [3, 0, 5], [4, 5, 0]],
}


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.json"
    path.write_text(json.dumps(SMALL))
    return path


def test_a_file_is_solved_and_written_in_the_authors_form(small: Path, tmp_path: Path) -> None:
    out = tmp_path / "solution.json"
    figures = route_file(small, seconds=0.2, seed=1, out=out)
    assert set(figures) >= {"cost", "distance", "tardiness", "max_tardiness", "seconds", "evaluations", "seed"}
    assert figures["cost"] == pytest.approx(
        (figures["distance"] + figures["tardiness"] + figures["max_tardiness"]) / 3, abs=1e-4
    )
    written = json.loads(out.read_text())
    visits = {(v["patient"], v["service"]): v for r in written["routes"] for v in r["locations"]}
    assert set(visits) == {("p1", "s1"), ("p1", "s2"), ("p2", "s1")}
    gap = visits["p1", "s2"]["arrival_time"] - visits["p1", "s1"]["arrival_time"]
    assert 5 <= gap <= 20
    assert visits["p1", "s2"]["departure_time"] == visits["p1", "s2"]["arrival_time"] + 8


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'"x"', b"{}", gzip.compress(b"{", mtime=0)[:-4], b'{"patients": 3}']
)
def test_a_broken_file_is_one_line(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.json"
    path.write_bytes(content)
    with pytest.raises(InstanceError, match=r"broken\.json") as caught:
        read(path)
    assert "\n" not in str(caught.value)


def test_a_negative_distance_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "bad.json"
    path.write_text(json.dumps(SMALL | {"distances": [[0, -3, 4], [3, 0, 5], [4, 5, 0]]}))
    with pytest.raises(InstanceError, match="travel d to p1"):
        read(path)


@needs_sets
@pytest.mark.parametrize("pattern", ["mankowska2014/*_10_1.json.gz", "mankowska2014/*_25_6.json.gz"])
def test_mankowska_at_the_best_known(pattern: str) -> None:
    path = next(SHARED.glob(pattern))
    instance = read(path)
    result = solve(instance.problem, Stop(evaluations=2_000_000))
    check(instance.problem, result)
    best = published(SHARED, "mankowska")[instance.name]
    assert result.cost <= max(best, 440.94 if instance.name.endswith("25_6") else best) + 1e-3
    assert len(solution(instance, result)["routes"]) > 0


@needs_sets
@pytest.mark.parametrize(
    "name",
    [
        "converted/bazirha/A1",
        "converted/bazirha-caie/J1",
        "converted/bazirha-caie/L3",
        "generated/small/instance-003",
        "validation/i-235",
        "validation/i-083",
    ],
)
def test_uhhc_files_hold_and_visit_everyone_who_must(name: str) -> None:
    instance = read(SHARED / "uhhc2026" / f"{name}.json.gz")
    result = solve(instance.problem, Stop(evaluations=60_000))
    check(instance.problem, result)
    assert result.cost < 1e6


@needs_sets
def test_kummer_files_hold() -> None:
    instance = read(next(SHARED.glob("kummer2021/HHCRSP_10_3_11_*.json.gz")))
    result = solve(instance.problem, Stop(evaluations=20_000))
    check(instance.problem, result)
    assert result.cost <= 110.334


@needs_sets
def test_a_bench_goes_on_where_it_stopped(tmp_path: Path) -> None:
    store, told = tmp_path / "runs.json", []
    how = Protocol(factor=0.004, every=35, seeds=1, processor=True)
    first = run(SHARED, "mankowska", store, told.append, how, check)
    assert first == 2
    assert run(SHARED, "mankowska", store, told.append, how, check) == 0
    text = tables(SHARED, json.loads(store.read_text()))
    assert "| A | 1 |" in text
    assert "| all |" not in text, "a mean over classes that are not there would mislead"
    assert "seconds by processor clock" in text
    assert "independent checker: 2 of 2" in text


def test_missing_sets_are_told(tmp_path: Path) -> None:
    with pytest.raises(InstanceError, match="NARVARD_SHARED"):
        shared_data(tmp_path)
