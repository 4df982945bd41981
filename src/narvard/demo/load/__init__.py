"""From the synthetic area to the database: rooms' actions for today's work, bulk rows for the stock behind it."""
