"""Results -> figures, tables, document. Nothing is computed here: every number is a row of the results."""
