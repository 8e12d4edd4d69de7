"""Views kept in Postgres: a schema for each, its checkpoint inside."""
