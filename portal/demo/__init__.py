"""The demo: a company warehouse to catalogue, and the people and domains that make the portal look lived in."""
