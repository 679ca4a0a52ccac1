"""Writing people, teams, tokens and sessions."""
