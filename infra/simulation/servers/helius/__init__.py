"""Helius: webhook management, deliveries and enhanced transactions."""
