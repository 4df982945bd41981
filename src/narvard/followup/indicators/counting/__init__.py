"""Counters: each reads one room's rows of a period, grouped by the database, and adds to the tally."""
