"""The programme pages: the list, one in words, a new version, an end; and who may."""

import uuid
from datetime import date

import pytest
from django.urls import reverse

from narvard.core import audit
from narvard.desk.programmes.changes import changes
from narvard.intake.actions import load_programmes
from narvard.intake.definitions import packaged
from narvard.intake.models import ProgrammeVersion
from narvard.intake.tests.world import NOW
from narvard.organisation.models import Programme
from narvard.organisation.tests.factories import CommissionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(settings):
    settings.NARVARD_CLOCK = NOW.isoformat()


@pytest.fixture
def loaded():
    load_programmes(decided_by="Gemensam ledning", valid_from=date(2026, 1, 1), by=audit.SYSTEM, at=NOW)


@pytest.fixture
def sign_in(client):
    def as_role(role):
        commission = CommissionFactory(role=role, purpose="administration" if role == "administrator" else "care")
        client.force_login(commission.staff.user)
        session = client.session
        session["commission"] = str(commission.pk)
        session.save()
        return client

    return as_role


@pytest.fixture
def admin(sign_in):
    return sign_in("administrator")


def written(key="got", **changed):
    text = next(row for row in packaged() if row.key == key).text
    for before, after in changed.items():
        text = text.replace(f"{before}: 3\n", f"{before}: {after}\n")
    return text


def send(client, text, act="save", key="got", **changed):
    values = {"text": text, "valid_from": "2026-12-01", "decided_by": "Ledningen", "once": uuid.uuid4(), act: "1"}
    return client.post(reverse("programmes:edit", args=[key]), values | changed)


def test_all_are_listed_by_kind(admin, loaded):
    page = admin.get(reverse("programmes:list")).content.decode()
    assert "24 program" in page
    assert "Andningsstödteamet, Växjö" in page
    assert "version 1 från 2026-01-01, beslut: Gemensam ledning" in page


def test_the_list_asks_the_database_as_often_for_24_as_for_none(admin, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        assert "inte i kraft" in admin.get(reverse("programmes:list")).content.decode()
    load_programmes(decided_by="x", valid_from=date(2026, 1, 1), by=audit.SYSTEM, at=NOW)
    with django_assert_max_num_queries(12):
        admin.get(reverse("programmes:list"))


@pytest.mark.parametrize("key", sorted(row.key for row in packaged()))
def test_each_is_told_in_words_in_both_languages(admin, loaded, key):
    for language in ("sv", "en"):
        admin.cookies["django_language"] = language
        page = admin.get(reverse("programmes:show", args=[key]))
        assert page.status_code == 200
        assert "takes_over" not in page.content.decode()


def test_what_the_source_says_and_does_not_say(admin, loaded):
    page = admin.get(reverse("programmes:show", args=["nsvt_sahlgrenska"])).content.decode()
    assert "sjuksköterskan har först talat med den fasta läkaren" in page
    assert "uppgift saknas i källan" in page
    assert "kapitel 8" in page
    own = admin.get(reverse("programmes:show", args=["sjukhuskopplat_team"])).content.decode()
    assert "Vår egen regel." in own
    assert "Minst 4 av 6" in own


def test_a_programme_that_is_nowhere_and_a_version_that_never_was(admin, loaded):
    assert admin.get(reverse("programmes:show", args=["ingenting"])).status_code == 404
    for asked in ("7", "x", "9" * 20):
        assert admin.get(reverse("programmes:show", args=["got"]) + f"?version={asked}").status_code == 404


def test_a_look_tells_what_differs_and_saves_nothing(admin, loaded):
    page = send(admin, written(cars="5"), "check", valid_from="", decided_by="")
    html = page.content.decode()
    assert page.status_code == 200
    assert "Inga fel i texten" in html
    assert "cars: 5" in html
    assert ProgrammeVersion.objects.filter(number=2).count() == 0


def test_every_fault_stands_by_its_line_and_nothing_typed_is_lost(admin, loaded):
    text = written(cars="många").replace("kind: team", "kind: flock")
    for act in ("check", "save"):
        page = send(admin, text, act)
        html = page.content.decode()
        assert page.status_code == 422
        assert "got.yaml, rad 3" in html
        assert "cars: många" in html
    assert ProgrammeVersion.objects.filter(number=2).count() == 0


def test_a_new_version_is_saved_once_and_tells_what_it_changed(admin, loaded):
    key = uuid.uuid4()
    for _click in range(2):
        answer = send(admin, written(cars="5").replace("\n", "\r\n"), once=key)
    assert answer.url == reverse("programmes:show", args=["got"]) + "?version=2"
    assert ProgrammeVersion.objects.filter(programme__key="got").count() == 2
    page = admin.get(answer.url).content.decode()
    assert "gäller senare" in page
    assert "Ändrat sedan version 1" in page
    old = admin.get(reverse("programmes:show", args=["got"])).content.decode()
    assert "i kraft" in old


def test_a_refused_version_says_why(admin, loaded):
    page = send(admin, written())
    assert page.status_code == 409
    assert "Ingenting ändrades" in page.content.decode()
    assert send(admin, written(cars="5"), valid_from="2026-11-01").status_code == 409
    assert send(admin, written(cars="5"), decided_by="").status_code == 422


def test_one_that_is_not_in_force_is_put_in_force_as_it_comes(admin):
    answer = send(admin, written())
    assert answer.status_code == 302
    assert ProgrammeVersion.objects.get().text == written()


def test_a_programme_ends_and_is_shown_so(admin, loaded):
    values = {"ends_on": "2026-11-24", "end_decided_by": "Ledningen", "once": uuid.uuid4()}
    answer = admin.post(reverse("programmes:end", args=["got"]), values)
    assert answer.url == reverse("programmes:show", args=["got"])
    page = admin.get(answer.url).content.decode()
    assert "Tar inga nya begäran från 2026-11-24" in page
    again = admin.post(reverse("programmes:end", args=["got"]), values | {"once": uuid.uuid4()})
    assert again.status_code == 409
    assert Programme.objects.get(key="got").versions.get().ends_on == date(2026, 11, 24)


def test_readers_read_and_only_the_administrator_changes(sign_in, loaded):
    manager = sign_in("manager")
    page = manager.get(reverse("programmes:show", args=["got"])).content.decode()
    assert "Skriv en ny version" not in page
    assert "upphöra" not in page
    assert send(manager, written(cars="5")).status_code == 404
    assert manager.get(reverse("programmes:edit", args=["got"])).status_code == 404
    assert manager.post(reverse("programmes:end", args=["got"])).status_code == 404
    assert ProgrammeVersion.objects.filter(number=2).count() == 0


def test_outsiders_and_wrong_verbs(sign_in, client, loaded):
    assert client.get(reverse("programmes:list")).status_code == 302
    assert sign_in("ward").get(reverse("programmes:list")).status_code == 404
    assert sign_in("administrator").get(reverse("programmes:end", args=["got"])).status_code == 405


def test_changes_line_by_line():
    found = changes("a\nb\nc\n", "a\nB\nc\n")
    assert [(line.kind, line.text) for line in found[1:]] == [
        ("same", "a"),
        ("removed", "b"),
        ("added", "B"),
        ("same", "c"),
    ]
    assert changes("a\n", "a\n") == []
