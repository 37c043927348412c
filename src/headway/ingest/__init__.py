"""Files of any kind -> a checked Record."""
