"""Drafts: kept for one person under one commission, for a while, and not without end."""

from datetime import timedelta

import pytest
from django.http import QueryDict

from narvard.care.tests.factories import AT, make_area
from narvard.core.models import Draft, User
from narvard.core.retention import DRAFTS_KEPT
from narvard.desk.account.drafts import MOST_DRAFTS, draft_of, drop_draft, save_draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def area():
    return make_area()


@pytest.fixture
def user():
    return User.objects.create_user("anna")


def save(user, by, form="note", text="halv", at=AT):
    data = QueryDict(mutable=True)
    data.update({"text": text, "once": "k", "csrfmiddlewaretoken": "t"})
    save_draft(user=user, by=by, form=form, data=data, at=at)


def test_a_draft_does_not_follow_its_writer_to_another_commission(user, area):
    save(user, area.team, text="hos teamet")
    save(user, area.home_nursing, text="hos kommunen")
    assert draft_of(user=user, by=area.team, form="note", at=AT) == {"text": ["hos teamet"]}
    assert draft_of(user=user, by=area.home_nursing, form="note", at=AT) == {"text": ["hos kommunen"]}
    assert draft_of(user=user, by=area.ward, form="note", at=AT) == {}
    drop_draft(user=user, by=area.team, form="note")
    assert draft_of(user=user, by=area.team, form="note", at=AT) == {}
    assert draft_of(user=user, by=area.home_nursing, form="note", at=AT) == {"text": ["hos kommunen"]}


def test_a_draft_lapses_at_the_second(user, area):
    save(user, area.team)
    last = AT + DRAFTS_KEPT - timedelta(seconds=1)
    assert draft_of(user=user, by=area.team, form="note", at=last)
    assert draft_of(user=user, by=area.team, form="note", at=AT + DRAFTS_KEPT) == {}


def test_the_oldest_give_way_when_there_are_many(user, area):
    save(user, area.ward, form="elsewhere")
    for number in range(MOST_DRAFTS + 3):
        save(user, area.team, form=f"note-{number}", at=AT + timedelta(minutes=number))
    mine = Draft.objects.filter(user=user, commission=area.team.pk)
    assert mine.count() == MOST_DRAFTS
    assert not mine.filter(form__in=["note-0", "note-1", "note-2"]).exists()
    assert Draft.objects.filter(form="elsewhere").exists()


def test_a_text_beyond_measure_is_not_kept(user, area):
    save(user, area.team, text="x" * 40_001)
    assert not Draft.objects.exists()
