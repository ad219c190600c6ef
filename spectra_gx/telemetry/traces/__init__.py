"""Traces of runs: a span for a run, its steps and its tables."""
