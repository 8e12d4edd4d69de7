"""Who trades: one file per kind of participant."""
