"""Pictures in the binder: with the person's yes, for those they were sent to, as photos only, gone once removed."""

import io

import pytest
from PIL import Image

from narvard.access import guard
from narvard.care import rules
from narvard.care.binder import actions, queries
from narvard.care.binder.contents import pictures_of
from narvard.care.binder.document import pdf_of
from narvard.care.binder.models import Binder
from narvard.care.plans.tests.factories import make_writers
from narvard.care.tests.factories import AT
from narvard.core.models import AuditEvent
from narvard.core.uploads import PDF, CleanFile, clean

PAPER = CleanFile(b"%PDF-1.4", PDF)


def photo(colour="teal"):
    kept = io.BytesIO()
    Image.new("RGB", (80, 60), colour).save(kept, "PNG")
    return clean(kept.getvalue())


@pytest.fixture
def writers(db):
    return make_writers()


def add(writers, *, file=None, title="Förbandet", how="spoken", given_by="", units=None, by=None):
    return actions.add_picture(
        patient=writers.area.patient,
        file=file or photo(),
        shown=actions.Shown(title, "Runt, inte hårt", how, given_by),
        units=[writers.nurse.unit] if units is None else units,
        by=by or writers.physician,
        at=AT,
    )


def opened(writers, by=None):
    return guard.open_patient(writers.area.patient.pk, by=by or writers.physician, at=AT, what="test")


def make(writers, by=None):
    by = by or writers.physician
    return actions.make_binder(opened=opened(writers, by), by=by, at=AT)


def test_a_picture_stands_in_the_next_binder_and_makes_the_old_one_old(writers):
    before = make(writers)
    picture = add(writers)
    assert queries.is_out_of_date(before, opened(writers), AT)
    binder = make(writers)
    assert [row["title"] for row in binder.content["pictures"]] == ["Förbandet"]
    assert len(pdf_of(binder)) > len(pdf_of(before))
    event = AuditEvent.objects.get(what="care.add_picture")
    assert (event.object_kind, event.object_id) == ("picture", str(picture.pk))
    assert event.reason == "units 1"


def test_whoever_it_was_sent_to_reads_it_and_nobody_else(writers):
    sent, own = add(writers), add(writers, title="Pumpen", units=[])
    rows = pictures_of(writers.area.patient.pk)
    assert opened(writers, writers.nurse).readable(rows) == [sent]
    assert set(opened(writers).readable(rows)) == {sent, own}


def test_a_removed_one_is_not_printed_again(writers):
    picture = add(writers)
    binder = make(writers)
    was = pdf_of(binder)
    for _time in range(2):
        actions.remove_picture(picture=picture, by=writers.nurse, at=AT)
    assert pdf_of(Binder.objects.get(pk=binder.pk)) != was
    assert make(writers).content["pictures"] == []


def test_refusals(writers):
    with pytest.raises(actions.NotAPicture):
        add(writers, file=PAPER)
    with pytest.raises(actions.NoYesToPicture):
        add(writers, how="")
    with pytest.raises(actions.NoYesToPicture):
        add(writers, how="guardian")
    with pytest.raises(rules.ReasonMissing):
        add(writers, title=" ")
    with pytest.raises(rules.NotYourPatient):
        add(writers, by=writers.area.other_team)
    picture = add(writers, how="guardian", given_by="Modern")
    with pytest.raises(rules.NotYourPatient):
        actions.remove_picture(picture=picture, by=writers.area.other_team, at=AT)
    for _time in range(actions.MOST_PICTURES - 1):
        add(writers)
    with pytest.raises(actions.TooManyPictures):
        add(writers)
