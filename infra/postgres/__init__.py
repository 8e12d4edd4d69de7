"""Adapters to Postgres: the log, the inbox, and what is kept beside them."""
