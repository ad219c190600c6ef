"""What keeps a project from working here, and how to mend it: nothing is changed by looking."""
