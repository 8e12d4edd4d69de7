"""The API's port: the asked-for one or nothing, the usual one or a free one."""

from collections.abc import Callable

from infra.embedded.ports import free_port, is_free
from infra.settings import DEFAULT_PORT, Settings
from infra.supervisor.errors import PortTaken


def choose_port(settings: Settings, say: Callable[[str], None]) -> int:
    """Raises PortTaken when the settings name a port that somebody else has."""
    if settings.port is not None:
        if is_free(settings.host, settings.port):
            return settings.port
        problem = f"port {settings.port} on {settings.host} is taken{_by_whom(settings.port)}"
        raise PortTaken(problem, "Stop that program, or choose another port with --port.")
    if is_free(settings.host, DEFAULT_PORT):
        return DEFAULT_PORT
    port = free_port(settings.host)
    say(f"port {DEFAULT_PORT} is taken{_by_whom(DEFAULT_PORT)}; using {port}")
    return port


def _by_whom(port: int) -> str:
    """ " by process 12 (nginx)", or nothing where the system does not tell."""
    import psutil  # only when something is in the way

    try:
        for connection in psutil.net_connections("tcp"):
            listens = connection.status == psutil.CONN_LISTEN
            if listens and connection.laddr and connection.laddr.port == port and connection.pid:
                name = psutil.Process(connection.pid).name()
                return f" by process {connection.pid} ({name})"
    except (psutil.Error, OSError):
        pass
    return ""
