"""What the processes do: one module, one role, all with the same `run`."""
