"""What planning says and stores, in Swedish, and how a page reads it in its own language."""

from collections.abc import Mapping

from django.utils.translation import gettext_noop

from narvard.core.sentences import read_again

SEARCHING = gettext_noop("Söker en bättre plan. Utan plats än: %(n)d.")
NOBODY_AT_UNIT = gettext_noop("Ingen på %(unit)s arbetar den dagen.")
NO_COMPETENCE = gettext_noop("Ingen med kompetensen %(competence)s på %(unit)s arbetar den dagen.")
NO_PROFESSION = gettext_noop("Ingen %(profession)s på %(unit)s arbetar den dagen.")
NO_SHIFT = gettext_noop("Inget arbetspass på %(unit)s rymmer besöket %(window)s.")
TIGHT = gettext_noop("Tiden %(window)s räcker inte för resan och besöket.")
TAKES_OVER = gettext_noop("%(unit)s tar över.")
ADMITTED = gettext_noop("Patienten är inlagd på %(ward)s.")
MOVED = gettext_noop("Adressen är ändrad. Besöken planeras dit.")
# Those with "Ingen …" stand from the narrowest to the widest: a unit's name may hold any word.
PATTERNS = (SEARCHING, NOBODY_AT_UNIT, NO_COMPETENCE, NO_PROFESSION, NO_SHIFT, TIGHT, ADMITTED, MOVED, TAKES_OVER)


def read_stored(text: str, without: Mapping[str, str] | None = None) -> str:
    """A stored message or reason, in the language of the page; ``without`` as in :func:`read_again`."""
    return read_again(text, PATTERNS, without)
