"""How it is asked and shown: REST, stream, webhooks and health over HTTP."""
