"""``narvard route``: one JSON object on the last line, one line and exit code 2 for a broken file."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from narvard.engines.routing.tests.test_instances import SMALL


def test_a_file_is_routed_without_a_database(tmp_path: Path) -> None:
    path, out = tmp_path / "small.json", StringIO()
    path.write_text(json.dumps(SMALL))
    call_command("route", str(path), "--seconds", "0.1", "--json", "--out", str(tmp_path / "s.json"), stdout=out)
    figures = json.loads(out.getvalue().splitlines()[-1])
    assert figures["seed"] == 1
    assert figures["unplanned"] == 0
    assert json.loads((tmp_path / "s.json").read_text())["routes"]


@pytest.mark.parametrize(
    "arguments", [[], ["--seconds", "-1"], ["--seconds", "nan"], ["--out", "/nowhere/at/all.json"]]
)
def test_bad_input_is_one_line_and_code_two(tmp_path: Path, arguments: list[str]) -> None:
    path, err = tmp_path / "x.json", StringIO()
    path.write_text(json.dumps(SMALL) if arguments else "{")
    with pytest.raises(SystemExit) as left:
        call_command("route", str(path), *arguments, stderr=err)
    assert left.value.code == 2
    assert len(err.getvalue().strip().splitlines()) == 1


def test_a_bench_without_its_data_is_refused(tmp_path: Path) -> None:
    err = StringIO()
    with pytest.raises(SystemExit) as left:
        call_command("bench", "routing", "--data", str(tmp_path), "--out", str(tmp_path), stderr=err)
    assert left.value.code == 2
    assert "NARVARD_SHARED" in err.getvalue()
