"""Settings that cannot be used stop the start with a plain line and exit code 2."""

import os
import subprocess
import sys

import pytest

PRODUCTION = {
    "NARVARD_ENV": "production",
    "NARVARD_SECRET_KEY": "".join(map(chr, range(48, 108))).replace("=", "-").replace("\\", "-"),
    "NARVARD_AUDIT_KEYS": "first=" + "abcdefghijklmnopqrstuvwxyz0123456789",
    "NARVARD_ALLOWED_HOSTS": "narvard.example",
    "DATABASE_URL": "postgresql://narvard@localhost/narvard",
}


def clean_environment() -> dict[str, str]:
    """The environment without anything of ours."""
    return {name: value for name, value in os.environ.items() if name != "DATABASE_URL" and "NARVARD" not in name}


def start(*options: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Start a command that only reads the settings, with nothing of ours in the environment but ``env``."""
    command = [sys.executable, "-m", "narvard", "check", *options]
    return subprocess.run(command, env={**clean_environment(), **env}, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("env", [{}, PRODUCTION], ids=["development", "production"])
def test_a_whole_environment_starts(env: dict[str, str]) -> None:
    started = start(**env)
    assert started.returncode == 0, started.stderr


@pytest.mark.parametrize(
    ("env", "words"),
    [
        ({"NARVARD_ENV": "prod"}, "not 'prod'"),
        ({"DATABASE_URL": "apa"}, "DATABASE_URL"),
        ({**PRODUCTION, "NARVARD_SECRET_KEY": ""}, "needs NARVARD_SECRET_KEY"),
        ({**PRODUCTION, "NARVARD_AUDIT_KEYS": ""}, "needs NARVARD_AUDIT_KEYS"),
        ({"NARVARD_AUDIT_KEY_ID": "lost"}, "NARVARD_AUDIT_KEY_ID"),
        ({"NARVARD_AUDIT_YEARS": "4"}, "NARVARD_AUDIT_YEARS"),
        ({**PRODUCTION, "NARVARD_ALLOWED_HOSTS": ""}, "needs NARVARD_ALLOWED_HOSTS"),
        ({**PRODUCTION, "NARVARD_DEBUG": "true"}, "NARVARD_DEBUG"),
        ({**PRODUCTION, "DATABASE_URL": "sqlite:///narvard.sqlite3"}, "PostgreSQL"),
        ({**PRODUCTION, "NARVARD_DEMO": "true"}, "NARVARD_DEMO"),
        ({**PRODUCTION, "NARVARD_CLOCK": "2026-11-23T07:30"}, "NARVARD_CLOCK"),
    ],
    ids=lambda value: "" if isinstance(value, dict) else value,
)
def test_a_broken_one_is_refused_in_plain_words(env: dict[str, str], words: str) -> None:
    refused = start(**env)
    assert refused.returncode == 2
    assert words in refused.stderr.strip().splitlines()[-1]
    assert "Traceback" not in refused.stderr
