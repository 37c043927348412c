"""Facts of the field as data files, each row with its source, and the functions that load them."""
