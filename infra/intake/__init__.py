"""From raw transactions to events in the log."""
