"""A server of the Model Context Protocol: a project as agents can read it.

Tools take names of stages, tables and rules, never paths. What others wrote is marked as quoted in
every answer; a value of a table leaves only where the server was started with `--samples`.
"""
