"""Several ways to end: cumulative incidence, Gray's test, Fine-Gray (domain.md 9.5)."""
