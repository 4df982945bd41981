"""The digital twin: what an operating model of mobile care would do, by discrete-event simulation.

`compare(models, study, until, seed, jobs)` runs models side by side with common random numbers; models, people and
assumptions are data with sources (`load_model`, `load_population`, `load_assumptions`), see docs/simulation.md.
"""

from narvard.engines.simulation._layout import CHANNELS, CONDITIONS, OUTCOMES, SEGMENTS
from narvard.engines.simulation._prepare import Effects
from narvard.engines.simulation.areas import ADDITIVE, Case, Region, compare_areas, on_cluster
from narvard.engines.simulation.assumptions import Assumption, Assumptions
from narvard.engines.simulation.breakeven import BreakEven, break_even
from narvard.engines.simulation.compare import Comparison, Interval, Until, compare, interval
from narvard.engines.simulation.costs import Costs, price
from narvard.engines.simulation.dimensioned import MADE, dimensioned
from narvard.engines.simulation.errors import (
    FileError,
    HoursError,
    NumberError,
    RecordError,
    RunError,
    ShareError,
    SimulationError,
    UnknownNameError,
)
from narvard.engines.simulation.files import (
    MODELS,
    laid_out,
    load_assumptions,
    load_model,
    load_population,
    model_of,
    population_of,
)
from narvard.engines.simulation.indicators import Report
from narvard.engines.simulation.model import Accepts, Intake, Model, Shift, Team
from narvard.engines.simulation.population import Area, Locality, Population
from narvard.engines.simulation.run import Study, replicate
from narvard.engines.simulation.sensitivity import Influence, sensitivity
from narvard.engines.simulation.stock import Enrolled
from narvard.engines.simulation.triage import SIMULATED, Rule

__all__ = [
    "ADDITIVE",
    "CHANNELS",
    "CONDITIONS",
    "MADE",
    "MODELS",
    "OUTCOMES",
    "SEGMENTS",
    "SIMULATED",
    "Accepts",
    "Area",
    "Assumption",
    "Assumptions",
    "BreakEven",
    "Case",
    "Comparison",
    "Costs",
    "Effects",
    "Enrolled",
    "FileError",
    "HoursError",
    "Influence",
    "Intake",
    "Interval",
    "Locality",
    "Model",
    "NumberError",
    "Population",
    "RecordError",
    "Region",
    "Report",
    "Rule",
    "RunError",
    "ShareError",
    "Shift",
    "SimulationError",
    "Study",
    "Team",
    "UnknownNameError",
    "Until",
    "break_even",
    "compare",
    "compare_areas",
    "dimensioned",
    "interval",
    "laid_out",
    "load_assumptions",
    "load_model",
    "load_population",
    "model_of",
    "on_cluster",
    "population_of",
    "price",
    "replicate",
    "sensitivity",
]
