"""A signed note is corrected, and what was signed stays readable."""

import pytest

from narvard.core.errors import Stale
from narvard.core.models import AuditEvent
from narvard.visits import actions
from narvard.visits.codes import UnknownCode
from narvard.visits.models import NoteCorrection, VisitNote
from narvard.visits.presenters.journal import journal_text
from narvard.visits.tests.factories import clock


@pytest.fixture
def note(area) -> VisitNote:
    visit = area.visit(area.team, area.municipal.unit)
    area.relate(area.nurse, visit)
    visit = actions.start_visit(visit=visit, by=area.nurse, at=clock(9))
    note = actions.write_note(
        visit=visit, text="Såret på vänster ben.", codes=["NV203"], by=area.nurse, at=clock(9, 30)
    )
    actions.sign_note(note=note, by=area.nurse, at=clock(10))
    return actions.copy_note(note=note, by=area.nurse, at=clock(10, 5))


def correct(note, by, **changes):
    asked = {"text": "Såret på höger ben.", "codes": ["NV203"], "reason": "Fel sida", "by": by, "at": clock(11)}
    return actions.correct_note(note=note, **{**asked, **changes})


def test_a_correction_holds_and_the_signed_text_stays(area, note):
    correction = correct(note, area.colleague, codes=["NV207"], expected=note.version)
    fresh = VisitNote.objects.get()
    assert (fresh.text, fresh.codes) == ("Såret på vänster ben.", ["NV203"])
    assert (fresh.valid_text, fresh.valid_codes) == ("Såret på höger ben.", ["NV207"])
    assert (correction.author, correction.at, correction.reason) == (area.colleague, clock(11), "Fel sida")
    # It is copied to the journal again, with both wordings.
    assert fresh.copied_at is None
    text = journal_text(fresh)
    assert "Såret på höger ben." in text
    assert "Signerad text före rättelsen: Såret på vänster ben." in text
    assert f"av {area.colleague.staff.name}: Fel sida" in text
    event = AuditEvent.objects.get(what="visits.correct_note")
    assert (event.action, event.reason, event.object_id) == ("sign", f"correction {correction.pk}", str(note.pk))
    assert AuditEvent.objects.filter(reason__contains="Fel sida").count() == 0


def test_the_newest_of_two_corrections_holds(area, note):
    correct(note, area.nurse, text="Första rättelsen")
    correct(note, area.nurse, text="Andra rättelsen", at=clock(12))
    assert VisitNote.objects.get().valid_text == "Andra rättelsen"
    assert list(NoteCorrection.objects.values_list("text", flat=True)) == ["Första rättelsen", "Andra rättelsen"]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"text": "  "}, actions.NoteEmpty),
        ({"reason": " "}, actions.CorrectionNeedsReason),
        ({"text": "Såret på vänster ben.", "codes": ["NV203"]}, actions.NothingCorrected),
        ({"codes": ["XX999"]}, UnknownCode),
        ({"expected": 1}, Stale),
    ],
)
def test_a_correction_that_says_nothing_is_refused(area, note, changes, error):
    with pytest.raises(error):
        correct(note, area.nurse, **changes)
    assert not NoteCorrection.objects.exists()


def test_only_the_unit_that_keeps_the_note_corrects_it(area, note):
    with pytest.raises(actions.NotYourNote):
        correct(note, area.municipal)


def test_an_unsigned_note_is_changed_and_not_corrected(area, note):
    VisitNote.objects.update(signed_at=None)
    with pytest.raises(actions.NotSigned):
        correct(note, area.nurse)
