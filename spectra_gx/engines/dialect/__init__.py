"""What engines agree on in SQL, and how it is written where they do not."""
