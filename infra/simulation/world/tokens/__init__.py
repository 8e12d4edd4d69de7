"""How tokens are launched and how they end."""
