"""Where secrets are kept, and what issues credentials: one module each."""
