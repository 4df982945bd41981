"""Numbers as people write them."""

from decimal import ROUND_HALF_UP, Decimal

from django.utils import formats
from django.utils.translation import gettext as _


def figure(value: float | int | Decimal | None, decimals: int = 0) -> str:
    """`value` rounded half up to `decimals`, thousands apart, a real minus; None is "okänt".

    Django's own formatting cuts the decimals off without rounding.
    """
    if value is None:
        return _("okänt")
    rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    text = formats.number_format(rounded, decimal_pos=decimals, force_grouping=True)
    return text.replace("-", "−")


def percentage(share: float | Decimal | None) -> str:
    """A share of 1 in whole per cent, as the language writes it: "14 %", "14%"; None is "okänt"."""
    return _("okänt") if share is None else _("%(n)s %%") % {"n": figure(100 * share)}
