"""Runs and checks that the service was asked for, each in a process beside the server."""
