"""An identity provider on this machine (oidc-provider-mock), and a browser's way to it and back."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from django.http import HttpResponse
from django.test import Client
from oidc_provider_mock import run_server_in_thread

CLIENT = "narvard-test"


class IdentityProvider:
    """A running provider: tell it who somebody is, and let them sign in there."""

    def __init__(self, port: int) -> None:
        self.issuer = f"http://localhost:{port}"

    def settings(self, **changes: Any) -> dict[str, Any]:
        """The provider as Närvård's settings name it."""
        return {
            "issuer": self.issuer,
            "client_id": CLIENT,
            "client_secret": "a-secret",
            "scope": "openid",
            "acr": (),
            "hosts": (),
            **changes,
        }

    def knows(self, sub: str, **claims: Any) -> None:
        """Let ``sub`` be somebody with these claims."""
        requests.put(f"{self.issuer}/users/{sub}", json=claims, timeout=5).raise_for_status()

    def sign_in(self, asked: str, sub: str) -> str:
        """Sign in as ``sub`` at the address the browser was sent to; where it is then sent."""
        answer = requests.post(asked, data={"sub": sub}, timeout=5, allow_redirects=False)
        assert answer.status_code == 302, answer.text
        return answer.headers["Location"]

    def cancel(self, asked: str) -> str:
        """Change one's mind there."""
        answer = requests.post(asked, data={"action": "deny"}, timeout=5, allow_redirects=False)
        return answer.headers["Location"]


@contextmanager
def running(lasts: timedelta = timedelta(hours=1)) -> Iterator[IdentityProvider]:
    """A provider while the context lasts; its tokens last for ``lasts``."""
    with run_server_in_thread(access_token_max_age=lasts) as server:
        yield IdentityProvider(server.server_port)


def path_of(url: str) -> str:
    """What the test client asks for when a browser is sent to ``url``."""
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"


def asked_for(answer: HttpResponse) -> dict[str, str]:
    """What the redirect to the provider asks for."""
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()}


def through(client: Client, provider: IdentityProvider, start: str, sub: str) -> Any:
    """All the way: to the provider, sign in there, and back; the answer of the callback."""
    sent = client.get(start)
    assert sent.status_code == 302, sent.content.decode()
    return client.get(path_of(provider.sign_in(sent.headers["Location"], sub)))
