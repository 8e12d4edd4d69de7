"""One file per venue: how that program's instructions and events say what was traded."""
