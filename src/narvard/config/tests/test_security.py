"""What production demands before it starts, and what it then tells browsers."""

import json
import subprocess
import sys

import pytest

from narvard.config.tests.test_start import PRODUCTION, clean_environment, start

SECRET, AUDIT = PRODUCTION["NARVARD_SECRET_KEY"], PRODUCTION["NARVARD_AUDIT_KEYS"]

# The answer of a page that needs no database, asked for over HTTPS by way of a proxy.
ASK = """
import json, django
django.setup()
from django.test import Client
secure, headers = {secure}, {headers}
answer = Client(headers=headers).get("/styleguide/", HTTP_HOST="narvard.example", secure=secure)
from django.conf import settings
names = [settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME]
print(json.dumps({{"status": answer.status_code, "headers": dict(answer.headers), "names": names,
                  "cookies": [morsel.OutputString() for morsel in answer.cookies.values()]}}))
"""


def ask(*, secure: bool = True, headers: dict[str, str] | None = None, **env: str) -> dict:
    """Ask production for a page in a process of its own: settings are read once per process."""
    code = ASK.format(secure=secure, headers=headers or {})
    storage = {"DJANGO_SETTINGS_MODULE": "narvard.config.tests.served"}
    asked = subprocess.run(
        [sys.executable, "-c", code],
        env={**clean_environment(), **PRODUCTION, **storage, **env},
        capture_output=True,
        text=True,
        check=False,
    )
    assert asked.returncode == 0, asked.stderr
    return json.loads(asked.stdout.splitlines()[-1])


@pytest.mark.parametrize(
    ("env", "words"),
    [
        ({"NARVARD_SECRET_KEY": SECRET[:49]}, "NARVARD_SECRET_KEY is too weak"),
        ({"NARVARD_SECRET_KEY": "ab" * 40}, "NARVARD_SECRET_KEY is too weak"),
        ({"NARVARD_SECRET_KEY": "development-only-" + SECRET}, "NARVARD_SECRET_KEY holds a known value"),
        ({"NARVARD_SECRET_KEY": "django-insecure-" + SECRET}, "NARVARD_SECRET_KEY holds a known value"),
        ({"NARVARD_AUDIT_KEYS": "first=short"}, "NARVARD_AUDIT_KEYS (first) is too weak"),
        ({"NARVARD_AUDIT_KEYS": f"{AUDIT},old=development-only-audit-key"}, "NARVARD_AUDIT_KEYS (old) holds a known"),
        ({"NARVARD_AUDIT_KEYS": f"first={SECRET}"}, "must all be different"),
        ({"NARVARD_ALLOWED_HOSTS": "narvard.example,*"}, "* lets any in"),
        ({"NARVARD_ROUTER_URL": "http://osrm.example:5000"}, "must be https in production"),
        ({"NARVARD_ROUTER_URL": "file:///etc/passwd"}, "is not an address"),
        ({"NARVARD_ROUTER_URL": "https://user:password@osrm.example"}, "is not an address"),
    ],
)
def test_a_weak_setting_is_refused_in_plain_words(env: dict[str, str], words: str) -> None:
    refused = start(**{**PRODUCTION, **env})
    assert refused.returncode == 2
    assert words in refused.stderr.strip().splitlines()[-1]
    assert SECRET not in refused.stderr


@pytest.mark.parametrize(
    "env",
    [
        {"NARVARD_ROUTER_URL": "https://osrm.example"},
        {"NARVARD_ROUTER_URL": "http://osrm.example:5000", "NARVARD_ROUTER_INSECURE": "true"},
    ],
)
def test_a_router_by_https_or_by_an_open_decision_is_let_through(env: dict[str, str]) -> None:
    started = start(**PRODUCTION, **env)
    assert started.returncode == 0, started.stderr


def test_djangos_own_checks_of_a_deployment_find_nothing() -> None:
    checked = start("--deploy", "--fail-level", "WARNING", **PRODUCTION)
    assert checked.returncode == 0, checked.stderr


def test_a_page_tells_the_browser_what_it_may_do() -> None:
    answer = ask()
    assert answer["status"] == 200
    headers = answer["headers"]
    policy = dict(part.strip().partition(" ")[::2] for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert "upgrade-insecure-requests" in policy
    assert "report-uri" not in policy
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "clipboard-write=(self)" in headers["Permissions-Policy"]
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"


def test_cookies_are_bound_to_the_host_and_to_https() -> None:
    answer = ask()
    assert answer["names"] == ["__Host-session", "__Host-csrf"]
    assert answer["cookies"]
    for cookie in answer["cookies"]:
        assert "Secure" in cookie
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert "Path=/" in cookie
        assert "Domain" not in cookie


def test_reports_of_broken_policy_go_where_the_setting_says() -> None:
    answer = ask(NARVARD_CSP_REPORT_URL="https://reports.example/csp")
    assert "report-uri https://reports.example/csp" in answer["headers"]["Content-Security-Policy"]


def test_only_a_trusted_proxy_says_what_is_secure() -> None:
    forwarded = {"X-Forwarded-Proto": "https"}
    assert ask(secure=False, headers=forwarded)["status"] == 301
    assert ask(secure=False, headers=forwarded, NARVARD_TRUSTED_PROXY="true")["status"] == 200
