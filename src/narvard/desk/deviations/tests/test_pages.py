"""Lists and a deviation's page: each side's own, by clock, without the patient where one may not open them."""

import pytest
from django.urls import reverse

from narvard.core.models import AuditEvent
from narvard.core.uploads import CleanFile
from narvard.deviations import actions
from narvard.deviations.tests.factories import AT, DAY

PDF = CleanFile(b"%PDF-1.7 hej", "application/pdf")


def text(answer):
    assert answer.status_code == 200
    return answer.content.decode()


def lists(client):
    return "".join(
        text(client.get(reverse("deviations:list"), {"visa": which})) for which in ("", "fran-oss", "avslutade")
    )


def test_the_title_says_how_many_wait_and_how_many_are_late(world, screen):
    world.report(at=AT - 10 * DAY)
    world.report()
    assert "2 avvikelser väntar på oss, 1 är sen" in text(screen(world.nurse).get(reverse("deviations:list")))
    assert "Ingen avvikelse väntar på oss" in text(screen(world.reporter).get(reverse("deviations:list")))


def test_each_side_finds_it_in_its_list(world, screen):
    row = world.report()
    assert row.reference in text(screen(world.nurse).get(reverse("deviations:list")))
    assert row.reference in text(screen(world.colleague).get(reverse("deviations:list"), {"visa": "fran-oss"}))
    assert row.reference in text(screen(world.mas).get(reverse("deviations:list")))


def test_a_list_names_the_patient_only_to_those_who_may_open_them(world, screen):
    world.report()
    assert "Ångström" in lists(screen(world.colleague))
    for by in (world.nurse, world.mas, world.chief):
        html = lists(screen(by))
        assert "Ångström" not in html
        assert "[patienten] fick vänta" in html


@pytest.mark.parametrize("who", ["outsider", "other_nurse", "other_mas", "administrator"])
def test_an_outsider_finds_nothing(world, screen, send, who):
    row = world.report()
    file = actions.attach(deviation=row, file=PDF, shows_person=False, by=world.reporter, at=AT)
    client = screen(getattr(world, who))
    assert row.reference not in lists(client)
    assert client.get(reverse("deviations:page", args=[row.pk])).status_code == 404
    assert client.get(reverse("deviations:file", args=[file.pk])).status_code == 404
    for step in ("receive", "inquire", "answer", "forward", "close", "reopen", "attach", "mark"):
        assert send(client, step, row.pk, note="x", reason="x").status_code == 404
    assert row.events.count() == 2
    assert AuditEvent.objects.filter(action="denied", reason="no-part-in-deviation").exists()


def test_the_page_says_whose_turn_it_is_and_offers_each_side_its_steps(world, screen):
    page = reverse("deviations:page", args=[world.report().pk])
    receiver, reporter = text(screen(world.nurse).get(page)), text(screen(world.reporter).get(page))
    for html in (receiver, reporter):
        assert "Hemsjukvården Vännäs ska ta emot den." in html
    assert "ta-emot/" in receiver
    assert "ta-emot/" not in reporter
    assert "mark/" not in receiver
    assert "mark/" in text(screen(world.mas).get(page))


def test_the_reporters_name_is_shown_to_the_receivers_mas_and_the_reporter_only(world, screen):
    page = reverse("deviations:page", args=[world.report().pk])
    name = world.reporter.staff.name
    for by, sees in [(world.mas, True), (world.nurse, False), (world.chief, False), (world.colleague, False)]:
        html = text(screen(by).get(page)).replace(by.staff.name, "")
        assert (name in html) is sees
    assert "Rapporterad av" in text(screen(world.reporter).get(page))


def test_the_patients_page_shows_no_deviation(world, screen):
    row = world.report()
    html = text(screen(world.reporter).get(reverse("patient:page", args=[world.patient.pk])))
    assert row.reference not in html
    assert "läkemedelslista" not in html


def test_a_file_comes_as_a_download_that_no_browser_shows(world, screen):
    row = world.report()
    file = actions.attach(deviation=row, file=PDF, shows_person=False, by=world.reporter, at=AT)
    answer = screen(world.mas).get(reverse("deviations:file", args=[file.pk]))
    assert answer.content == PDF.content
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{row.reference}-1.pdf"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert AuditEvent.objects.filter(what="deviations.file", staff=world.mas.staff_id).exists()


def test_a_file_that_shows_the_patient_is_not_for_others(world, screen):
    row = world.report()
    file = actions.attach(deviation=row, file=PDF, shows_person=True, by=world.reporter, at=AT)
    address = reverse("deviations:file", args=[file.pk])
    assert screen(world.mas).get(address).status_code == 404
    assert address not in text(screen(world.mas).get(reverse("deviations:page", args=[row.pk])))
    assert screen(world.colleague).get(address).status_code == 200


def test_queries_do_not_grow_with_rows_or_steps(world, screen, django_assert_max_num_queries):
    client = screen(world.nurse)
    rows = [world.report() for _each in range(3)]
    for address in (reverse("deviations:list"), reverse("deviations:page", args=[rows[0].pk])):
        client.get(address)
    with django_assert_max_num_queries(24):
        client.get(reverse("deviations:list"))
    for _each in range(10):
        world.report()
    with django_assert_max_num_queries(24):
        client.get(reverse("deviations:list"))
    actions.receive(deviation=rows[0], by=world.nurse, at=AT)
    for _each in range(5):
        actions.attach(deviation=rows[0], file=PDF, shows_person=False, by=world.nurse, at=AT)
    with django_assert_max_num_queries(36):
        client.get(reverse("deviations:page", args=[rows[0].pk]))


@pytest.mark.parametrize("name", ["list", "figures", "figures-print", "export"])
def test_other_verbs_are_refused(world, screen, name):
    assert screen(world.mas).post(reverse(f"deviations:{name}")).status_code == 405
