"""Secrets: sealing of personal data, passwords, access tokens, API keys."""
