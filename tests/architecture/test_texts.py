"""The English is whole: every text in the source has it, and the compiled catalogues say the same."""

import re
from pathlib import Path

import polib
import pytest
from django.utils import translation
from django.utils.translation import ngettext

from tests import messages

# %(name)s and %d of Python, {name} of str.format, tags and entities of HTML.
HOLES = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}|</?[a-z]+|&[a-z]+;")
# A Swedish letter stands in English only inside a proper name.
NAMES = re.compile(r"Närvård|PrimÄR|SÄBO|Umeå|Vännäsby")


@pytest.fixture(scope="module")
def renewed() -> dict[str, polib.POFile]:
    """Each room's catalogue as the source of today asks for it."""
    return messages.renewed()


def entries() -> list[tuple[str, polib.POEntry]]:
    """Every entry that is committed, with its room."""
    return [(room, entry) for room, path in messages.catalogues().items() for entry in messages.read(path)]


def holes(text: str) -> list[str]:
    """What is filled in or marked up in ``text``, in alphabetical order."""
    return sorted(HOLES.findall(text))


def versions(entry: polib.POEntry) -> list[tuple[str, str]]:
    """Each Swedish form of the entry beside its English."""
    if entry.msgid_plural:
        return [(entry.msgid, entry.msgstr_plural[0]), (entry.msgid_plural, entry.msgstr_plural[1])]
    return [(entry.msgid, entry.msgstr)]


def test_the_catalogues_hold_the_texts_of_the_source(renewed: dict[str, polib.POFile]) -> None:
    committed = {room: messages.read(path) for room, path in messages.catalogues().items()}
    assert committed.keys() == renewed.keys(), "run make messages"
    for room, catalogue in renewed.items():
        difference = {messages.key(each) for each in catalogue} ^ {messages.key(each) for each in committed[room]}
        assert not difference, f"run make messages: {room} differs in {sorted(difference)}"
        assert str(catalogue) == str(committed[room]), f"run make messages: {room} is not written as it writes"


def test_every_text_has_its_english(renewed: dict[str, polib.POFile]) -> None:
    missing = [
        f"{room}: {each.msgid}" for room, catalogue in renewed.items() for each in catalogue if not each.translated()
    ]
    assert missing == []


def test_nothing_is_left_over_or_unsure() -> None:
    assert [f"{room}: {each.msgid}" for room, each in entries() if each.obsolete or each.fuzzy] == []


def test_english_fills_in_what_swedish_fills_in() -> None:
    wrong = [
        f"{room}: {swedish!r} → {english!r}"
        for room, entry in entries()
        for swedish, english in versions(entry)
        # "One patient" may stand for "%(n)d patient".
        if holes(swedish) != holes(english) and not (entry.msgid_plural and swedish == entry.msgid)
    ]
    assert wrong == []


def test_english_begins_and_ends_as_swedish_does() -> None:
    """Spaces that join a text to its neighbour are kept."""
    wrong = [
        f"{room}: {swedish!r} → {english!r}"
        for room, entry in entries()
        for swedish, english in versions(entry)
        if (swedish[:1].isspace(), swedish[-1:].isspace()) != (english[:1].isspace(), english[-1:].isspace())
    ]
    assert wrong == []


def test_english_holds_no_swedish_letters_outside_names() -> None:
    swedish = [
        f"{room}: {english}"
        for room, entry in entries()
        for _, english in versions(entry)
        if re.search("[åäöÅÄÖ]", NAMES.sub("", english))
    ]
    assert swedish == []


def test_a_text_reads_the_same_in_every_room() -> None:
    """Django puts the rooms' catalogues together, so one of two translations would be lost."""
    english: dict[messages.Key, set[str]] = {}
    for _, entry in entries():
        english.setdefault(messages.key(entry), set()).add(str(versions(entry)))
    assert {text: both for text, both in english.items() if len(both) > 1} == {}


@pytest.mark.parametrize("path", messages.catalogues().values(), ids=messages.catalogues().keys())
def test_what_is_compiled_is_fresh(path: Path) -> None:
    assert path.with_suffix(".mo").read_bytes() == messages.read(path).to_binary(), "run make messages"


@pytest.mark.parametrize(("n", "expected"), [(0, "0 turer"), (1, "1 tur"), (2, "2 turer"), (21, "21 turer")])
def test_swedish_counts_without_a_catalogue_of_ours(n: int, expected: str) -> None:
    with translation.override("sv"):
        assert ngettext("%(n)d tur", "%(n)d turer", n) % {"n": n} == expected


def test_a_new_text_is_found_and_an_old_translation_kept(tmp_path: Path) -> None:
    room = tmp_path / "room"
    room.mkdir()
    source = room / "models.py"
    source.write_text('from django.utils.translation import gettext as _\nTITLE = _("ett")\n', encoding="utf-8")
    assert messages.write(tmp_path) == ["room: ett"]
    path = messages.catalogues(tmp_path)["room"]
    catalogue = messages.read(path)
    catalogue[0].msgstr = "one"
    catalogue.save(str(path))
    source.write_text(source.read_text(encoding="utf-8") + 'OTHER = _("två")\n', encoding="utf-8")
    assert messages.write(tmp_path) == ["room: två"]
    assert [(each.msgid, each.msgstr) for each in messages.read(path)] == [("ett", "one"), ("två", "")]
