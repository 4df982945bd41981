"""The mobile team's pages: my day, a visit, its note, my week."""
