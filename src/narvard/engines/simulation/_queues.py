"""Event heap and the lists of those who wait."""

import math

from narvard.engines.simulation._compile import kernel
from narvard.engines.simulation._layout import (
    FULL,
    HEAP_SIZE,
    N_FROM,
    NONE,
    NOW,
    ORDER_NO,
    QUEUED,
    WAIT_INTEGRAL,
    WAIT_SINCE,
    WAITING,
    Sim,
)


@kernel
def push(s: Sim, at: float, kind: int, a: int, b: int) -> None:
    """Put an event into the heap; equal times keep the order in which they were put."""
    if math.isinf(at):
        return
    size = s.g.now[HEAP_SIZE]
    if size >= len(s.heap):
        s.g.now[FULL] = 1
        return
    order = s.g.now[ORDER_NO]
    s.g.now[ORDER_NO] = order + 1
    s.g.now[HEAP_SIZE] = size + 1
    heap = s.heap
    i = size
    while i > 0:
        up = (i - 1) >> 1
        if heap[up].at <= at:
            break
        heap[i] = heap[up]
        i = up
    heap[i].at = at
    heap[i].order = order
    heap[i].kind = kind
    heap[i].a = a
    heap[i].b = b


@kernel
def pop(s: Sim) -> int:
    """Take the first event off the heap; it stands in the place behind the last one."""
    heap = s.heap
    size = s.g.now[HEAP_SIZE] - 1
    s.g.now[HEAP_SIZE] = size
    at, order, kind, a, b = heap[0].at, heap[0].order, heap[0].kind, heap[0].a, heap[0].b
    last_at, last_order = heap[size].at, heap[size].order
    i = 0
    while True:
        down = 2 * i + 1
        if down >= size:
            break
        right = down + 1
        if right < size and (
            heap[right].at < heap[down].at or (heap[right].at == heap[down].at and heap[right].order < heap[down].order)
        ):
            down = right
        if last_at < heap[down].at or (last_at == heap[down].at and last_order < heap[down].order):
            break
        heap[i] = heap[down]
        i = down
    heap[i] = heap[size]
    heap[size].at = at
    heap[size].order = order
    heap[size].kind = kind
    heap[size].a = a
    heap[size].b = b
    return int(size)


@kernel
def waiting_changes(s: Sim, step: int) -> None:
    """Count who waits, and add the time that as many as before waited (from the first measured minute)."""
    now = s.g.clock[NOW]
    since = max(s.g.clock[WAIT_SINCE], s.g.number[N_FROM])
    if now > since:
        s.g.clock[WAIT_INTEGRAL] += s.g.now[WAITING] * (now - since)
    s.g.clock[WAIT_SINCE] = now
    s.g.now[WAITING] += step


@kernel
def queue_acute(s: Sim, r: int) -> None:
    """Put a request last in its team's queue of the same urgency."""
    q = s.request[r]
    k, urgent = q.team, q.urgent
    q.status = QUEUED
    q.next = NONE
    if s.team[k].tail[urgent] == NONE:
        s.team[k].head[urgent] = r
    else:
        s.request[s.team[k].tail[urgent]].next = r
    s.team[k].tail[urgent] = r
    s.team[k].queued += 1


@kernel
def first_acute(s: Sim, k: int, urgent: int) -> int:
    """The first request of the queue that still waits, or NONE; those that ended meanwhile are dropped."""
    while s.team[k].head[urgent] != NONE:
        r = s.team[k].head[urgent]
        if s.request[r].status == QUEUED:
            return int(r)
        unqueue_first(s, k, urgent)
    return NONE


@kernel
def unqueue_first(s: Sim, k: int, urgent: int) -> None:
    """Drop the first request of a queue."""
    s.team[k].head[urgent] = s.request[s.team[k].head[urgent]].next
    if s.team[k].head[urgent] == NONE:
        s.team[k].tail[urgent] = NONE


@kernel
def queue_planned(s: Sim, p: int) -> None:
    """Put a person last among those of the team whose planned visit is due."""
    person, team = s.person[p], s.team[s.person[p].team]
    person.queued = 1
    person.due_next = NONE
    person.due_prev = team.due_tail
    if team.due_tail == NONE:
        team.due_head = p
    else:
        s.person[team.due_tail].due_next = p
    team.due_tail = p


@kernel
def unqueue_planned(s: Sim, p: int) -> None:
    """Take a person out of the list of planned visits, wherever in it."""
    person, team = s.person[p], s.team[s.person[p].team]
    if person.due_prev == NONE:
        team.due_head = person.due_next
    else:
        s.person[person.due_prev].due_next = person.due_next
    if person.due_next == NONE:
        team.due_tail = person.due_prev
    else:
        s.person[person.due_next].due_prev = person.due_prev
    person.queued = 0


@kernel
def join_room(s: Sim, p: int, k: int) -> None:
    """Let a person wait for a place with a team."""
    person, team = s.person[p], s.team[k]
    person.waits_for = k
    person.room_since = s.g.clock[NOW]
    person.room_next = NONE
    person.room_prev = team.room_tail
    if team.room_tail == NONE:
        team.room_head = p
    else:
        s.person[team.room_tail].room_next = p
    team.room_tail = p
    team.room += 1


@kernel
def leave_room(s: Sim, p: int) -> None:
    """Take a person out of the waiting room, wherever in it."""
    person = s.person[p]
    team = s.team[person.waits_for]
    if person.room_prev == NONE:
        team.room_head = person.room_next
    else:
        s.person[person.room_prev].room_next = person.room_next
    if person.room_next == NONE:
        team.room_tail = person.room_prev
    else:
        s.person[person.room_next].room_prev = person.room_prev
    person.waits_for = NONE
    team.room -= 1
