"""Who may use the page's calls: pages of this stack, and programs on this machine.

Anybody gets a token for any uid, so a page of another site that is open in the same browser must not ask for one. Such
a page can send requests to 127.0.0.1, and by DNS rebinding even under its own name: the browser then takes the stack
for a part of that site. So the address must be one that no other site can have, and the page must come from it.
"""

import ipaddress
from urllib.parse import urlsplit

from aiohttp import web


def refusal(request: web.Request, own_host: str) -> str:
    """Why this request is refused; "" if it is not. `own_host` is the name that the stack was told to listen on."""
    host = request.headers.get("Host", "")
    if not _is_of_this_machine(_name(host), own_host):
        return f"this page is served as localhost or by an IP address, and not as {host!r}\n"
    origin = request.headers.get("Origin")
    if origin is not None:
        # Pages name it in each POST and each WebSocket; it is under the name of `host`, which is not another site's.
        return "" if origin.lower() in _origins(host) else f"this is only for the page of this stack, not {origin!r}\n"
    if request.headers.get("Sec-Fetch-Site", "none") not in {"none", "same-origin"}:
        return "this is only for the page of this stack\n"
    return ""


def _origins(host: str) -> set[str]:
    """A proxy may stand before the stack and speak TLS."""
    return {f"http://{host.lower()}", f"https://{host.lower()}"}


def _is_of_this_machine(name: str, own_host: str) -> bool:
    """An IP address is nobody's name, and names under localhost never leave the machine (RFC 6761, section 6.3)."""
    if name in {"localhost", own_host.lower()} or name.endswith(".localhost"):
        return name != ""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _name(host: str) -> str:
    """The name of a Host header, without the port; "" if it is none."""
    try:
        parts = urlsplit(f"//{host}")
        return (parts.hostname or "") if parts.netloc == host and parts.username is None else ""
    except ValueError:
        return ""
