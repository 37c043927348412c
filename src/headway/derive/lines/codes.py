"""Whole numbers for what the scan decides, so that it can run on arrays."""

# Settings, as places in `SETTINGS`.
CURATIVE, PALLIATIVE, NOT_KNOWN = range(3)

# Why a row starts a line, the strongest first.
FIRST = 0
SETTING = 1
RECURRENCE = 2
NEW_AFTER_PD = 3
SWAP_AFTER_PD = 4
RESUMED_AFTER_PD = 5
NEW_AGENT = 6
AFTER_GAP = 7
NUMBERED = 8

# Why a row belongs to the line in progress.
STARTS_NO_LINE = 10
STARTS_WITH = 10
IN_WINDOW = 11
CONTINUES = 12
SWAP = 13
SWITCH_MAINTENANCE = 14
RESUMED = 15
SAME_PLAN = 16
