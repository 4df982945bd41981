"""Pages of the joint intake, of teams that answer, and of those who send."""
