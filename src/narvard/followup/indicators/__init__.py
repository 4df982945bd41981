"""Indicators: reckoned by a task from what the work registered, kept as figures, read by pages."""
