"""Contract SQL: hostile until proven a single SELECT over declared tables, then typed."""
