"""Record -> derived tables: functions from LazyFrame to LazyFrame, one topic a file."""
