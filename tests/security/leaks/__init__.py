"""Random houses, what may be seen in them by the rule alone, and every surface of search to look at them through."""
