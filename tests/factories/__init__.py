"""Test data, stored for real."""
