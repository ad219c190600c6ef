"""Find what keeps a project from working, and how to fix it; nothing is changed."""
