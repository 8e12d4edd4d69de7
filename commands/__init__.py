"""What may be asked: commands, their handlers, and the ports they need."""
