"""People, roles, teams, tokens and sign-in."""
