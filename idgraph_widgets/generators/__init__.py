"""One kernel per table: pure functions of a context and columns, in numpy and Arrow; no engine."""
