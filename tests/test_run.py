"""The runner: what it promises about groups, exit codes and missing programs."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests import run


def step(code: str) -> run.Step:
    return run.Step("a step", [sys.executable, "-c", code])


def chosen(monkeypatch: pytest.MonkeyPatch, *steps: run.Step) -> int:
    """The exit code of a run over the given steps alone."""
    monkeypatch.setattr(run, "GROUPS", {"checks": lambda _: [run.report(run.run(each)) for each in steps]})
    monkeypatch.setattr(run, "SYSTEM_PACKAGES", {})
    monkeypatch.setattr(sys, "argv", ["run.py"])
    return run.main()


def test_all_well_is_code_0(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert chosen(monkeypatch, step("print('quiet')")) == 0
    printed = capsys.readouterr().out
    assert "All 1 steps went well" in printed
    assert "quiet" not in printed


def test_a_failing_step_prints_what_it_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert chosen(monkeypatch, step("pass"), step("raise SystemExit('the reason')")) == 1
    printed = capsys.readouterr().out
    assert "the reason" in printed
    assert "1 of 2 steps failed" in printed


def test_the_closing_line_of_pytest_is_printed_as_it_stands(capsys: pytest.CaptureFixture[str]) -> None:
    told = run.Step("suite", [sys.executable, "-c", "print('dots'); print('12 passed in 0.10s')"], is_pytest=True)
    run.report(run.run(told))
    assert "12 passed in 0.10s" in capsys.readouterr().out.splitlines()


def test_an_unknown_group_is_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        run.chosen_groups("sqlite,oracle")
    assert "oracle" in capsys.readouterr().out


def test_groups_keep_their_order() -> None:
    assert run.chosen_groups("browser,checks") == ["checks", "browser"]
    assert run.chosen_groups("") == list(run.GROUPS)


def test_a_missing_program_is_named_to_those_who_cannot_install_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run, "SYSTEM_PACKAGES", {"no-such-program": "its-package"})
    monkeypatch.setattr(run.os, "geteuid", lambda: 1000)
    with pytest.raises(SystemExit, match="2"):
        run.install_system_packages()
    assert "its-package" in capsys.readouterr().out


# A group that holds a temporary folder, as PostgreSQL's does, while a step runs on and on.
HELD = """
import sys, tempfile
from tests import run

def group(_):
    with tempfile.TemporaryDirectory() as folder:
        run.say(folder)
        run.run(run.Step("a long step", [sys.executable, "-c", "import threading; threading.Event().wait(60)"]))

run.GROUPS, run.SYSTEM_PACKAGES, sys.argv = {"held": group}, {}, ["run.py"]
run.main()
"""


def test_a_run_that_is_told_to_stop_leaves_no_folder_behind() -> None:
    process = subprocess.Popen([sys.executable, "-c", HELD], cwd=run.ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    folder = Path(process.stdout.readline().strip())
    assert folder.is_dir()
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)
    assert process.returncode == 128 + signal.SIGTERM
    assert not folder.exists()
