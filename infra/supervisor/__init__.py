"""Child processes that start together, come back when they die, and end with us."""
