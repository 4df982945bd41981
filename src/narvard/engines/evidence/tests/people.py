"""Small tables that the tests of the evidence engine share."""

import numpy as np
import pandas as pd


def panel(
    people: int = 400, effect: float = 1.0, gap: float = 1.6, trend: float = 0.7, seed: int = 1, shape: float = 2.0
) -> pd.DataFrame:
    """Two rows per person: the treated use `gap` times as much, all change by `trend`, the treated by `effect` more."""
    rng = np.random.default_rng(seed)
    frail = rng.gamma(shape, 1 / shape, people)
    rows = []
    for person in range(people):
        treated = person % 2
        for after in (0, 1):
            years = 0.5 if after == 0 else rng.uniform(0.1, 0.5)
            mean = 6 * frail[person] * gap**treated * trend**after * effect ** (treated * after)
            rows.append((person, treated, after, years, rng.poisson(mean * years)))
    return pd.DataFrame(rows, columns=["person", "treated", "after", "years", "visits"])


def candidates(seed: int = 3, people: int = 600) -> pd.DataFrame:
    """One row per person; the old and the often admitted are treated more often, and that is all that differs."""
    rng = np.random.default_rng(seed)
    age, admissions = rng.normal(80, 8, people), rng.poisson(1.5, people)
    chance = 1 / (1 + np.exp(-(-1.4 + 0.08 * (age - 80) + 0.5 * (admissions - 1.5))))
    treated = (rng.random(people) < chance).astype(int)
    days = 3 * admissions + 0.4 * (age - 80) + rng.normal(0, 2, people)
    table = pd.DataFrame({"age": age, "admissions": admissions, "month": rng.integers(1, 4, people)})
    return table.assign(treated=treated, days=days)
