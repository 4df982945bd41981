"""``narvard evidence check``: a row for each data set, wrong ones told by the exit code, bad input in one line."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from narvard.engines.evidence import published


def rows(*arguments: str) -> list[dict[str, object]]:
    out = StringIO()
    try:
        call_command("evidence", "check", "--json", *arguments, stdout=out)
    finally:
        lines = [json.loads(line) for line in out.getvalue().splitlines()]
    assert lines[-1]["rows"] == lines[:-1]
    return lines[:-1]


def test_every_published_data_set_has_its_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """So few studies cannot tell 95 % apart: the bounds are widened, the thousand are the command's own."""
    monkeypatch.setattr(published, "COVERS", (0.5, 1.0))
    told = rows("--studies", "10")
    assert {"epil", "organ_donations", "mdvis", "nsw_naive", "nsw_matched", "zero_effect_matched_did"} <= {
        row["id"] for row in told
    }
    assert all({"id", "estimate", "expected", "tolerance", "ok"} <= set(row) and row["ok"] for row in told)


def test_a_wrong_answer_ends_with_code_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(published, "EXPERIMENT", 2000.0)
    monkeypatch.setattr(published, "COVERS", (0.5, 1.0))
    with pytest.raises(SystemExit) as left:
        rows("--studies", "5")
    assert left.value.code == 1


def test_bad_input_is_one_line_and_code_two() -> None:
    err = StringIO()
    with pytest.raises(SystemExit) as left:
        call_command("evidence", "check", "--studies", "1", stdout=StringIO(), stderr=err)
    assert left.value.code == 2
    assert len(err.getvalue().strip().splitlines()) == 1
