"""Credentials by name: declared in pyproject.toml, with the secrets wherever they are kept."""
