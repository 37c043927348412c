"""Tables: results -> rows of text, one file a topic. Each number keeps the row of the results it shows."""
