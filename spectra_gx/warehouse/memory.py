"""How much memory the queries of a table may use."""

MEGABYTES = 128
"""The default: a check of any table then stays well under a gigabyte."""

LEAST_MEGABYTES = 32
"""With less, nothing can be grouped or sorted by way of the disk either."""
