"""Random numbers by address instead of by turn: common random numbers between models.

A draw is a function of (replication's key, who, purpose, count). Two models that ask for the same person's seventh
need get the same need, whatever else happened before; adding a team shifts nobody's stream.
Generator: "Squares", 64 bits in five rounds (Widynski 2020, arXiv:2004.06278), counter-based.
"""

import math
from typing import Any

import numpy as np

from narvard.engines.simulation._compile import door, kernel

# Purposes: one stream each, for a person unless said.
ADDRESS, FRAILTY, FACTS, CONDITION, ORDER, STOCK = 1, 2, 3, 4, 5, 6
NEED_GAP, NEED_THIN, CHANNEL, URGENCY, FATE, SUDDEN, FATE_DAYS = 10, 11, 12, 13, 14, 15, 16
AVERTED, ADMITTED, BED_DAYS, FOLLOWED, WISH = 17, 18, 19, 20, 21
ACUTE_MINUTES, PLANNED_MINUTES, PLANNED_GAP, STAY_DAYS, DELAY = 22, 23, 24, 25, 26
DEATH, PHASE_GAP, PHASE_TO, SICK, EFFECT = 30, 31, 32, 33, 34
CRITERIA, UNKNOWN, JOINT = 35, 36, 37

_HALF = np.uint64(32)
_MIX1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX2 = np.uint64(0x94D049BB133111EB)
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_TO_UNIT = 1.0 / 9007199254740992.0


@kernel
def _mixed(z: Any) -> Any:
    """SplitMix64's finaliser."""
    z = (z ^ (z >> np.uint64(30))) * _MIX1
    z = (z ^ (z >> np.uint64(27))) * _MIX2
    return z ^ (z >> np.uint64(31))


@door
def make_key(seed: int, replication: int) -> Any:
    """An odd, irregular key for one replication of one seed."""
    first = _mixed(np.uint64(seed) * _GOLDEN + np.uint64(0x632BE59BD9B4E019))
    return _mixed(first ^ (np.uint64(replication) * _GOLDEN + np.uint64(1))) | np.uint64(1)


@kernel
def uniform(key: Any, who: int, purpose: int, count: int) -> float:
    """Uniform in (0, 1): 53 bits, never an end. `who` below 2^32, `purpose` below 2^8, `count` below 2^24."""
    counter = (np.uint64(who) << np.uint64(32)) | (np.uint64(purpose) << np.uint64(24)) | np.uint64(count)
    half = _HALF
    x = counter * key
    y = x
    z = y + key
    x = x * x + y
    x = (x >> half) | (x << half)
    x = x * x + z
    x = (x >> half) | (x << half)
    x = x * x + y
    x = (x >> half) | (x << half)
    x = x * x + z
    t = x
    x = (x >> half) | (x << half)
    bits = t ^ ((x * x + y) >> half)
    return (float(bits >> np.uint64(11)) + 0.5) * _TO_UNIT


@kernel
def exponential(key: Any, who: int, purpose: int, count: int, mean: float) -> float:
    """Exponential with the given mean, by inversion: a smaller mean gives a smaller draw."""
    return -math.log(uniform(key, who, purpose, count)) * mean


@kernel
def normal_quantile(p: float) -> float:
    """The standard normal's quantile; Acklam's rational approximation, relative error below 1.2e-9."""
    tail = min(p, 1.0 - p)
    if tail < 0.02425:
        q = math.sqrt(-2.0 * math.log(tail))
        top = -7.784894002430293e-3 * q - 3.223964580411365e-1
        top = (((top * q - 2.400758277161838) * q - 2.549732539343734) * q + 4.374664141464968) * q + 2.938163982698783
        low = 7.784695709041462e-3 * q + 3.224671290700398e-1
        low = ((low * q + 2.445134137142996) * q + 3.754408661907416) * q + 1.0
        return top / low if p < 0.5 else -top / low
    q = p - 0.5
    r = q * q
    top = (-3.969683028665376e1 * r + 2.209460984245205e2) * r - 2.759285104469687e2
    top = ((top * r + 1.383577518672690e2) * r - 3.066479806614716e1) * r + 2.506628277459239
    low = (-5.447609879822406e1 * r + 1.615858368580409e2) * r - 1.556989798598866e2
    low = ((low * r + 6.680131188771972e1) * r - 1.328068155288572e1) * r + 1.0
    return top * q / low


@kernel
def lognormal(key: Any, who: int, purpose: int, count: int, mean: float, spread: float) -> Any:
    """Lognormal with the given mean and the given standard deviation of its logarithm."""
    z = normal_quantile(uniform(key, who, purpose, count))
    return mean * math.exp(spread * z - 0.5 * spread * spread)


@door
def uniforms(key: Any, purpose: int, count: int, out: Any) -> None:
    """Fill `out` with one draw for each person 0, 1, … ."""
    for who in range(len(out)):
        out[who] = uniform(key, who, purpose, count)


@door
def normal_draw(u: float) -> Any:
    """A standard normal number from a uniform one."""
    return normal_quantile(u)
