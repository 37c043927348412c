"""Survival statistics on one risk-set table."""
