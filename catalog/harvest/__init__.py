"""Harvest runs: extract, stage, diff and apply what a source holds."""
