"""The facts that criteria may ask for: those of ``people.facts``, and those that follow from the person."""

from collections.abc import Iterator, Mapping
from functools import cache

from django.utils import translation

from narvard.engines.criteria import FactKind, FactType, Vocabulary
from narvard.intake.models import Channel
from narvard.people.facts import REGISTRY
from narvard.people.models import Housing, Segment

LANGUAGES = ("sv", "en")
_TYPES = {bool: FactType.BOOLEAN, int: FactType.NUMBER, float: FactType.NUMBER}


class Translated(Mapping[str, str]):
    """A lazy text by language, translated when it is asked for."""

    def __init__(self, text: object) -> None:
        self._text = text

    def __getitem__(self, language: str) -> str:
        if language not in LANGUAGES:
            raise KeyError(language)
        with translation.override(language):
            return str(self._text)

    def __iter__(self) -> Iterator[str]:
        return iter(LANGUAGES)

    def __len__(self) -> int:
        return len(LANGUAGES)


def _choices(pairs: list[tuple[str, object]]) -> dict[str, Mapping[str, str]]:
    return {value: Translated(label) for value, label in pairs if value}


@cache
def vocabulary() -> Vocabulary:
    """Every fact by name."""
    derived = [
        FactKind("age", FactType.NUMBER, Translated(_AGE), unit=Translated(_YEARS)),
        FactKind("housing", FactType.CHOICE, Translated(_HOUSING), _choices(list(Housing.choices))),
        FactKind("segment", FactType.CHOICE, Translated(_SEGMENT), _choices(list(Segment.choices))),
        FactKind("home_nursing", FactType.BOOLEAN, Translated(_HOME_NURSING)),
        FactKind("consent_to_enrolment", FactType.BOOLEAN, Translated(_CONSENT)),
        FactKind("channel", FactType.CHOICE, Translated(_CHANNEL), _choices(list(Channel.choices))),
    ]
    stored = [FactKind(kind.name, _TYPES[kind.type], Translated(kind.label)) for kind in REGISTRY.values()]
    return {kind.name: kind for kind in (*derived, *stored)}


_AGE = translation.gettext_lazy("ålder")
_YEARS = translation.gettext_lazy("år")
_HOUSING = translation.gettext_lazy("boende")
_SEGMENT = translation.gettext_lazy("behovsgrupp")
_HOME_NURSING = translation.gettext_lazy("kommunal hemsjukvård")
_CONSENT = translation.gettext_lazy("samtycke till inskrivning")
_CHANNEL = translation.gettext_lazy("avsändare")
