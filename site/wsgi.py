"""WSGI entry: ``gunicorn config.wsgi``; the production settings unless told otherwise."""

import os
import re
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

_CHARSET = re.compile(r";\s*charset\s*=\s*[^;]*", re.IGNORECASE)
_site = get_wsgi_application()


def application(environ: dict[str, Any], start_response: Any) -> Any:
    """Serve the site, which reads UTF-8 whatever a request says of itself.

    Django looks up the charset that a request names before any middleware runs, and an odd one (``zlib``, ``idna``)
    would end in a bare 500.
    """
    environ["CONTENT_TYPE"] = _CHARSET.sub("", environ.get("CONTENT_TYPE") or "")
    return _site(environ, start_response)
