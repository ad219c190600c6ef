"""Data contracts that are really checked, on Great Expectations and Delta."""
