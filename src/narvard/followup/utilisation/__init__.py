"""Hospital care, deaths and moves from other systems: imported, linked by identity, kept apart from the record."""
