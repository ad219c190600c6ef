"""Zephyr Enterprise: client, response shapes, endpoint catalogue and sandbox."""
