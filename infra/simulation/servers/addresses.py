"""Which addresses may be called: this machine alone, so that nothing made up leaves it."""

import ipaddress

from yarl import URL


def is_loopback(url: URL) -> bool:
    """Whether the URL's host is this machine, by name or by address."""
    if url.host in (None, ""):
        return False
    if url.host == "localhost":
        return True
    try:
        return ipaddress.ip_address(url.host or "").is_loopback
    except ValueError:
        return False
