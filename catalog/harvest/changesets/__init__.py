"""A run as a change set: planned, held for approval, applied, undone; renames found and carried over."""
