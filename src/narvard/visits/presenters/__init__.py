"""Visits as pages show them: a person's stops, a planner's board, a note on its way to the journal."""
