"""Connections to warehouses, their credentials and capabilities."""
