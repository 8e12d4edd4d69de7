"""Running projections: where their events come from, and who runs which."""
