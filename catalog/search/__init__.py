"""The index of assets, facets and suggestions."""
