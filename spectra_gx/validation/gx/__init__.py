"""Great Expectations: the only package that knows its internals."""
