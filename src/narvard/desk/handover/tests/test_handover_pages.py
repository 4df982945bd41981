"""Hand-over pages: giver and receiver see one page; each act by its form, once, by its own side."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from narvard.care import queries
from narvard.care.ledger import MAIN_KINDS
from narvard.care.models import Handover
from narvard.care.tests.factories import AT, Area
from narvard.organisation.tests.factories import CommissionFactory
from narvard.people.tests.factories import PatientFactory
from narvard.visits.tests.factories import VisitNeedFactory


def url(name, key):
    return reverse(f"handover:{name}", args=[key])


def send(client, name, key, **data):
    return client.post(url(name, key), {"once": uuid.uuid4(), **data})


@pytest.fixture
def proposed(area) -> Handover:
    return area.propose(area.enrol(nursing=area.home_nursing), area.other_team, kinds=["medical"], at=AT)


def proposal(area, **changes):
    values = {
        "receiver": area.other_team.unit_id,
        "kinds": ["medical", "coordination"],
        "reason": "Stabil, behöver palliativ kompetens",
        "risks": "Faller lätt",
        "ends_episode": "on",
        "confirmed": "1",
    }
    return {**values, **changes}


def test_it_says_in_words_what_will_happen_before_it_is_sent(area, screen):
    area.enrol()
    client = screen(area.team)
    review = send(client, "new", area.patient.pk, **proposal(area, confirmed=""))
    html = review.content.decode()
    assert "Palliativa teamet får frågan om att ta över: medicinskt och samordning." in html
    assert "Ansvaret ligger kvar hos Mobila teamet tills någon tar emot." in html
    assert not Handover.objects.exists()
    done = send(client, "new", area.patient.pk, **proposal(area))
    assert done.url == reverse("patient:page", args=[area.patient.pk])
    handover = Handover.objects.get()
    assert (handover.kinds, handover.risks, handover.state) == (["medical", "coordination"], "Faller lätt", "proposed")


def test_what_is_typed_is_kept_until_it_is_sent(area, screen):
    area.enrol()
    client = screen(area.team)
    draft = {"_form": f"handover:new {area.patient.pk}", "reason": "Halvskrivet", "kinds": ["nursing"]}
    client.post(reverse("account:draft"), draft)
    opened = client.get(url("new", area.patient.pk))
    assert "Halvskrivet" in opened.content.decode()
    assert opened.context["form"]["kinds"].value() == ["nursing"]
    send(client, "new", area.patient.pk, **proposal(area))
    assert "Halvskrivet" not in client.get(url("new", area.patient.pk)).content.decode()


def test_a_closed_unit_cannot_be_chosen(area, screen):
    area.enrol()
    area.other_team.unit.closed_on = AT.date()
    area.other_team.unit.save()
    client = screen(area.team)
    assert area.other_team.unit.name not in client.get(url("new", area.patient.pk)).content.decode()
    assert send(client, "new", area.patient.pk, **proposal(area)).status_code == 422
    assert not Handover.objects.exists()


def test_a_refused_proposal_keeps_what_was_typed(area, screen):
    area.enrol()
    client = screen(area.team)
    answer = send(client, "new", area.patient.pk, **proposal(area, receiver=area.home_nursing.unit_id))
    assert answer.status_code == 409
    html = answer.content.decode()
    assert "kan inte ha detta ansvar: medicinskt" in html
    assert "Faller lätt" in html


def test_times_that_have_been_are_refused(area, screen):
    area.enrol()
    answer = send(screen(area.team), "new", area.patient.pk, **proposal(area, wished_at="2026-11-20T08:00"))
    assert answer.status_code == 422
    assert "Tiden har redan varit" in answer.content.decode()


def test_giver_and_receiver_see_the_same_page_and_their_own_buttons(area, proposed, screen):
    receiver = screen(area.other_team).get(url("page", proposed.pk)).content.decode()
    giver = screen(area.team).get(url("page", proposed.pk)).content.decode()
    for html in (giver, receiver):
        assert "Stabil, klarar sig hemma" in html
        assert "tills någon tar emot" in html
    assert url("accept", proposed.pk) in receiver
    assert url("withdraw", proposed.pk) not in receiver
    assert url("withdraw", proposed.pk) in giver
    assert url("accept", proposed.pk) not in giver
    assert "läst, väntar på svar" in giver


def test_the_receiver_accepts_once(area, proposed, screen):
    client, key = screen(area.other_team), uuid.uuid4()
    for _ in range(2):
        answer = send(client, "accept", proposed.pk, once=key, version=proposed.version)
        assert answer.url == url("page", proposed.pk)
    holder = queries.main_holders([area.patient.pk], AT)[area.patient.pk, "medical"]
    assert holder == area.other_team.unit
    html = client.get(answer.url).content.decode()
    assert "mottagen" in html
    assert "Ta emot" not in html


def test_a_second_click_from_another_page_is_told_that_it_was_answered(area, proposed, screen):
    client = screen(area.other_team)
    send(client, "accept", proposed.pk, version=proposed.version)
    answer = send(client, "accept", proposed.pk, version=proposed.version)
    assert answer.status_code == 409
    assert "Överlämningen är redan mottagen" in answer.content.decode()


def test_the_receiver_takes_the_visits_by_default(area, screen):
    episode = area.enrol()
    need = VisitNeedFactory(episode=episode)
    handover = area.propose(episode, area.other_team, kinds=list(MAIN_KINDS), at=AT)
    client = screen(area.other_team)
    assert "Vi tar också över de planerade besöken" in client.get(url("page", handover.pk)).content.decode()
    send(client, "accept", handover.pk, version=handover.version, takes_visits="on")
    need.refresh_from_db()
    assert need.episode.unit == area.other_team.unit


def test_declining_needs_a_reason_and_ends_the_receivers_look(area, proposed, screen):
    client = screen(area.other_team)
    empty = send(client, "decline", proposed.pk, reason=" ", version=proposed.version)
    assert empty.status_code == 422
    done = send(client, "decline", proposed.pk, reason="Fullt till fredag", version=proposed.version)
    assert done.url == reverse("handover:list")
    assert client.get(url("page", proposed.pk)).status_code == 404
    assert "Fullt till fredag" in screen(area.team).get(url("page", proposed.pk)).content.decode()


def test_a_health_centre_has_no_button_to_decline_its_listed_patient(area, screen):
    handover = area.propose(area.enrol(), area.health_centre, kinds=["medical"], at=AT)
    client = screen(area.health_centre)
    html = client.get(url("page", handover.pk)).content.decode()
    assert url("decline", handover.pk) not in html
    refused = send(client, "decline", handover.pk, reason="Fullt", version=handover.version)
    assert refused.status_code == 409
    assert "Eskalera i stället" in refused.content.decode()
    assert send(client, "escalate", handover.pk, reason="Läkare saknas", version=handover.version).status_code == 302


def test_the_giver_takes_it_back(area, proposed, screen):
    answer = send(screen(area.team), "withdraw", proposed.pk, reason="Försämrad", version=proposed.version)
    assert answer.url == url("page", proposed.pk)
    proposed.refresh_from_db()
    assert proposed.state == "withdrawn"


def test_a_stale_page_is_refused(area, proposed, screen):
    answer = send(screen(area.team), "withdraw", proposed.pk, reason="Försämrad", version=proposed.version + 3)
    assert answer.status_code == 409
    assert "Försämrad" in answer.content.decode()
    proposed.refresh_from_db()
    assert proposed.state == "proposed"


@pytest.mark.parametrize("name", ["page", "accept", "decline", "withdraw", "escalate", "hand-back-day"])
def test_an_outsider_finds_nothing(area, proposed, screen, name):
    client = screen(area.ward)
    method = client.get if name == "page" else client.post
    assert method(url(name, proposed.pk)).status_code == 404


@pytest.mark.parametrize("name", ["accept", "decline", "withdraw", "escalate", "hand-back-day"])
def test_an_answer_is_posted(area, proposed, screen, name):
    assert screen(area.other_team).get(url(name, proposed.pk)).status_code == 405


def test_a_holder_within_another_units_enrolment_hands_over_its_part(area, screen):
    area.enrol(nursing=area.home_nursing)
    client = screen(area.home_nursing)
    given = proposal(area, kinds=["nursing"], reason="Flyttar till korttidsplats")
    send(client, "new", area.patient.pk, **given)
    handover = Handover.objects.get()
    assert (handover.giver, handover.owner_unit, handover.kinds) == (
        area.home_nursing.unit,
        area.home_nursing.unit,
        ["nursing"],
    )
    assert not handover.ends_episode, "the team's enrolment is not the municipality's to end"
    assert "Ansvaret ligger kvar hos Hemsjukvården Umeå tills någon tar emot." in (
        send(client, "new", area.patient.pk, **{**given, "confirmed": ""}).content.decode()
    )


def test_whoever_holds_nothing_has_nothing_to_hand_over(area, screen):
    area.enrol()
    client = screen(area.health_centre)
    area.relate(area.health_centre)
    assert "inget att lämna över" in client.get(url("new", area.patient.pk)).content.decode()
    assert send(client, "new", area.patient.pk, **proposal(area)).status_code == 422
    assert screen(area.ward).get(url("new", area.patient.pk)).status_code == 404


def propose_more(area: Area, count: int) -> None:
    for _n in range(count):
        area.patient = PatientFactory()
        area.propose(area.enrol(), area.other_team, at=AT)


def test_the_list_is_by_clock_and_its_queries_do_not_grow(area, proposed, screen):
    client = screen(area.other_team)
    reverse_list = reverse("handover:list")
    client.get(reverse_list)
    with CaptureQueriesContext(connection) as few:
        answer = client.get(reverse_list)
    assert "Väntar på vårt svar: 1" in answer.content.decode()
    propose_more(area, 5)
    with CaptureQueriesContext(connection) as many:
        answer = client.get(reverse_list)
    assert "Väntar på vårt svar: 6" in answer.content.decode()
    assert len(many) == len(few)
    assert len(few) <= 25
    clocks = [row.due_at for row, _kinds, _state in answer.context["to_us"]]
    assert clocks == sorted(clocks)
    assert "ansvaret ligger kvar hos oss" in screen(area.team).get(reverse_list).content.decode()


def test_several_receivers_answer_each_for_its_part(area, screen):
    area.enrol()
    given = proposal(
        area,
        receiver=area.health_centre.unit_id,
        kinds=["medical"],
        receiver_2=area.home_nursing.unit_id,
        kinds_2=["nursing", "rehabilitation"],
    )
    review = send(screen(area.team), "new", area.patient.pk, **{**given, "confirmed": ""}).content.decode()
    assert "Alla mottagare ser varandra och vem som har svarat." in review
    assert "Hemsjukvården Umeå får frågan om att ta över: omvårdnad och rehabilitering." in review
    send(screen(area.team), "new", area.patient.pk, **given)
    first, second = Handover.objects.order_by("created_at", "receiver__sort_key")
    assert first.bundle == second.bundle
    medical, nursing = sorted((first, second), key=lambda row: row.kinds)
    centre, municipality = screen(area.health_centre), screen(area.home_nursing)
    send(municipality, "accept", nursing.pk, version=nursing.version)
    holders = queries.main_holders([area.patient.pk], AT)
    assert {kind: holders[area.patient.pk, kind] for kind in MAIN_KINDS} == {
        "medical": area.team.unit,
        "nursing": area.home_nursing.unit,
        "rehabilitation": area.home_nursing.unit,
        "coordination": area.team.unit,
    }
    html = centre.get(url("page", medical.pk)).content.decode()
    assert "Andra mottagare i samma överlämning" in html
    assert "Hemsjukvården Umeå" in html
    assert "mottagen" in html


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"kinds_2": ["nursing"]}, "Välj vilken enhet som får frågan"),
        ({"receiver_2": "home_nursing"}, "Välj vilket ansvar enheten får frågan om"),
        ({"receiver_2": "home_nursing", "kinds_2": ["medical"]}, "En enhet i taget kan få frågan om: medicinskt"),
        ({"receiver_2": "other_team", "kinds_2": ["nursing"]}, "Enheten är redan vald"),
        ({"hand_back_on": "2026-11-23"}, "Välj en dag som kommer"),
    ],
)
def test_what_does_not_fit_together_is_told_beside_the_field(area, screen, changes, words):
    area.enrol()
    given = {key: getattr(area, value).unit_id if key == "receiver_2" else value for key, value in changes.items()}
    answer = send(screen(area.team), "new", area.patient.pk, **proposal(area, **given))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Handover.objects.exists()


def test_a_temporary_take_over_and_the_way_back(area, screen):
    area.enrol()
    given = proposal(area, hand_back_on="2026-11-27")
    review = send(screen(area.team), "new", area.patient.pk, **{**given, "confirmed": ""}).content.decode()
    assert "Det är tillfälligt" in review
    assert "avslutas inskrivningen" not in review
    send(screen(area.team), "new", area.patient.pk, **given)
    handover = Handover.objects.get()
    other = screen(area.other_team)
    assert "Det är tillfälligt" in other.get(url("page", handover.pk)).content.decode()
    send(other, "accept", handover.pk, version=handover.version)
    handover.refresh_from_db()
    back = f"{url('new', area.patient.pk)}?tillbaka={handover.pk}"
    assert back.replace("&", "&amp;") in other.get(url("page", handover.pk)).content.decode()
    assert back not in screen(area.team).get(url("page", handover.pk)).content.decode()
    moved = send(
        other, "hand-back-day", handover.pk, on="2026-11-30", reason="Dropp till måndag", version=handover.version
    )
    assert moved.url == url("page", handover.pk)
    seen = screen(area.team).get(url("page", handover.pk)).content.decode()
    assert "Dropp till måndag" in seen
    form = other.get(back).context["form"]
    assert form["receiver"].value() == str(area.team.unit_id)
    assert form["kinds"].value() == ["medical", "coordination"]
    other.post(back, {"once": uuid.uuid4(), **proposal(area, receiver=area.team.unit_id)})
    returned = Handover.objects.get(returns=handover)
    send(screen(area.team), "accept", returned.pk, version=returned.version)
    assert queries.main_holders([area.patient.pk], AT)[area.patient.pk, "medical"] == area.team.unit
    assert not queries.is_to_hand_back(handover)
    assert "Lämna tillbaka nu" not in other.get(url("page", handover.pk)).content.decode()
    assert send(other, "hand-back-day", handover.pk, on="2026-12-04", reason="x").status_code == 409


def test_a_hand_back_of_something_else_is_no_hand_back(area, proposed, screen):
    for key in (proposed.pk, uuid.uuid4(), "skräp"):
        answer = screen(area.team).get(f"{url('new', area.patient.pk)}?tillbaka={key}")
        assert answer.status_code == 200
        assert answer.context["form"]["receiver"].value() is None


def test_a_handover_is_prepared_gone_on_with_by_a_colleague_and_sent(area, screen):
    area.enrol()
    client = screen(area.team)
    kept = send(client, "new", area.patient.pk, **proposal(area, confirmed="", prepare="1"))
    assert kept.url == reverse("handover:list")
    row = Handover.objects.get()
    assert row.state == "prepared"
    assert "bara ni ser den" in client.get(kept.url).content.decode()
    told = f"Överlämning från {area.team.unit.name}"
    assert told not in client.get(reverse("patient:page", args=[area.patient.pk])).content.decode()
    receiver = screen(area.other_team)
    assert receiver.get(url("page", row.pk)).status_code == 404
    assert area.patient.name not in receiver.get(kept.url).content.decode()
    colleague = screen(CommissionFactory(unit=area.team.unit))
    page = colleague.get(url("page", row.pk)).content.decode()
    assert url("new", area.patient.pk) in page
    form = colleague.get(url("new", area.patient.pk)).context["form"]
    assert (form["reason"].value(), form["kinds"].value()) == (row.reason, ["medical", "coordination"])
    assert area.team.staff.name in colleague.get(url("new", area.patient.pk)).content.decode()
    send(colleague, "new", area.patient.pk, **proposal(area))
    row.refresh_from_db()
    assert row.state == "proposed"
    assert told in client.get(reverse("patient:page", args=[area.patient.pk])).content.decode()
    assert receiver.get(url("page", row.pk)).status_code == 200


def test_what_was_prepared_is_thrown_away_by_its_own_unit_alone(area, screen):
    area.enrol()
    client = screen(area.team)
    send(client, "new", area.patient.pk, **proposal(area, prepare="1"))
    row = Handover.objects.get()
    assert send(screen(area.other_team), "drop", row.pk, version=row.version).status_code == 404
    assert client.get(url("drop", row.pk)).status_code == 405
    assert send(client, "drop", row.pk, version=row.version).url == reverse("handover:list")
    row.refresh_from_db()
    assert row.state == "withdrawn"
    again = send(client, "drop", row.pk, version=row.version)
    assert again.status_code == 409
    assert "redan skickad" in again.content.decode()
