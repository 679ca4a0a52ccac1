"""Benchmarks: `python -m tests.bench NAME [--quick]`. Each starts its own servers and prints figures beside goals."""
