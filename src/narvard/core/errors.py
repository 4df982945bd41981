"""Errors a person can read. Each refusal is a named subclass defined beside the action that raises it."""


class NarvardError(Exception):
    """Base of all our errors; ``str(error)`` is a sentence for the user."""


class Refused(NarvardError):
    """An action was refused by a rule of care; the message says which, in words a nurse understands."""


class Stale(NarvardError):
    """The page was older than the record; nothing was changed."""
