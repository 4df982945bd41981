"""Evidence that does not fool itself: intervals, controlled designs, and what a figure cannot say."""

from narvard.engines.evidence.compare import (
    before_after,
    difference_in_differences,
    rate_ratio,
    two_way_fixed_effects,
)
from narvard.engines.evidence.continuity import Continuity, continuity
from narvard.engines.evidence.errors import (
    BadNumberError,
    BadTableError,
    DataSetError,
    EvidenceError,
    MissingColumnError,
    NoControlError,
    NotConvergedError,
    TooFewError,
    UnknownChoiceError,
)
from narvard.engines.evidence.intervals import coverage, crude_rate_ratio, e_value, may_show, rate, share, shown
from narvard.engines.evidence.matching import (
    Cohort,
    balance,
    matched_cohort,
    matched_difference,
    unadjusted_difference,
    weighted_difference,
)
from narvard.engines.evidence.null import Setting, Verdict, false_payout, zero_effect
from narvard.engines.evidence.published import Row, check, data_set
from narvard.engines.evidence.result import Design, Estimate, Explanation, Interval, Light, Note, Scale

__all__ = [
    "BadNumberError",
    "BadTableError",
    "Cohort",
    "Continuity",
    "DataSetError",
    "Design",
    "Estimate",
    "EvidenceError",
    "Explanation",
    "Interval",
    "Light",
    "MissingColumnError",
    "NoControlError",
    "NotConvergedError",
    "Note",
    "Row",
    "Scale",
    "Setting",
    "TooFewError",
    "UnknownChoiceError",
    "Verdict",
    "balance",
    "before_after",
    "check",
    "continuity",
    "coverage",
    "crude_rate_ratio",
    "data_set",
    "difference_in_differences",
    "e_value",
    "false_payout",
    "matched_cohort",
    "matched_difference",
    "may_show",
    "rate",
    "rate_ratio",
    "share",
    "shown",
    "two_way_fixed_effects",
    "unadjusted_difference",
    "weighted_difference",
    "zero_effect",
]
