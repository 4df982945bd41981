"""Reading a file of utilisation data: each row becomes an event, or is kept with the reasons why it cannot."""

import csv
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from io import StringIO

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from narvard.core.errors import Refused
from narvard.followup.utilisation.models import UtilisationEvent
from narvard.people.identifiers import Identifier, InvalidIdentifier, read_identifier

Kind = UtilisationEvent.Kind

REQUIRED = ("source", "id", "identity", "kind", "start")
OPTIONAL = ("end", "place", "clinic", "acute", "outcome", "municipality", "cancelled")
COLUMNS = (*REQUIRED, *OPTIONAL)
ANSWERS = {"": None, "1": True, "yes": True, "ja": True, "0": False, "no": False, "nej": False}
LENGTHS = {"source": 60, "id": 80, "place": 120, "clinic": 120}

# Why a row was not taken in. Stored by name, told in words.
REASONS = {
    "no-source": gettext_lazy("Källa eller id saknas."),
    "identity": gettext_lazy("Personnumret kan inte läsas."),
    "kind": gettext_lazy("Händelsens typ är okänd."),
    "start": gettext_lazy("Starttiden saknas eller kan inte läsas."),
    "future": gettext_lazy("Händelsen ligger i framtiden."),
    "before-birth": gettext_lazy("Händelsen ligger före födelsedatumet."),
    "end": gettext_lazy("Sluttiden kan inte läsas."),
    "end-before-start": gettext_lazy("Händelsen slutar innan den börjar."),
    "answer": gettext_lazy("Ja eller nej kan inte läsas."),
    "municipality": gettext_lazy("Kommunkoden finns inte."),
    "too-long": gettext_lazy("En text är för lång."),
    "columns": gettext_lazy("Raden har fler fält än rubriken."),
    "twice": gettext_lazy("Samma id finns två gånger i filen med olika innehåll."),
}


class WrongFile(Refused):
    """The file as a whole cannot be read as utilisation data."""


@dataclass(frozen=True)
class Event:
    """One right row. Times are aware; the identifier is read and checked."""

    line: int
    source: str
    source_id: str
    identifier: Identifier
    kind: str
    starts_at: datetime
    ends_at: datetime | None
    place: str
    clinic: str
    acute: bool | None
    died: bool
    municipality: str
    cancelled: bool


@dataclass(frozen=True)
class Bad:
    """One row that cannot be taken in, as it was sent."""

    line: int
    content: Mapping[str, str]
    reasons: list[str]

    @property
    def fingerprint(self) -> str:
        """The same content gives the same print."""
        return hashlib.sha256(json.dumps(dict(self.content), sort_keys=True).encode()).hexdigest()


@dataclass
class Read:
    """All rows of a file; none is lost: ``len(events) + len(bad) + repeated`` is their number."""

    events: list[Event] = field(default_factory=list)
    bad: list[Bad] = field(default_factory=list)
    repeated: int = 0


def read(data: bytes, *, municipalities: frozenset[str], at: datetime) -> Read:
    """Read a whole file. Raises :class:`WrongFile`; `municipalities` are the codes that exist."""
    found, seen = Read(), dict[tuple[str, str], Event]()
    for line, row in _lines(_decoded(data)):
        event = _event(line, row, municipalities, at)
        if isinstance(event, Bad):
            found.bad.append(event)
            continue
        key = (event.source, event.source_id)
        earlier = seen.setdefault(key, event)
        if earlier is event:
            found.events.append(event)
        elif _same(earlier, event):
            found.repeated += 1
        else:
            found.bad.append(Bad(line, _content(row), ["twice"]))
    return found


