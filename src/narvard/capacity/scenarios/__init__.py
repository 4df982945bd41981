"""Scenarios: an edited copy of an operating model, run by the digital twin against another, and kept with a link."""
