"""Read changes from git and GitHub: commits, files, pull requests."""