def _decoded(data: bytes) -> str:
    """UTF-8, or Windows' own letters, as older systems export."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _lines(text: str) -> Iterator[tuple[int, dict[str | None, str | list[str] | None]]]:
    first = text.split("\n", 1)[0]
    reader = csv.DictReader(StringIO(text), delimiter=";" if ";" in first else ",")
    names = [(name or "").strip().lower() for name in reader.fieldnames or ()]
    lacking = [name for name in REQUIRED if name not in names]
    if lacking:
        raise WrongFile(_("Filen saknar kolumnerna %(names)s.") % {"names": ", ".join(lacking)})
    if unknown := [name for name in names if name not in COLUMNS]:
        raise WrongFile(_("Filen har kolumner som inte hör dit: %(names)s.") % {"names": ", ".join(unknown)})
    reader.fieldnames = names
    try:
        for row in reader:
            yield reader.line_num, row
    except csv.Error as error:
        words = _("Rad %(line)s kan inte läsas som CSV.") % {"line": reader.line_num}
        raise WrongFile(words) from error


def _content(row: Mapping[str | None, str | list[str] | None]) -> dict[str, str]:
    """The row as it was sent, surplus fields too."""
    kept = {name: value or "" for name, value in row.items() if name is not None and not isinstance(value, list)}
    surplus = row.get(None)
    return kept | ({"surplus": ";".join(surplus)} if isinstance(surplus, list) else {})


def _event(
    line: int, row: Mapping[str | None, str | list[str] | None], municipalities: frozenset[str], at: datetime
) -> Event | Bad:
    sent = _content(row)
    told = {name: sent.get(name, "").strip() for name in COLUMNS}
    reasons = ["columns"] if "surplus" in sent else []
    if not (told["source"] and told["id"]):
        reasons.append("no-source")
    if any(len(told[name]) > most for name, most in LENGTHS.items()):
        reasons.append("too-long")
    identifier = _identity(told["identity"], timezone.localdate(at))
    if identifier is None:
        reasons.append("identity")
    if told["kind"] not in Kind.values:
        reasons.append("kind")
    start, end = _time(told["start"]), _time(told["end"])
    reasons += _times(told, start, end, identifier, at)
    if {told["acute"].lower(), told["cancelled"].lower()} - ANSWERS.keys():
        reasons.append("answer")
    if told["municipality"] and told["municipality"] not in municipalities and told["kind"] != Kind.MOVE:
        reasons.append("municipality")
    if reasons or identifier is None or start is None:
        return Bad(line, sent, reasons)
    return Event(
        line=line,
        source=told["source"],
        source_id=told["id"],
        identifier=identifier,
        kind=told["kind"],
        starts_at=start,
        ends_at=end if told["kind"] == Kind.INPATIENT else None,
        place=told["place"],
        clinic=told["clinic"],
        acute=ANSWERS[told["acute"].lower()],
        died=told["outcome"].lower() in {"died", "avliden"},
        municipality=told["municipality"] if told["municipality"] in municipalities else "",
        cancelled=ANSWERS[told["cancelled"].lower()] is True,
    )


def _identity(text: str, today: date) -> Identifier | None:
    try:
        return read_identifier(text, today=today)
    except InvalidIdentifier:
        return None


def _time(text: str) -> datetime | None:
    """A date or a local date and time, ISO 8601; none when it is neither."""
    try:
        told = datetime.fromisoformat(text)
    except ValueError:
        return None
    return timezone.make_aware(told) if timezone.is_naive(told) else told


def _times(
    told: Mapping[str, str], start: datetime | None, end: datetime | None, who: Identifier | None, at: datetime
) -> list[str]:
    if start is None:
        return ["start"]
    found = ["future"] if start > at else []
    if who is not None and who.birth_date is not None and timezone.localdate(start) < who.birth_date:
        found.append("before-birth")
    if told["end"] and end is None:
        found.append("end")
    if end is not None and end < start:
        found.append("end-before-start")
    if end is not None and end > at:
        found.append("future")
    return list(dict.fromkeys(found))


def _same(one: Event, other: Event) -> bool:
    return {**vars(one), "line": 0} == {**vars(other), "line": 0}
