"""The planner's pages: the day, what has no place, a shift, a visit, and what is added to the day."""
