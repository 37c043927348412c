"""What tables exist: source tables, derived tables, results, findings."""
