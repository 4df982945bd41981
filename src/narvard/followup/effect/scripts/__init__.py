"""The analyses, each one file that also runs alone on the table of a study."""
