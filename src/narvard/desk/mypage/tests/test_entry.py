"""A patient's or relative's way in: by e-identification against a running provider, and in a demonstration."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from tests.identity_provider import asked_for, path_of, running, through

from narvard.access.signin import sessions
from narvard.core.models import AuditEvent, AuditSubject, User
from narvard.desk.mypage.tests.conftest import RELATIVE, number_of
from narvard.organisation.tests.factories import CommissionFactory

pytestmark = pytest.mark.django_db
START, HOME = "/min-sida/logga-in/", "/min-sida/"
LOA3 = "http://id.elegnamnden.se/loa/1.0/loa3"
CLAIM = "https://id.oidc.se/claim/personalIdentityNumber"


@pytest.fixture(scope="module")
def provider():
    with running() as found:
        yield found


@pytest.fixture(autouse=True)
def _configured(settings, provider):
    settings.NARVARD_EID = provider.settings(acr=(LOA3,))


@pytest.fixture
def as_told(client, provider):
    def go(**claims):
        provider.knows("person", **{"acr": LOA3, "name": "Någon Annan", **claims})
        return through(client, provider, START, "person")

    return go


def refused(answer, code, words):
    assert answer.status_code == 403
    assert words in answer.content.decode()
    assert AuditEvent.objects.filter(what="account.sign_in_failed").latest("pk").reason == code
    assert sessions.PERSON not in answer.wsgi_request.session
    return True


def test_a_patient_comes_to_their_own_page_and_to_no_account(client, area, as_told):
    answer = as_told(**{CLAIM: number_of(area.patient).value})
    assert answer.url == HOME
    assert f"Hej {area.patient.given_name}" in client.get(HOME).content.decode()
    assert "_auth_user_id" not in client.session
    assert not User.objects.filter(username__contains=number_of(area.patient).value).exists()
    signed_in = AuditEvent.objects.get(what="mypage.sign_in")
    assert (signed_in.staff, signed_in.reason) == (None, "e-identification")
    assert AuditSubject.objects.get(event=signed_in).patient == area.patient.pk


def test_no_personal_identity_number_is_kept_in_the_session(client, area, as_told):
    number = number_of(area.patient).value
    as_told(**{CLAIM: number})
    assert number not in str(dict(client.session.items()))


def test_what_is_asked_for(client):
    asked = asked_for(client.get(START))
    assert asked["code_challenge_method"] == "S256"
    assert asked["prompt"] == "login"
    assert asked["acr_values"] == LOA3
    assert {"state", "nonce"} <= asked.keys()


def test_a_representative_comes_to_those_they_represent(client, represent, as_told, area):
    represent()
    as_told(**{CLAIM: RELATIVE.value})
    page = client.get(HOME).content.decode()
    assert area.patient.name in page


def test_somebody_who_is_nobody_here(as_told):
    assert refused(as_told(**{CLAIM: RELATIVE.value}), "nobody", "ingen sida för dig")


def test_the_dead_have_no_page(area, as_told):
    area.patient.died_at = datetime.fromisoformat("2026-11-20T12:00:00+01:00")
    area.patient.save()
    assert refused(as_told(**{CLAIM: number_of(area.patient).value}), "nobody", "ingen sida för dig")


@pytest.mark.parametrize("value", [None, "", 194001011234, ["194001011234"]])
def test_an_identification_without_number(as_told, value):
    claims = {} if value is None else {CLAIM: value}
    assert refused(as_told(**claims), "claim-missing:identifier", "lämnade inget personnummer")


def test_a_number_that_is_none(as_told):
    assert refused(as_told(**{CLAIM: "19400101-0000"}), "identifier", "kontrollsiffra")


def test_a_level_that_is_too_low(area, as_told):
    told = {CLAIM: number_of(area.patient).value, "acr": "http://id.elegnamnden.se/loa/1.0/loa2"}
    assert refused(as_told(**told), "acr", "för låg tillitsnivå")


def test_an_answer_counts_once(client, area, provider):
    provider.knows("person", **{"acr": LOA3, CLAIM: number_of(area.patient).value})
    back = path_of(provider.sign_in(client.get(START).headers["Location"], "person"))
    assert client.get(back).url == HOME
    client.post("/min-sida/logga-ut/")
    assert refused(client.get(back), "token:mismatching_state", "kunde inte kontrolleras")


def test_a_token_for_another_request(client, area, provider):
    provider.knows("person", **{"acr": LOA3, CLAIM: number_of(area.patient).value})
    back = path_of(provider.sign_in(client.get(START).headers["Location"], "person"))
    session = client.session
    key = next(key for key in dict(session) if key.startswith("_state_eid_"))
    session[key] = {**session[key], "data": {**session[key]["data"], "nonce": "en-annan"}}
    session.save()
    assert refused(client.get(back), "token:invalid_claim:nonce", "kunde inte kontrolleras")


def test_a_token_that_has_expired(client, area, settings):
    with running(timedelta(minutes=-5)) as late:
        settings.NARVARD_EID = late.settings(acr=(LOA3,))
        late.knows("person", **{"acr": LOA3, CLAIM: number_of(area.patient).value})
        assert refused(through(client, late, START, "person"), "token:expired_token:exp", "kunde inte kontrolleras")


def test_an_answer_for_staff_is_none_for_patients(client, area, provider, settings):
    """Both providers may be the same machine: an answer still belongs to the way it was asked for."""
    settings.NARVARD_SITHS = provider.settings()
    provider.knows("person", **{"acr": LOA3, CLAIM: number_of(area.patient).value})
    back = path_of(provider.sign_in(client.get("/logga-in/siths/").headers["Location"], "person"))
    crossed = back.replace("/logga-in/siths/svar/", "/min-sida/logga-in/svar/")
    assert refused(client.get(crossed), "token:mismatching_state", "kunde inte kontrolleras")


def test_a_patient_who_was_staff_in_the_same_browser_no_longer_is(client, area, as_told):
    client.force_login(area.team.staff.user)
    as_told(**{CLAIM: number_of(area.patient).value})
    assert "_auth_user_id" not in client.session
    assert client.get("/enheter/").status_code == 404


def test_staff_who_were_a_patient_in_the_same_browser_no_longer_are(client, area, as_told, settings):
    as_told(**{CLAIM: number_of(area.patient).value})
    settings.NARVARD_DEMO = True
    client.post(reverse("account:sign-in-as"), {"commission": str(area.team.pk)})
    assert sessions.PERSON not in client.session
    assert client.get(HOME).status_code == 404


def test_a_patients_session_rests_for_a_quarter_of_an_hour_at_most(screen, monkeypatch):
    now = sessions.time.time()
    monkeypatch.setattr(sessions.time, "time", lambda: now + 15 * 60)
    assert screen.get(HOME).url.startswith(reverse("account:sign-in"))
    assert sessions.PERSON not in screen.session


def test_sign_out_here_and_there_without_a_number_in_an_address(screen, area, provider):
    key = screen.session.session_key
    url = screen.post("/min-sida/logga-ut/").url
    assert url.startswith(f"{provider.issuer}/oauth2/end_session?")
    assert "id_token_hint" not in url
    assert not screen.session.exists(key)


def test_one_click_exists_only_in_a_demonstration(client, area, settings):
    assert client.post("/min-sida/logga-in/demo/", {"patient": str(area.patient.pk)}).status_code == 404
    settings.NARVARD_DEMO = True
    assert client.post("/min-sida/logga-in/demo/", {"patient": "inte-ett-id"}).status_code == 404
    assert client.post("/min-sida/logga-in/demo/", {"patient": str(CommissionFactory().pk)}).status_code == 404
    assert client.post("/min-sida/logga-in/demo/", {"patient": str(area.patient.pk)}).url == HOME
    assert client.get(HOME).status_code == 200


def test_the_demonstrations_representatives_are_listed_and_stepped_into(client, area, represent, settings):
    row, _screen = represent()
    as_her = {"representative": str(row.pk)}
    assert client.post("/min-sida/logga-in/demo/", as_her).status_code == 404
    settings.NARVARD_DEMO = True
    assert f'name="representative" value="{row.pk}"' in client.get("/logga-in/").content.decode()
    assert client.post("/min-sida/logga-in/demo/", {"representative": "inte-ett-id"}).status_code == 404
    assert client.post("/min-sida/logga-in/demo/", {"representative": str(area.patient.pk)}).status_code == 404
    assert client.post("/min-sida/logga-in/demo/", as_her).url == HOME
    assert area.patient.name in client.get(HOME).content.decode()
    row.until = row.since
    row.save()
    assert client.post("/min-sida/logga-in/demo/", as_her).status_code == 404
    assert str(row.pk) not in client.get("/logga-in/").content.decode()


def test_without_an_issuer_there_is_no_way_in(client, settings, provider):
    settings.NARVARD_EID = provider.settings(issuer="", client_id="")
    assert client.get(START).status_code == 404
    assert client.get("/min-sida/logga-in/svar/").status_code == 404
    assert "e-legitimation" not in client.get(reverse("account:sign-in")).content.decode()


def test_the_sign_in_page_offers_it(client):
    assert "Logga in med e-legitimation" in client.get(reverse("account:sign-in")).content.decode()


def test_the_systems_address_leads_home_and_is_no_refusal(client, area, as_told):
    as_told(**{CLAIM: number_of(area.patient).value})
    assert client.get("/").url == HOME
    assert not AuditEvent.objects.filter(what="access.denied").exists()
    assert client.get("/intag/").status_code == 404
