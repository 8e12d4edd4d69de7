"""Stories that a test can put into a world in one line each."""
