"""Närvård: one mobile collaboration system for care at home."""

__version__ = "0.1.0"
