"""Derived tables -> results: one method a file."""
