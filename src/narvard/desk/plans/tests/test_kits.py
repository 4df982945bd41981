"""The needs kit's pages: prescribed, filled, given, told; closed to outsiders and to those without a licence."""

import uuid

import pytest
from django.urls import reverse

from narvard.care.kits import actions, queries
from narvard.care.kits.models import KitEvent, NeedsKit
from narvard.care.kits.tests.test_kit import DOSES
from narvard.care.tests.factories import AT
from narvard.organisation.models import Profession


@pytest.fixture
def kit(writers):
    return actions.place_kit(
        patient=writers.area.patient,
        template="palliative",
        place="Kylskåpet",
        doses=DOSES,
        units=[writers.nurse.unit],
        by=writers.physician,
        at=AT,
    )


def url(name, key):
    return reverse(f"plans:{name}", args=[key])


def send(client, address, **data):
    return client.post(address, {"once": uuid.uuid4(), **data})


def fill(client, kit, amount=5):
    data = {
        f"{item.pk}-{part}": value
        for item in kit.items.all()
        for part, value in [("amount", amount), ("batch", "A1"), ("day", "2027-06-01")]
    }
    return send(client, url("kit-fill", kit.pk), **data)


def test_a_physician_prescribes_and_a_nurse_fills_and_gives(writers, screen):
    physician, nurse = screen(writers.physician), screen(writers.nurse)
    place = url("kit-place", writers.area.patient.pk)
    assert "Hemsjukvården Umeå" in physician.get(place).content.decode()
    data = {"place": "Kylskåpet", "pain-dose": "5 mg under huden", "units": [str(writers.nurse.unit_id)]}
    assert send(physician, place, **data).status_code == 302
    kit = NeedsKit.objects.get()
    assert fill(nurse, kit).status_code == 302
    item = kit.items.get()
    dose = {"dose": "5 mg", "happened_at": "2026-11-23T07:20", "amount": 1}
    assert send(nurse, url("kit-give", item.pk), **dose).status_code == 409  # before the kit was placed
    dose["happened_at"] = "2026-11-23T07:30"
    assert send(nurse, url("kit-give", item.pk), **dose).status_code == 302
    given = KitEvent.objects.get(kind="given")
    assert send(nurse, url("kit-effect", given.pk), text="Lugn efter 20 minuter").status_code == 302
    html = physician.get(url("kit", kit.pk)).content.decode()
    assert "Lugn efter 20 minuter" in html
    assert "A1" in html


def test_a_nurse_does_not_prescribe(writers, screen):
    answer = send(screen(writers.nurse), url("kit-place", writers.area.patient.pk), place="K", **{"pain-dose": "5 mg"})
    assert answer.status_code == 409
    assert "läkare ordinerar" in answer.content.decode()
    assert not NeedsKit.objects.exists()


def test_what_is_put_in_has_a_day(writers, screen, kit):
    item = kit.items.first()
    answer = send(screen(writers.nurse), url("kit-fill", kit.pk), **{f"{item.pk}-amount": 3})
    assert answer.status_code == 422
    assert not KitEvent.objects.exists()


def test_a_kit_that_lacks_something_stands_in_the_list_and_on_the_patients_page(writers, screen, kit):
    client = screen(writers.nurse)
    for address in (reverse("plans:mine"), reverse("patient:page", args=[writers.area.patient.pk])):
        assert "Morfin: 0 kvar" in client.get(address).content.decode()
    fill(client, kit)
    assert "Morfin: 0 kvar" not in client.get(reverse("plans:mine")).content.decode()


def test_prescription_discard_teaching_and_home(writers, screen, kit):
    fill(screen(writers.nurse), kit)
    nurse, physician = screen(writers.nurse), screen(writers.physician)
    item = kit.items.get(key="pain")
    assert send(nurse, url("kit-teach", kit.pk), person="Margit").status_code == 302
    assert send(nurse, url("kit-discard", item.pk), amount=1, reason="Trasig").status_code == 302
    assert send(nurse, url("kit-prescribe", item.pk), dose="10 mg").status_code == 409
    assert send(physician, url("kit-prescribe", item.pk), dose="10 mg under huden").status_code == 302
    stored = queries.with_content(NeedsKit.objects.all()).get()
    assert [row.left for row in queries.stock(stored) if row.item.key == "pain"] == [4]
    assert "Margit" in nurse.get(url("kit", kit.pk)).content.decode()
    assert send(nurse, url("kit-return", kit.pk), text="Flyttat").status_code == 302
    assert NeedsKit.objects.get().return_reason == "Flyttat"


def test_one_without_a_licence_reads_and_is_offered_nothing(writers, screen, kit):
    writers.nurse.staff.profession = Profession.ASSISTANT_NURSE
    writers.nurse.staff.save()
    html = screen(writers.nurse).get(url("kit", kit.pk)).content.decode()
    assert "Morfin" in html
    assert "Dos given" not in html


@pytest.mark.parametrize("name", ["kit", "kit-fill", "kit-teach", "kit-return"])
def test_outsiders_find_no_kit(writers, screen, kit, name):
    client = screen(writers.area.other_team)
    assert client.get(url(name, kit.pk)).status_code == 404
    assert send(client, url(name, kit.pk)).status_code in {404, 405}


@pytest.mark.parametrize("name", ["kit-give", "kit-prescribe", "kit-discard", "kit-effect"])
def test_outsiders_find_no_medicine(writers, screen, kit, name):
    client = screen(writers.area.other_team)
    for key in (kit.items.first().pk, uuid.uuid4()):
        assert client.get(url(name, key)).status_code == 404
