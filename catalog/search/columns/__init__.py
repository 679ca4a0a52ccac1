"""The same column everywhere: which tables have a column of a name, and what it holds in each."""
