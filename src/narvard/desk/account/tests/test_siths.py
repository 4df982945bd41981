"""Sign-in with SITHS against a running identity provider: all the way, and everything that stops it."""

from datetime import date, timedelta

import pytest
from authlib.integrations.requests_client import OAuth2Session
from django.test import Client
from django.urls import reverse
from tests.identity_provider import asked_for, path_of, running, through

from narvard.core.models import AuditEvent, User
from narvard.organisation.tests.factories import CommissionFactory, StaffFactory

pytestmark = pytest.mark.django_db
START, HERE = "/logga-in/siths/", "/enheter/"
LOA3, LOA2 = "http://id.sambi.se/loa/loa3", "http://id.sambi.se/loa/loa2"


@pytest.fixture(scope="module")
def provider():
    with running() as found:
        yield found


@pytest.fixture(autouse=True)
def _configured(settings, provider):
    settings.NARVARD_SITHS = provider.settings(acr=(LOA3,))


@pytest.fixture
def nurse():
    """Known in the register, and without an account until she signs in."""
    return CommissionFactory(staff=StaffFactory(user=None), role="team")


def claims_of(commission, **changes):
    """What Inera's IdP tells of somebody who chose ``commission``."""
    return {
        "acr": LOA3,
        "employeeHsaId": commission.staff.hsa_id,
        "commissionHsaId": commission.hsa_id,
        "commissionName": "Vård på enheten",
        "commissionPurpose": "Vård och behandling",
        "commissionRight": ["Läsa;alla;VE", "Läsa;alla;SJF"],
        "healthCareProviderHsaId": commission.unit.provider.hsa_id,
        **changes,
    }


@pytest.fixture
def as_told(client, provider):
    """Sign in all the way with these claims."""

    def go(start=START, **claims):
        provider.knows("kort", **{name: value for name, value in claims.items() if value is not None})
        return through(client, provider, start, "kort")

    return go


def refused(answer, code, words):
    """The clear page, the audit row, and nobody signed in."""
    assert answer.status_code == 403
    assert words in answer.content.decode()
    row = AuditEvent.objects.filter(what="account.sign_in_failed").latest("pk")
    assert (row.action, row.reason) == ("denied", code)
    assert answer.wsgi_request.session.get("_auth_user_id") is None
    return True


def test_all_the_way(client, nurse, as_told):
    answer = as_told(f"{START}?next={HERE}", **claims_of(nurse))
    assert answer.url == HERE
    assert client.get(HERE).status_code == 200
    assert client.get(HERE).wsgi_request.commission == nurse
    signed_in = AuditEvent.objects.get(action="sign_in")
    assert (signed_in.commission, signed_in.reason) == (nurse.pk, "siths")


def test_a_known_person_gets_an_account_at_the_first_sign_in_and_the_same_one_at_the_second(client, nurse, as_told):
    as_told(**claims_of(nurse))
    nurse.staff.refresh_from_db()
    assert not nurse.staff.user.has_usable_password()
    client.post(reverse("account:sign-out"))
    as_told(**claims_of(nurse))
    assert User.objects.count() == 1
    assert AuditEvent.objects.filter(what="account.open_account").count() == 1


def test_what_is_asked_for(client):
    asked = asked_for(client.get(START))
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["code_challenge"]) >= 43
    assert len(asked["state"]) >= 20
    assert len(asked["nonce"]) >= 20
    assert asked["acr_values"] == LOA3
    assert asked["redirect_uri"] == "http://testserver/logga-in/siths/svar/"


def test_the_verifier_of_the_challenge_is_sent_with_the_code(client, nurse, provider, monkeypatch):
    sent = []
    real = OAuth2Session.request

    def listening(self, method, url, *args, **kwargs):
        sent.append((url, kwargs.get("data")))
        return real(self, method, url, *args, **kwargs)

    monkeypatch.setattr(OAuth2Session, "request", listening)
    provider.knows("kort", **claims_of(nurse))
    through(client, provider, START, "kort")
    told = [data for url, data in sent if url.endswith("/oauth2/token")]
    assert len(told) == 1
    assert len(dict(told[0])["code_verifier"]) >= 43


@pytest.mark.parametrize("acr", [LOA2, None])
def test_a_level_of_assurance_that_is_too_low(nurse, as_told, acr):
    assert refused(as_told(**claims_of(nurse, acr=acr)), "acr", "för låg tillitsnivå")


@pytest.mark.parametrize("name", ["employeeHsaId", "commissionHsaId", "commissionPurpose", "healthCareProviderHsaId"])
@pytest.mark.parametrize("value", [None, "", [], 7, {"a": 1}])
def test_a_claim_that_is_missing_or_of_another_kind(nurse, as_told, name, value):
    assert refused(as_told(**claims_of(nurse, **{name: value})), f"claim-missing:{name}", name)


