"""The verbs as plain functions; the command line and the app are doors to them."""

from headway.run.deidentify import read_key
from headway.run.verbs import Explained, Outcome, check, explain, new, run, schema, template, write_findings

__all__ = [
    "Explained",
    "Outcome",
    "check",
    "explain",
    "new",
    "read_key",
    "run",
    "schema",
    "template",
    "write_findings",
]
