"""Where a sign-in comes from, for the throttle."""

from __future__ import annotations

import ipaddress

from django.http import HttpRequest

__all__ = ["address_seen_by_proxy"]


def address_seen_by_proxy(request: HttpRequest) -> str | None:
    """Return the address that the one proxy before us saw, or the proxy's own when it tells none.

    It is the last entry of ``X-Forwarded-For``, which the proxy adds; what stands before it the client can make up.
    """
    told = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
    try:
        return str(ipaddress.ip_address(told))
    except ValueError:
        return request.META.get("REMOTE_ADDR") or None
