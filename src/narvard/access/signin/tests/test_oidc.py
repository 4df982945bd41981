"""What is believed of an identity provider before anybody has signed in: hosts, issuer, algorithms, sizes."""

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from narvard.access.signin import oidc

PROVIDER = oidc.Provider("siths", "https://idp.example", "us", "secret", "openid", ())
METADATA = {
    "issuer": "https://idp.example",
    "authorization_endpoint": "https://idp.example/authorize",
    "token_endpoint": "https://idp.example/token",
    "jwks_uri": "https://idp.example/jwks",
}


@contextmanager
def answering(status, headers, body):
    """A server that gives everybody the same answer."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def session(*hosts):
    found = oidc._GuardedSession()
    found.allowed_hosts = frozenset(hosts)
    return found


def app():
    return oidc._client(PROVIDER)


def test_metadata_of_its_own_is_believed():
    metadata = dict(METADATA)
    app()._check(metadata)
    assert metadata["id_token_signing_alg_values_supported"] == ["RS256", "PS256", "ES256"]


@pytest.mark.parametrize(
    "change",
    [
        {"issuer": "https://another.example"},
        {"issuer": None},
        {"token_endpoint": "https://another.example/token"},
        {"jwks_uri": "http://169.254.169.254/jwks"},
        {"authorization_endpoint": "https://idp.example.evil.example/"},
        {"end_session_endpoint": "https://another.example/out"},
    ],
)
def test_metadata_that_points_elsewhere_is_not(change):
    with pytest.raises(oidc.CallRefused):
        app()._check({**METADATA, **change})


def test_a_host_may_be_named_besides():
    named = oidc.Provider("siths", "https://idp.example", "us", "secret", "openid", (), ("login.example",))
    oidc._client(named)._check({**METADATA, "authorization_endpoint": "https://login.example/authorize"})


@pytest.mark.parametrize("offered", [["none"], ["HS256", "none"]])
def test_unsigned_tokens_and_shared_keys_are_never_taken(offered):
    metadata = {**METADATA, "id_token_signing_alg_values_supported": offered}
    app()._check(metadata)
    assert metadata["id_token_signing_alg_values_supported"] == []


def test_another_host_is_not_called():
    with pytest.raises(oidc.CallRefused):
        session("idp.example").request("GET", "http://169.254.169.254/latest", withhold_token=True)


def test_a_redirect_is_not_followed():
    with (
        answering(302, {"Location": "http://169.254.169.254/"}, b"") as host,
        session(host) as calls,
        pytest.raises(oidc.CallRefused),
    ):
        calls.request("GET", f"http://{host}/", withhold_token=True)


def test_a_huge_answer_is_cut_off():
    with (
        answering(200, {}, b" " * (oidc.MOST_BYTES + 1)) as host,
        session(host) as calls,
        pytest.raises(oidc.CallRefused),
    ):
        calls.request("GET", f"http://{host}/", withhold_token=True)


def test_an_ordinary_answer_is_read():
    with answering(200, {}, b'{"a": 1}') as host, session(host) as calls:
        assert calls.request("GET", f"http://{host}/", withhold_token=True).json() == {"a": 1}


def test_plain_http_is_not_called_in_production(settings):
    settings.PRODUCTION = True
    with pytest.raises(oidc.CallRefused):
        session("idp.example").request("GET", "http://idp.example/", withhold_token=True)
