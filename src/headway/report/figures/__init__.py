"""Figures, drawn from results and curves."""
