"""A Telegram Bot API server with people one can speak for."""
