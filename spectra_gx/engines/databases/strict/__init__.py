"""Dialects that are closed: each kind of node is written out, or refused."""
