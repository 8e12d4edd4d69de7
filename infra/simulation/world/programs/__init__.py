"""One file per on-chain program: its instructions, their effects, logs and events."""
