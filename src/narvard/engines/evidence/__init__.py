"""Evidence that does not fool itself: intervals, controlled designs, and what a figure cannot say."""

from narvard.engines.evidence.charts import ControlChart, control_chart, funnel
from narvard.engines.evidence.compare import (
    before_after,
    difference_in_differences,
    rate_ratio,
    two_way_fixed_effects,
)
from narvard.engines.evidence.continuity import Continuity, continuity
from narvard.engines.evidence.doubt import (
    UnitPlacebos,
    pre_trend,
    unit_placebos,
    with_negative_control,
    with_placebo,
    with_pre_trend,
)
from narvard.engines.evidence.equity import shrunken_ratios, slope_index
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
from narvard.engines.evidence.plan import CountPlan, detectable_ratio, people_needed, people_needed_share
from narvard.engines.evidence.published import Row, check, data_set
from narvard.engines.evidence.result import Design, Estimate, Explanation, Interval, Light, Note, Scale
from narvard.engines.evidence.rollout import Rollout, stepped_rollout
from narvard.engines.evidence.series import interrupted_time_series
from narvard.engines.evidence.survival import Times, cumulative_incidence, hazard_ratio, time_to_event
from narvard.engines.evidence.windows import around_index, join_stays, unplanned_readmission

__all__ = [
    "BadNumberError",
    "BadTableError",
    "Cohort",
    "Continuity",
    "ControlChart",
    "CountPlan",
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
    "Rollout",
    "Row",
    "Scale",
    "Setting",
    "Times",
    "TooFewError",
    "UnitPlacebos",
    "UnknownChoiceError",
    "Verdict",
    "around_index",
    "balance",
    "before_after",
    "check",
    "continuity",
    "control_chart",
    "coverage",
    "crude_rate_ratio",
    "cumulative_incidence",
    "data_set",
    "detectable_ratio",
    "difference_in_differences",
    "e_value",
    "false_payout",
    "funnel",
    "hazard_ratio",
    "interrupted_time_series",
    "join_stays",
    "matched_cohort",
    "matched_difference",
    "may_show",
    "people_needed",
    "people_needed_share",
    "pre_trend",
    "rate",
    "rate_ratio",
    "share",
    "shown",
    "shrunken_ratios",
    "slope_index",
    "stepped_rollout",
    "time_to_event",
    "two_way_fixed_effects",
    "unadjusted_difference",
    "unit_placebos",
    "unplanned_readmission",
    "weighted_difference",
    "with_negative_control",
    "with_placebo",
    "with_pre_trend",
    "zero_effect",
]
