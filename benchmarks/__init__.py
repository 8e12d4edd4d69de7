"""Measures what is promised: one file per figure, each a ratio within one run."""
