"""What git and GitHub know of a change: commits, files, pull requests."""
