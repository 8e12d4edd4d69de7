"""The stream: what happens, as it happens, to whoever asked for it."""
