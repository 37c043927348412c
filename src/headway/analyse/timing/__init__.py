"""Groups that form after time zero: immortal time found, refused, and dealt with (domain.md 9.6)."""
