"""Metrics, traces and lineage: listeners of the events of runs and checks, each off unless set."""
