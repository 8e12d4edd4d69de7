"""What can be seen: projections that fold the log into views, and the queries that read them."""
