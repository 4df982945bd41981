"""Dimensioning and scenarios: how many teams, and what another way of working would do."""
