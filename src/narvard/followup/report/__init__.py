"""The monthly report for the steering group: made once, kept, and the same as page, PDF and spreadsheet."""
