"""Real servers that tests and benches start; nothing is installed here."""
