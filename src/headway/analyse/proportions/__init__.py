"""Proportions, alone and compared; the method is always named (domain.md 9.1)."""

from headway.analyse.proportions.single import Method as Method
from headway.analyse.proportions.single import proportion as proportion
