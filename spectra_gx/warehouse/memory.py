"""How much of a table's values questions to it may hold at once."""

MEGABYTES = 128
"""Unless somebody says otherwise: a check of any table then stays well under a gigabyte."""

LEAST_MEGABYTES = 32
"""With less, nothing can be grouped or sorted by way of the disk either."""
