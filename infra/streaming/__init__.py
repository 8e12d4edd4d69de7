"""The log as it grows, once for each process, for everything that follows it live."""
