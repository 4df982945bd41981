"""``narvard utilisation import FILE``: counts, reasons, and exit codes."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from narvard.followup.utilisation.models import UtilisationEvent
from narvard.followup.utilisation.tests.factories import file_of, make_management, row

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(settings):
    settings.NARVARD_CLOCK = "2026-11-23T07:30"


def run(path, *more: str) -> str:
    out = StringIO()
    call_command("utilisation", "import", str(path), *more, stdout=out, stderr=out)
    return out.getvalue()


def test_it_tells_what_became_of_the_rows(tmp_path):
    make_management()
    path = tmp_path / "data.csv"
    path.write_bytes(file_of(row(), row(1, start="")))
    told = run(path)
    assert "rows 2, added 1, changed 0, unchanged 0, quarantined 1" in told
    assert "line 3:" in told
    last = json.loads(run(path, "--json").splitlines()[-1])
    assert (last["unchanged"], last["quarantined"]) == (1, 1)
    assert UtilisationEvent.objects.count() == 1


@pytest.mark.parametrize("more", [["--unit", "SE-NOBODY"], ["--from", "2026-01-01"]])
def test_bad_input_ends_with_two(tmp_path, more):
    make_management()
    path = tmp_path / "data.csv"
    path.write_bytes(file_of(row()))
    with pytest.raises(SystemExit) as end:
        run(path, *more)
    assert end.value.code == 2


def test_a_file_that_is_not_there(tmp_path):
    make_management()
    with pytest.raises(SystemExit) as end:
        run(tmp_path / "nothing.csv")
    assert end.value.code == 2
