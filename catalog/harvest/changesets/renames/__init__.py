"""Renames and moves: found by comparing what went with what came, offered, and carried over when accepted."""
