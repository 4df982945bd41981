"""How the kernels see a model: record arrays, numbered places, events. Private to the engine.

Times are minutes from midnight of the run's first day, distances km on a flat map. A *request* asks for a visit and
ends once; an *enrolment* gives planned visits until it ends; a *car* is a crew with its car.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

NONE = -1
DAY = 1440.0
SEGMENTS = ("mest_sjuka", "multisviktande")
CONDITIONS = ("medical", "palliative", "rehabilitation", "cognitive")
CHANNELS = (
    "ward", "health_centre", "regional_nurse", "municipal_nurse", "social", "ambulance", "alarm_centre", "sos", "1177",
    "team", "patient", "return",
)  # fmt: skip
"""The intake's channels (`intake.models.Channel`), in its order."""
WARD, TEAM_CHANNEL = CHANNELS.index("ward"), CHANNELS.index("team")

PERSON = np.dtype(
    [
        ("area", "i4"),
        ("segment", "i4"),
        ("condition", "i4"),
        ("team", "i4"),  # enrolled with, or NONE
        ("stay", "i4"),  # number of the enrolment: events of an older one are stale
        ("waits_for", "i4"),  # waiting room of this team, or NONE
        ("in_hospital", "i4"),
        ("bed", "i4"),  # number of the hospital stay
        ("needs", "i4"),  # counters of the person's own streams
        ("visits", "i4"),
        ("phases", "i4"),
        ("first", "i4"),  # list of this person's requests
        ("queued", "i4"),  # 1 when a planned visit waits for a car, 2 when one is on its way
        ("joint", "i4"),  # 1 when the planned visit that is due takes two teams
        ("due_prev", "i4"),
        ("due_next", "i4"),
        ("room_prev", "i4"),
        ("room_next", "i4"),
        ("x", "f8"),
        ("y", "f8"),
        ("admitted", "f8"),
        ("home", "f8"),  # latest discharge alive, or -inf
        ("due", "f8"),
        ("minutes", "f8"),  # of the planned visit that is due
        ("enrolled", "f8"),
        ("room_since", "f8"),
        ("enrolled_days", "f8"),
    ],
    align=True,
)

TEAM = np.dtype(
    [
        ("car0", "i4"),
        ("cars", "i4"),
        ("acute", "i4"),  # takes acute visits
        ("enrols", "i4"),
        ("places", "i4"),
        ("enrolled", "i4"),
        ("queued", "i4"),  # acute visits that wait
        ("idle", "i4"),  # crews that wait for a visit
        ("on_duty", "i4"),
        ("due_head", "i4"),
        ("due_tail", "i4"),
        ("room_head", "i4"),
        ("room_tail", "i4"),
        ("room", "i4"),
        ("head", "i4", (3,)),  # queues of acute visits by urgency
        ("tail", "i4", (3,)),
        ("x", "f8"),
        ("y", "f8"),
        ("gap", "f8"),  # mean minutes between planned visits
        ("stay", "f8"),  # mean minutes of an enrolment
        ("opens", "f8"),  # minute of the day when it answers, and until when
        ("closes", "f8"),
        ("weekends", "i4"),  # answers on weekends too
        ("asks", "i4"),  # has partners for joint visits
        ("helps", "i4"),  # is somebody's partner
        ("joint", "f8"),  # visits of its own that a partner came along on
        ("helped", "f8"),  # joint visits of others that it came along on
        ("visits", "f8"),
        ("acute_visits", "f8"),
        ("late_days", "f8"),  # days that planned visits were late, summed
        ("wasted", "f8"),  # journeys to someone who was not there any more
        ("travel", "f8"),
        ("work", "f8"),
        ("km", "f8"),
        ("staffed", "f8"),
        ("shifts", "f8"),
        ("sick", "f8"),
        ("overtime", "f8"),
        ("enrolled_days", "f8"),
    ],
    align=True,
)

CAR = np.dtype(
    [
        ("team", "i4"),
        ("state", "i4"),
        ("always", "i4"),
        ("lunch", "i4"),  # 1 when taken, or none is due
        ("mate", "i4"),  # the crew that it meets at the visit, or NONE
        ("kind", "i4"),
        ("job", "i4"),
        ("stay", "i4"),
        ("start", "f8", (3,)),  # minute of the day by class of day: weekday, Saturday, Sunday or holiday; NONE is off
        ("stop", "f8", (3,)),
        ("x", "f8"),
        ("y", "f8"),
        ("since", "f8"),
        ("arrives", "f8"),
        ("began", "f8"),  # this shift
        ("ends", "f8"),
        ("eats", "f8"),
    ],
    align=True,
)
OFF, IDLE, BUSY = 0, 1, 2
EATS, GOES_ACUTE, GOES_PLANNED, HELPS = 0, 1, 2, 3

