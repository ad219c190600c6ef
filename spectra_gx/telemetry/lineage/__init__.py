"""Lineage of runs as events of OpenLineage."""
