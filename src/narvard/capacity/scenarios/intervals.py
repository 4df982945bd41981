"""A mean with its interval as it is read."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from narvard.capacity.scenarios import words
from narvard.ui.figures import figure

Triple = Sequence[float | None]


def interval(three: Triple, shown_as: words.Indicator, *, signed: bool = False) -> str:
    """Mean and interval as they are read: "11,6 (11,4 till 11,8)"."""
    mean, low, high = (_one(value, shown_as, signed) for value in three)
    if three[0] is None or three[1] is None:
        return mean
    return _("%(mean)s (%(low)s till %(high)s)") % {"mean": mean, "low": low, "high": high}


def _one(value: float | None, shown_as: words.Indicator, signed: bool) -> str:
    if value is None:
        return figure(None)
    scale, decimals = (100, max(1, shown_as.decimals)) if shown_as.share else (1, shown_as.decimals)
    text = figure(scale * value, decimals)
    return f"+{text}" if signed and value > 0 else text
