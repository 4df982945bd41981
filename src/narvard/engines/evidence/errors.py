"""Named errors of the evidence engine: one line each, in words an analyst understands."""


class EvidenceError(ValueError):
    """Base of every error of this engine."""


class MissingColumnError(EvidenceError):
    """A column that the analysis needs is not in the table."""


class BadNumberError(EvidenceError):
    """A number that is missing, not finite, or outside what it may be."""


class BadTableError(EvidenceError):
    """A table whose columns are there but whose rows cannot be analysed (duplicates, wrong kinds of values)."""


class TooFewError(EvidenceError):
    """Too few rows, events, groups or periods for the method."""


class NoControlError(EvidenceError):
    """A controlled design was asked for, but one of its groups or periods is empty."""


class NotConvergedError(EvidenceError):
    """The model has no finite answer for these data (often: a group without a single event)."""


class UnknownChoiceError(EvidenceError):
    """A method, family or setting by a name that the engine does not know."""


class DataSetError(EvidenceError):
    """A published data set that cannot be read or does not look as published."""
