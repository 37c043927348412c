"""Comparisons of groups that were not made by chance: propensity, weights, balance (domain.md 9.4)."""
