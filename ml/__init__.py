"""What the numbers suggest: features and models. Knows nothing of the rest."""
