"""The Swedish calendar as the engine needs it: weekday, Saturday, or Sunday and holiday."""

from datetime import date, timedelta

import numpy as np
from holidays import country_holidays
from numpy.typing import NDArray

EVES = ((12, 24), (12, 31))


def day_classes(first: date, days: int) -> NDArray[np.int64]:
    """0 on weekdays, 1 on Saturdays, 2 on Sundays, holidays, and the eves of Midsummer, Christmas and New Year."""
    known = country_holidays("SE", include_sundays=False)
    classes = np.zeros(days, np.int64)
    for n in range(days):
        day = first + timedelta(days=n)
        eve = (day.month, day.day) in EVES or (day.month == 6 and day.weekday() == 4 and 19 <= day.day <= 25)
        if day in known or eve or day.weekday() == 6:
            classes[n] = 2
        elif day.weekday() == 5:
            classes[n] = 1
    return classes
