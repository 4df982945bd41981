"""The figures' pages: on the page as they are, on paper masked, as a file without persons; all logged."""

import csv
from io import StringIO

from django.urls import reverse

from narvard.core.models import AuditEvent
from narvard.deviations.tests.factories import AT, DAY
from narvard.organisation.models import CareUnit


def get(client, name, **query):
    answer = client.get(reverse(f"deviations:{name}"), query)
    assert answer.status_code == 200
    return answer


def cells(answer, group, table):
    return [list(row) for row in answer.context["groups"][group]["tables"][table].rows]


def test_the_page_shows_small_counts_as_they_are(world, screen):
    world.answered(at=AT)
    page = get(screen(world.mas), "figures")
    assert cells(page, 0, 0) == [["Hemsjukvården Vännäs", "1", "1", "0", "1", "0,0 (av 1)"]]
    assert cells(page, 0, 2)[0][0] == "Nov\u00a02026"
    assert AuditEvent.objects.filter(what="deviations.figures", action="read").count() == 1


def test_paper_hides_them(world, screen):
    for _each in range(4):
        world.report()
    page = get(screen(world.mas), "figures-print")
    assert cells(page, 0, 0) == [["Hemsjukvården Vännäs", "–", "–", "0", "0", "–"]]
    world.report()
    assert cells(get(screen(world.mas), "figures-print"), 0, 0)[0][1] == "5"
    assert AuditEvent.objects.filter(what="deviations.figures_print", action="print").count() == 2


def test_the_file_has_a_line_each_and_no_person_and_no_text(world, screen):
    row = world.answered(at=AT + DAY)
    answer = get(screen(world.chief), "export")
    text = answer.content.decode("utf-8-sig")
    head, line = csv.reader(StringIO(text), delimiter=";")
    told = dict(zip(head, line, strict=True))
    assert (told["Nummer"], told["Från"], told["Läge"], told["Dygn till svar"]) == (
        row.reference, "Mobila teamet", "besvarad", "1,0",
    )  # fmt: skip
    for secret in ("Ångström", "läkemedelslista", world.reporter.staff.family_name, str(world.patient.pk)):
        assert secret not in text
    event = AuditEvent.objects.get(what="deviations.export")
    assert (event.action, event.reason) == ("export", "2025-11-01 2026-11-24 1")


def test_a_year_can_be_chosen_and_nonsense_is_the_last_twelve_months(world, screen):
    world.report()
    client = screen(world.mas)
    assert get(client, "figures", ar="2025").context["groups"][0]["total"].reported == 0
    assert get(client, "figures", ar="2026").context["groups"][0]["total"].reported == 1
    assert get(client, "figures", ar="sak").context["groups"][0]["total"].reported == 1


def test_another_provider_sees_nothing_of_it(world, screen):
    world.report()
    for name in ("figures", "figures-print"):
        assert "Hemsjukvården Vännäs" not in get(screen(world.other_mas), name).content.decode()
    assert len(get(screen(world.other_mas), "export").content.decode().splitlines()) == 1


def test_a_nurse_has_no_such_pages(world, screen):
    for name in ("figures", "figures-print", "export"):
        assert screen(world.nurse).get(reverse(f"deviations:{name}")).status_code == 404


def test_a_spreadsheet_does_not_calculate_names(world, screen):
    row = world.answered(at=AT + DAY)
    CareUnit.objects.filter(pk=row.reporter_unit_id).update(name="=1+1")
    lines = get(screen(world.chief), "export").content.decode("utf-8-sig")
    assert ";'=1+1;" in lines
