"""Cox's proportional-hazards model and what is read from it.

The modules that compute are compiled by numba, whose import takes half a second: import them from
where they are used, not at the start of a command.
"""
