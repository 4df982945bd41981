"""``narvard bench evidence``: its section beside the others', resumable, bad input in one line."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils.module_loading import import_string

from narvard.engines.benchmarks import KeptRunsError, load, save, write_section


def test_the_section_is_written_beside_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # By name: no room but followup imports the engine.
    settings = import_string("narvard.engines.evidence.bench.SETTINGS")
    monkeypatch.setattr("narvard.engines.evidence.bench.SETTINGS", {"in between": settings["in between"]})
    document = tmp_path / "benchmarks.md"
    document.write_text("# Benchmarks\n\n## Routing\n\nkept\n")
    out, err = StringIO(), StringIO()
    call_command("bench", "evidence", "--factor", "0.01", "--out", str(tmp_path), "--json", stdout=out, stderr=err)
    assert json.loads(out.getvalue().splitlines()[-1])["engine"] == "evidence"
    first = document.read_text()
    assert "## Routing\n\nkept" in first
    assert "| nsw_experiment | 1794.34 | 1794.34 | 0.01 | yes |" in first
    assert "| in between | 10 |" in first
    assert "in between" in err.getvalue()

    again = StringIO()
    call_command("bench", "evidence", "--factor", "0.01", "--out", str(tmp_path), stdout=StringIO(), stderr=again)
    assert again.getvalue() == ""
    assert document.read_text() == first


def test_a_section_stands_once_and_leaves_the_others_alone(tmp_path: Path) -> None:
    document = tmp_path / "benchmarks.md"
    for engine, text in (("routing", "## Routing\n"), ("simulation", "## Twin\n"), ("routing", "## Routing\n\nnew\n")):
        write_section(document, engine, text)
    page = document.read_text()
    assert page.count("## Routing") == page.count("## Twin") == page.count("new") == 1
    assert page.startswith("# Benchmarks\n")


def test_what_is_kept_comes_back_whole(tmp_path: Path) -> None:
    store = tmp_path / "in" / "runs.json"
    assert load(store) == {}
    save(store, {"a": 1})
    assert load(store) == {"a": 1}
    store.write_text("{")
    with pytest.raises(KeptRunsError, match=r"runs\.json"):
        load(store)


@pytest.mark.parametrize(("content", "factor"), [("{", "0.01"), ("{}", "0")])
def test_bad_input_is_one_line_and_code_two(tmp_path: Path, content: str, factor: str) -> None:
    (tmp_path / "benchmarks-evidence.json").write_text(content)
    err = StringIO()
    with pytest.raises(SystemExit) as left:
        call_command("bench", "evidence", "--factor", factor, "--out", str(tmp_path), stderr=err)
    assert left.value.code == 2
    assert len(err.getvalue().strip().splitlines()) == 1
