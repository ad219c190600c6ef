"""What a project declares about its builders: read as text, and checked before anything is run."""
