"""A cache of travel times by place, so that the next plan asks only for pairs that are new."""

from collections.abc import Callable, Hashable, Sequence

import numpy as np

from narvard.engines.travel.estimate import Floats

Compute = Callable[[Sequence[float], Sequence[float]], Floats]


class MatrixCache:
    """Keeps one growing matrix over all places seen; each place is a key with a latitude and a longitude.

    A place that moved (same key, other coordinates) is computed anew. When new places come, the whole
    matrix over the places in use is asked for again in one go: a router answers a matrix faster than many
    rows.
    """

    def __init__(self, compute: Compute, limit: int = 4000) -> None:
        """`compute(lat, lon)` gives the matrix; beyond `limit` places the cache starts over."""
        self._compute = compute
        self._limit = limit
        self._index: dict[tuple[Hashable, float, float], int] = {}
        self._minutes: Floats = np.zeros((0, 0))
        self.computed = 0

    def minutes(self, keys: Sequence[Hashable], lat: Sequence[float], lon: Sequence[float]) -> Floats:
        """Minutes between the given places, shape (n, n), in their order."""
        places = [(k, float(y), float(x)) for k, y, x in zip(keys, lat, lon, strict=True)]
        fresh = [p for p in dict.fromkeys(places) if p not in self._index]
        if fresh:
            self._grow(fresh, places)
        at = np.array([self._index[p] for p in places], dtype=np.int64)
        picked: Floats = self._minutes[np.ix_(at, at)]
        return picked

    def _grow(self, fresh: list[tuple[Hashable, float, float]], wanted: list[tuple[Hashable, float, float]]) -> None:
        kept = list(self._index) if len(self._index) + len(fresh) <= self._limit else []
        known = set(kept)
        everyone = kept + [p for p in dict.fromkeys(wanted) if p not in known]
        self._minutes = self._compute([p[1] for p in everyone], [p[2] for p in everyone])
        self._index = {p: i for i, p in enumerate(everyone)}
        self.computed += 1
