"""The study file: what to derive, analyse and report, in TOML.

An error names the file, the line, the key, what is allowed and the nearest valid word.
"""

from headway.study.load import load
from headway.study.parts import Study

__all__ = ["Study", "load"]
