"""A disease model that writes a synthetic record whose truth is known."""