def test_somebody_unknown_gets_no_account(nurse, as_told):
    assert refused(as_told(**claims_of(nurse, employeeHsaId="SE-OKAND")), "unknown-staff", "finns inte i Närvårds")
    assert not User.objects.exists()


def test_two_persons_in_one_claim_are_nobody(nurse, as_told):
    ids = [nurse.staff.hsa_id, CommissionFactory().staff.hsa_id]
    assert refused(as_told(**claims_of(nurse, employeeHsaId=ids)), "unknown-staff", "finns inte i Närvårds")


def test_a_closed_account_stays_closed(as_told):
    nurse = CommissionFactory(staff__user__is_active=False)
    assert refused(as_told(**claims_of(nurse)), "account-closed", "stängt")


def test_a_commission_that_our_register_does_not_hold(nurse, as_told):
    assert refused(as_told(**claims_of(nurse, commissionHsaId="SE-ANNAT")), "no-commission", "gäller inte hos Närvård")
    nurse.staff.refresh_from_db()
    assert nurse.staff.user is None


def test_a_colleagues_commission(nurse, as_told):
    other = CommissionFactory(unit=nurse.unit)
    assert refused(
        as_told(**claims_of(nurse, commissionHsaId=other.hsa_id)), "no-commission", "gäller inte hos Närvård"
    )


def test_a_commission_that_has_ended(nurse, as_told):
    nurse.until = date(2026, 11, 23)
    nurse.save()
    assert refused(as_told(**claims_of(nurse)), "no-commission", "gäller inte hos Närvård")


def test_a_commission_at_another_provider_than_the_card_says(nurse, as_told):
    other = CommissionFactory().unit.provider.hsa_id
    assert refused(as_told(**claims_of(nurse, healthCareProviderHsaId=other)), "provider", "annan vårdgivare")


def test_a_purpose_that_does_not_agree(nurse, as_told):
    assert refused(as_told(**claims_of(nurse, commissionPurpose="Forskning")), "purpose", "ändamål")


def test_a_purpose_that_may_not_sign_in(nurse, as_told, settings):
    settings.NARVARD_SITHS_PURPOSES = ["administration"]
    assert refused(as_told(**claims_of(nurse)), "purpose-not-accepted", "ändamålet")


def test_lists_that_do_not_belong_together(nurse, as_told):
    told = claims_of(nurse, commissionHsaId=[nurse.hsa_id, "SE-2", "SE-3"], commissionPurpose=["Administration"] * 2)
    assert refused(as_told(**told), "claims-disagree", "stämmer inte överens")


def test_of_several_commissions_those_that_both_hold_are_chosen_from(client, nurse, as_told):
    both = CommissionFactory(staff=nurse.staff, unit__provider=nurse.unit.provider, role="team")
    ours_only = CommissionFactory(staff=nurse.staff, unit__provider=nurse.unit.provider, role="team")
    answer = as_told(**claims_of(nurse, commissionHsaId=[nurse.hsa_id, both.hsa_id, "SE-BARA-KORTET"]))
    assert answer.url.startswith(reverse("account:commission"))
    page = client.get(answer.url).content.decode()
    assert nurse.unit.name in page
    assert both.unit.name in page
    assert ours_only.unit.name not in page
    assert client.post(answer.url, {"commission": str(ours_only.pk)}).status_code == 404
    assert client.post(answer.url, {"commission": str(both.pk)}).status_code == 302
    assert client.get(HERE).wsgi_request.commission == both


def test_a_session_cannot_be_talked_into_a_commission_the_card_did_not_tell(client, nurse, as_told):
    other = CommissionFactory(staff=nurse.staff)
    as_told(**claims_of(nurse))
    session = client.session
    session["commission"] = str(other.pk)
    session.save()
    assert client.get(HERE).url.startswith(reverse("account:commission"))


@pytest.mark.parametrize(
    ("rights", "held", "reads"),
    [
        (["Läsa;alla;SJF"], True, True),
        ("Läsa;alla;SJF", True, True),
        (["Läsa;alla;VE", "Läsa;alla;VG"], True, False),
        ([], True, False),
        (None, True, False),
        (["Läsa;SJF;VG"], True, False),
        (["Läsa;alla;SJF"], False, False),
    ],
)
def test_other_providers_records_are_read_only_when_card_and_register_both_say_so(
    client, nurse, as_told, rights, held, reads
):
    nurse.reads_shared = held
    nurse.save()
    as_told(**claims_of(nurse, commissionRight=rights))
    assert client.get(HERE).wsgi_request.commission.reads_shared is reads
    nurse.refresh_from_db()
    assert nurse.reads_shared is held