REQUEST = np.dtype(
    [
        ("person", "i4"),
        ("need", "i4"),
        ("channel", "i4"),
        ("kind", "i4"),
        ("urgent", "i4"),  # 0 same day, 1 by the next weekday, 2 can wait
        ("hospital", "i4"),  # what becomes of it without a visit: 1 hospital, 0 it passes
        ("team", "i4"),
        ("tries", "i4"),
        ("status", "i4"),
        ("outcome", "i4"),
        ("next", "i4"),  # of the team's queue
        ("other", "i4"),  # of the person's list
        ("area", "i4"),
        ("segment", "i4"),
        ("at", "f8"),
        ("fate", "f8"),
        ("minutes", "f8"),  # with the patient
        ("arrived", "f8"),
        ("closed", "f8"),
    ],
    align=True,
)
ACUTE, FOLLOW_UP, HANDOVER = 0, 1, 2
ON_ITS_WAY, QUEUED, SERVED, ENDED = 0, 1, 2, 3
OPEN, VISITED, HOSPITAL, PASSED, DIED, ADMITTED_ELSE, NO_TEAM = 0, 1, 2, 3, 4, 5, 6
OUTCOMES = ("open", "visited", "hospital", "passed", "died", "admitted_for_another_need", "no_team")

EVENT = np.dtype([("at", "f8"), ("order", "i8"), ("kind", "i4"), ("a", "i4"), ("b", "i4")], align=True)
AHEAD = np.dtype([("at", "f8"), ("kind", "i4"), ("a", "i4")], align=True)  # an event that was drawn ahead
NEED, ARRIVE, DECIDE, DONE, SHIFT, SHIFT_END, DUE, HOME, DIE, PHASE, LEAVE, MEASURE = range(12)

# Places in `Sim.g.now` (whole numbers that change) …
EVENTS, HEAP_SIZE, ORDER_NO, REQUESTS, WAITING, FULL, FORESEEN = range(7)
# … in `Sim.g.clock` (floats that change) …
NOW, WAIT_INTEGRAL, WAIT_SINCE, SLOW, DAY_ENDS = range(5)
# … and what is counted from the first measured minute.
(
    C_NEEDS, C_REQUESTS, C_SUDDEN, C_AMBULANCE, C_EMERGENCY, C_EMERGENCY_HOME, C_ADMISSIONS, C_READMISSIONS,
    C_DISCHARGES, C_BED_DAYS, C_DEATHS, C_ENROLLED, C_LEFT, C_HANDOVERS, C_WRONG_DOOR, C_ROOM_JOINED, C_ROOM_LEFT,
    C_ROOM_HOURS, C_AVERTED, C_HANDOVER_HOURS, C_HANDOVERS_DONE, C_STAY_DAYS,
) = range(22)  # fmt: skip
COUNTS = 22

# Places in `Sim.g.number`.
(
    N_SHARED, N_BRIDGED, N_TRIAGE, N_ANSWER, N_HANDOVER, N_INTAKE_OPENS, N_INTAKE_CLOSES, N_INTAKE_WEEKENDS, N_FROM,
    N_TO, N_RATE_TOP, N_SEASON, N_ACUTE_MIN, N_PLANNED_MIN, N_SPREAD, N_LUNCH, N_LUNCH_AFTER, N_SICK,
    N_LOOK, N_SUDDEN, N_HOSPITAL_DAYS, N_PASSING_DAYS, N_SAME_DAY, N_RATIO, N_AVERTED, N_FOLLOWED, N_BED_SPREAD,
    N_PHASES, N_FRAILTY, N_DETOUR, N_TRAVEL, N_FIRST_DAY, N_JOINT,
) = range(33)  # fmt: skip
NUMBERS = 33
# Columns of `Sim.g.by_segment`.
S_NEEDS, S_HOSPITAL, S_ADMITTED, S_BED_DAYS, S_DEATHS, S_WISH = range(6)


GLOBAL = np.dtype(
    [
        ("key", "u8"),
        ("number", "f8", (NUMBERS,)),
        ("now", "i8", (7,)),
        ("clock", "f8", (5,)),
        ("count", "f8", (COUNTS,)),
        ("busy", "f8", (24,)),  # minutes by hour of the day
        ("staffed", "f8", (24,)),
        ("mix", "f8", (2, len(CHANNELS))),  # (office hours or not, channel): cumulated shares
        ("profile", "f8", (3, 24)),  # (class of day, hour): rate against the mean
        ("conditions", "f8", (len(CONDITIONS),)),  # cumulated shares
        ("by_segment", "f8", (len(SEGMENTS), 6)),
    ],
    align=True,
)


class Sim(NamedTuple):
    """One replication of one model: everything that the kernels read and write.

    What there is one of stands in the record `g`: few arrays make the compiler several times faster.
    """

    g: Any
    person: Any
    team: Any
    car: Any
    request: Any
    heap: Any
    foreseen: Any  # what happens to people whatever care does, in order of time
    draft: Any  # the same in order of persons, while it is made
    bucket: NDArray[np.int64]
    suits: NDArray[np.uint8]  # (condition, person, team)
    doors: NDArray[np.int64]  # (channel, rank): team, or NONE
    partner: NDArray[np.int64]  # (team, municipality): who comes along on joint visits, or NONE
    day_class: NDArray[np.int64]  # by day
    slow: NDArray[np.float64]  # by day: minutes on the road against summer's
