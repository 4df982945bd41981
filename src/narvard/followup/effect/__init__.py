"""Whether a programme made a difference: a controlled comparison, or an honest word that there is none."""
