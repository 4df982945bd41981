"""Follow-up: what was done, whether it made a difference, and what cannot be said."""
