"""What is derived from the record: tables that `derive` writes and `analyse` reads."""
