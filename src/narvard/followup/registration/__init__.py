"""Registration: what is missing for follow-up to be true, by unit, and telling the health centre of home nursing."""
