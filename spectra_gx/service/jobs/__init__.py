"""Runs and checks that were requested, each in a process beside the server."""
