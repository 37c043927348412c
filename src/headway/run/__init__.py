"""The verbs as plain functions; the command line and the app are doors to them."""

from headway.run.deidentify import read_key
from headway.run.verbs import Explained, Outcome, check, explain, run, template, write_findings

__all__ = ["Explained", "Outcome", "check", "explain", "read_key", "run", "template", "write_findings"]
