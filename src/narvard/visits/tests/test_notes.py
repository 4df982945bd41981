"""Documentation: each care provider its own note, signed by its author."""

import pytest

from narvard.core.errors import Stale
from narvard.core.models import AuditEvent
from narvard.organisation.models import Commission, Profession
from narvard.organisation.tests.factories import CareUnitFactory, CommissionFactory
from narvard.visits import actions, codes
from narvard.visits.codes import UnknownCode
from narvard.visits.models import Visit, VisitNote
from narvard.visits.rules import kind_of_note
from narvard.visits.tests.factories import clock


@pytest.fixture
def visit(area) -> Visit:
    """A joint visit under way, of two care providers."""
    visit = area.visit(area.team, area.municipal.unit)
    return actions.start_visit(visit=visit, by=area.nurse, at=clock(9))


def write(visit, by, **changes):
    asked = {"visit": visit, "text": "Såret är rent.", "codes": ["NV203"], "by": by, "at": clock(9, 30)}
    return actions.write_note(**{**asked, **changes})


def test_one_visit_has_a_note_of_each_care_provider(area, visit):
    own = write(visit, area.nurse)
    other = write(visit, area.municipal, text="Läkemedel delade.", codes=["NV207"])
    assert VisitNote.objects.count() == 2
    assert (own.provider_id, own.owner_unit, own.information_kind) == (
        area.nurse.provider_id,
        area.team,
        "nursing",
    )
    assert other.owner_unit == area.municipal.unit


def test_a_colleague_goes_on_with_an_unsigned_note(area, visit):
    note = write(visit, area.nurse)
    write(visit, area.colleague, text="Såret är rent. Ny tid fredag.", expected=note.version)
    note.refresh_from_db()
    assert (note.author, note.text) == (area.colleague, "Såret är rent. Ny tid fredag.")
    with pytest.raises(Stale):
        write(visit, area.nurse, expected=1)


def test_a_signed_note_is_not_changed_nor_signed_again(area, visit):
    note = write(visit, area.nurse)
    signed = actions.sign_note(note=note, by=area.nurse, at=clock(10), expected=note.version)
    assert signed.signed_at == clock(10)
    assert AuditEvent.objects.get(what="visits.sign_note").action == "sign"
    with pytest.raises(actions.NoteSigned):
        write(visit, area.nurse, text="Nej")
    with pytest.raises(actions.NoteSigned):
        actions.sign_note(note=note, by=area.nurse, at=clock(11))
    note.refresh_from_db()
    assert (note.text, note.signed_at) == ("Såret är rent.", clock(10))


def test_only_the_author_signs(area, visit):
    note = write(visit, area.nurse)
    for other in (area.colleague, area.municipal):
        with pytest.raises(actions.NotYourNote):
            actions.sign_note(note=note, by=other, at=clock(10))


def test_an_empty_note_is_not_signed(area, visit):
    note = write(visit, area.nurse, text="  ")
    with pytest.raises(actions.NoteEmpty):
        actions.sign_note(note=note, by=area.nurse, at=clock(10))


def test_those_who_do_not_come_write_nothing(area, visit):
    with pytest.raises(actions.NotYourVisit):
        write(visit, CommissionFactory())
    assert not VisitNote.objects.exists()


def test_nothing_is_written_about_what_has_not_begun(area):
    with pytest.raises(actions.NothingToWriteAbout):
        write(area.visit(), area.nurse)


def test_a_code_must_stand_in_the_list(area, visit):
    with pytest.raises(UnknownCode, match="ZZ1"):
        write(visit, area.nurse, codes=["NV203", "ZZ1"])


def test_copying_is_logged_as_an_export_of_ones_own_signed_note(area, visit):
    note = write(visit, area.nurse)
    with pytest.raises(actions.NotSigned):
        actions.copy_note(note=note, by=area.nurse, at=clock(10))
    actions.sign_note(note=note, by=area.nurse, at=clock(10))
    with pytest.raises(actions.NotYourNote):
        actions.copy_note(note=note, by=area.municipal, at=clock(10))
    assert actions.copy_note(note=note, by=area.colleague, at=clock(11)).copied_at == clock(11)
    assert AuditEvent.objects.get(what="visits.copy_note").action == "export"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("profession", "purpose", "kind"),
    [
        (Profession.PHYSICIAN, Commission.Purpose.CARE, "medical"),
        (Profession.PHYSIOTHERAPIST, Commission.Purpose.CARE, "rehabilitation"),
        (Profession.PSYCHOLOGIST, Commission.Purpose.CARE, "psychiatry"),
        (Profession.NURSE, Commission.Purpose.CARE, "nursing"),
        (Profession.NEEDS_ASSESSOR, Commission.Purpose.SOCIAL, "social"),
    ],
)
def test_what_a_note_holds_follows_from_its_author(profession, purpose, kind):
    assert kind_of_note(CommissionFactory(staff__profession=profession, purpose=purpose)) == kind


def test_every_shipped_code_says_where_its_text_was_read():
    shipped = codes.read(codes.SHIPPED)
    assert len({code.code for code in shipped}) == len(shipped)
    assert all(code.source for code in shipped if code.system == "kva")
    assert {code.system for code in shipped} == {"kva", "nv"}


def test_a_care_provider_may_bring_codes_of_its_own(tmp_path, settings):
    own = tmp_path / "codes.yaml"
    own.write_text("codes:\n  - {code: AB123, system: kva, text: Egen, source: oss}\n", encoding="utf-8")
    settings.NARVARD_VISIT_CODES = str(own)
    codes.all_codes.cache_clear()
    try:
        assert codes.labels(["AB123", "NV203", "GONE1"]) == ["AB123 Egen", "NV203 Omläggning av sår", "GONE1"]
    finally:
        codes.all_codes.cache_clear()


def test_another_unit_of_the_care_provider_does_not_write_in_the_note(area, visit):
    note = write(visit, area.nurse)
    elsewhere = CommissionFactory(unit=CareUnitFactory(provider=area.team.provider))
    with pytest.raises(actions.NotYourVisit):
        write(visit, elsewhere, text="Nej", expected=note.version)
    note.refresh_from_db()
    assert (note.author, note.text) == (area.nurse, "Såret är rent.")
