"""Results -> the sections of the report, one file a topic."""
