"""Jira: client, response shapes, endpoint catalogue and sandbox, of Data Center and of Cloud."""
