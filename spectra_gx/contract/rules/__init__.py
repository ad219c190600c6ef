"""The rule kinds, and the expectations of GX that a contract may name."""
