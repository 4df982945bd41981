"""Questionnaires to patients, relatives and staff: anonymous, one answer per code, no way back to the person."""
