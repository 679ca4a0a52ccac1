"""Saved searches: kept by a person, looked through again under their rights, and told of when something new matches."""
