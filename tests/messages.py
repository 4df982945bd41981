"""The English catalogues: what ``make messages`` runs, and what the tests compare with.

Texts are written in Swedish in the source. Each room with texts has ``locale/en/LC_MESSAGES/django.po`` and the
compiled ``django.mo`` beside it. They hold no line numbers and no dates and are sorted, so that two branches that
add texts merge quietly, and running this twice changes nothing.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "narvard"
CATALOGUE = Path("locale", "en", "LC_MESSAGES", "django.po")
HEADER = {
    "Project-Id-Version": "narvard",
    "Language": "en",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=2; plural=(n != 1);",
}

# What a text is known by: its context, or nothing, and itself.
Key = tuple[str, str]


def key(entry: polib.POEntry) -> Key:
    """The context and the Swedish text of ``entry``."""
    return entry.msgctxt or "", entry.msgid


def bare_environment() -> dict[str, str]:
    """This environment without the settings' name: texts are found without them, and the copy cannot import them."""
    return {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}


def extracted(package: Path = PACKAGE) -> dict[str, polib.POFile]:
    """Every text in the product's source by room, untranslated, found by Django's own ``makemessages``.

    It works on a copy, since ``makemessages`` writes where it reads. Rooms without texts are left out.
    """
    with tempfile.TemporaryDirectory(prefix="narvard-messages-") as folder:
        copy = Path(folder) / "narvard"
        shutil.copytree(package, copy, ignore=shutil.ignore_patterns("tests", "migrations", "locale", "static"))
        for room in copy.iterdir():
            if room.is_dir():
                (room / "locale").mkdir()
        command = ["makemessages", "-v", "0", "-l", "en", "--keep-pot", "--no-location", "--no-wrap"]
        subprocess.run([sys.executable, "-m", "django", *command], cwd=copy, env=bare_environment(), check=True)
        return {
            template.parent.parent.name: polib.pofile(str(template))
            for template in sorted(copy.glob("*/locale/django.pot"))
        }


def merged(template: polib.POFile, known: dict[Key, polib.POEntry]) -> polib.POFile:
    """A catalogue of the texts in ``template``, with the translations that are ``known`` and blanks for the rest."""
    catalogue = polib.POFile(wrapwidth=0)
    catalogue.metadata = dict(HEADER)
    for entry in sorted(template, key=key):
        fresh = polib.POEntry(
            msgctxt=entry.msgctxt,
            msgid=entry.msgid,
            msgid_plural=entry.msgid_plural,
            comment=entry.comment,
            flags=[flag for flag in entry.flags if flag != "fuzzy"],
        )
        if entry.msgid_plural:
            fresh.msgstr_plural = {0: "", 1: ""}
        old = known.get(key(entry))
        if old is not None and old.msgid_plural == entry.msgid_plural:
            fresh.msgstr, fresh.msgstr_plural = old.msgstr, old.msgstr_plural or fresh.msgstr_plural
        catalogue.append(fresh)
    return catalogue


def catalogues(package: Path = PACKAGE) -> dict[str, Path]:
    """The English catalogue of each room that has one."""
    return {path.parents[3].name: path for path in sorted(package.glob(f"*/{CATALOGUE.as_posix()}"))}


def read(path: Path) -> polib.POFile:
    """The catalogue in ``path``, as it is written here."""
    return polib.pofile(str(path), wrapwidth=0)


def renewed(package: Path = PACKAGE) -> dict[str, polib.POFile]:
    """Each room's catalogue as it should be: the texts of the source with the translations there are.

    A text that has moved from one room to another keeps its translation.
    """
    present = {room: read(path) for room, path in catalogues(package).items()}
    anywhere = {key(entry): entry for catalogue in present.values() for entry in catalogue if entry.translated()}
    own = {room: {key(entry): entry for entry in catalogue} for room, catalogue in present.items()}
    return {room: merged(template, {**anywhere, **own.get(room, {})}) for room, template in extracted(package).items()}


def write(package: Path = PACKAGE) -> list[str]:
    """Write and compile every catalogue, drop those of rooms without texts; return what still lacks English."""
    fresh = renewed(package)
    for room in catalogues(package).keys() - fresh.keys():
        shutil.rmtree(package / room / "locale")
    missing = []
    for room, catalogue in fresh.items():
        path = package / room / CATALOGUE
        path.parent.mkdir(parents=True, exist_ok=True)
        catalogue.save(str(path))
        catalogue.save_as_mofile(str(path.with_suffix(".mo")))
        missing += [f"{room}: {entry.msgid}" for entry in catalogue if not entry.translated()]
    return missing


def main() -> int:
    """Renew the catalogues and name the texts that still lack English."""
    missing = write()
    print("\n".join(missing) if missing else "Every text has its English.")  # noqa: T201 - a command line tool
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
