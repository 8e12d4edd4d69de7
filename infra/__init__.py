"""With what: the adapters to Postgres, NATS, Redis and the outside, and the program itself."""
