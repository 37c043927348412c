"""Mistakes that a user can mend: shown as one message, never as a traceback."""


class HeadwayError(Exception):
    """Base of every error that is the input's or the command's, not ours."""


class RecordError(HeadwayError):
    """The record cannot be read at all: a missing file, an unknown format."""


class StudyError(HeadwayError):
    """The study file says something that Headway does not understand."""
