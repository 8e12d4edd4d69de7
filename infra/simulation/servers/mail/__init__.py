"""An SMTP sink: it takes every mail and shows it."""