def test_an_answer_counts_once(client, nurse, provider):
    provider.knows("kort", **claims_of(nurse))
    back = path_of(provider.sign_in(client.get(START).headers["Location"], "kort"))
    assert client.get(back).status_code == 302
    client.post(reverse("account:sign-out"))
    assert refused(client.get(back), "token:mismatching_state", "kunde inte kontrolleras")


def test_an_answer_belongs_to_the_browser_that_asked(client, nurse, provider):
    provider.knows("kort", **claims_of(nurse))
    back = path_of(provider.sign_in(client.get(START).headers["Location"], "kort"))
    assert refused(Client().get(back), "token:mismatching_state", "kunde inte kontrolleras")


def test_an_answer_without_anything(client):
    assert refused(client.get("/logga-in/siths/svar/"), "token:mismatching_state", "kunde inte kontrolleras")


def test_an_answer_that_comes_after_a_quarter_of_an_hour(client, nurse, provider):
    provider.knows("kort", **claims_of(nurse))
    back = path_of(provider.sign_in(client.get(START).headers["Location"], "kort"))
    change_state(client, lambda kept: {**kept, "exp": kept["exp"] - 900})
    assert refused(client.get(back), "token:mismatching_state", "kunde inte kontrolleras")


def test_a_token_for_another_request(client, nurse, provider):
    provider.knows("kort", **claims_of(nurse))
    back = path_of(provider.sign_in(client.get(START).headers["Location"], "kort"))
    change_state(client, lambda kept: {**kept, "data": {**kept["data"], "nonce": "en-annan"}})
    assert refused(client.get(back), "token:invalid_claim:nonce", "kunde inte kontrolleras")


def change_state(client, change):
    session = client.session
    key = next(key for key in dict(session) if key.startswith("_state_siths_"))
    session[key] = change(session[key])
    session.save()


def test_a_token_that_has_expired(client, nurse, settings):
    with running(timedelta(minutes=-5)) as late:
        settings.NARVARD_SITHS = late.settings(acr=(LOA3,))
        late.knows("kort", **claims_of(nurse))
        assert refused(through(client, late, START, "kort"), "token:expired_token:exp", "kunde inte kontrolleras")


def test_a_token_for_another_client(client, nurse, provider, settings):
    """The same provider, but the token was made for somebody else's system."""
    provider.knows("kort", **claims_of(nurse))
    sent = client.get(START).headers["Location"]
    back = path_of(provider.sign_in(sent.replace("client_id=narvard-test", "client_id=another"), "kort"))
    answer = client.get(back)
    assert answer.status_code == 403
    assert "_auth_user_id" not in client.session


def test_one_who_changes_their_mind(client, provider):
    answer = client.get(path_of(provider.cancel(client.get(START).headers["Location"])))
    assert refused(answer, "cancelled", "avbröts")


def test_a_provider_that_does_not_answer(client, settings, provider):
    settings.NARVARD_SITHS = provider.settings(issuer="http://localhost:9")
    assert refused(client.get(START), "provider-unreachable", "svarar inte")


def test_sign_out_goes_on_to_the_provider(client, nurse, as_told, provider):
    as_told(**claims_of(nurse))
    key = client.session.session_key
    url = client.post(reverse("account:sign-out")).url
    assert url.startswith(f"{provider.issuer}/oauth2/end_session?")
    assert "post_logout_redirect_uri=http%3A%2F%2Ftestserver%2Flogga-in%2F" in url
    assert "id_token_hint=" in url
    assert not client.session.exists(key)
    assert client.get(HERE).url.startswith(reverse("account:sign-in"))


def test_nothing_of_a_session_before_lives_on_in_the_new_one(client, nurse, as_told):
    client.get(START)
    before = client.session.session_key
    as_told(**claims_of(nurse))
    assert client.session.session_key != before
    assert not client.session.exists(before)
    assert [key for key in dict(client.session) if key.startswith("_state_")] == []


def test_another_site_is_not_gone_to_afterwards(as_told, nurse):
    answer = as_told(f"{START}?next=https://evil.example/", **claims_of(nurse))
    assert answer.url == reverse("account:start")


def test_without_an_issuer_there_is_no_siths(client, settings, provider):
    settings.NARVARD_SITHS = provider.settings(issuer="", client_id="")
    assert client.get(START).status_code == 404
    assert client.get("/logga-in/siths/svar/").status_code == 404
    assert "SITHS" not in client.get(reverse("account:sign-in")).content.decode()


def test_the_sign_in_page_offers_it(client):
    assert "Logga in med SITHS" in client.get(reverse("account:sign-in")).content.decode()


def test_the_wrong_verb(client):
    assert client.post(START).status_code == 405
