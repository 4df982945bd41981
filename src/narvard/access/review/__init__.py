"""Systematic log review (PDL 2008:355 4 kap. 3 §): which accesses to look at, why, and what came of it."""
