"""The bench keeps its figures and writes its own section, leaving the others alone."""

import json
from pathlib import Path

import pytest

from narvard.engines.benchmarks import write_section
from narvard.engines.simulation import bench


def test_figures_are_kept_and_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "REDUCED", {"requests_per_day": 10, "crews": 2, "persons": 50, "days": 5})
    lines: list[str] = []
    kept = bench.run(tmp_path / "b.json", lines.append, factor=0.01)
    assert kept == json.loads((tmp_path / "b.json").read_text())
    assert kept["area"]["replications"] == 2
    assert kept["area"]["visits"] > 10_000
    assert kept["simpy"]["times"] > 1
    page = tmp_path / "benchmarks.md"
    page.write_text("# Benchmarks\n\n## Another\n")
    for _ in range(2):
        write_section(page, "simulation", bench.section(kept))
    assert page.read_text().count("## Simulation") == 1
    assert "## Another" in page.read_text()
    assert kept["region"]["care_areas"] == 3
    assert kept["region"]["seconds_in_two"] > 0
    assert len(lines) == 8
