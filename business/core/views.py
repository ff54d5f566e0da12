"""What the site serves besides its pages."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers, patch_cache_control, patch_vary_headers
from django.views.decorators.cache import cache_control, never_cache
from wagtail.models import Page, Site
from wagtail.views import serve as wagtail_serve

from business.core import health
from business.core.migrated import is_migrated
from business.core.models import SiteSettings, WorkerSign
from business.core.styleguide import component_names, documentation, samples

__all__ = ["accent_css", "favicon", "front_door", "healthz", "readyz", "robots_txt", "serve_page", "styleguide"]

# Names of the addresses that belong to one person.
OF_ONE_PERSON = ("contact_receipt", "sender_page")


def front_door(request: HttpRequest) -> HttpResponse:
    """Lead ``/`` to the reader's language: the first that the browser asks for and the site has, else Swedish."""
    response = redirect(f"/{translation.get_language_from_request(request)}/")
    patch_vary_headers(response, ("Accept-Language",))
    response["Cache-Control"] = "private, max-age=0"
    return response


@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """The process lives."""
    return HttpResponse("ok", content_type="text/plain")


@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """The site can serve: the database answers and is migrated.

    The worker's last sign of life, and what protects the records and is missing, is reported but never fails the check:
    neither must stop intake.
    """
    answer: dict[str, object] = {"database": "ok", "migrations": "ok", "degraded": [], "worker": None}
    status = 200
    try:
        if not is_migrated():
            answer["migrations"], status = "pending", 503
        else:
            answer["degraded"] = health.degraded()
            if sign := WorkerSign.objects.first():
                age = (timezone.now() - sign.seen_at).total_seconds()
                answer["worker"] = {"seen_at": sign.seen_at.isoformat(), "seconds_ago": round(age)}
    except Exception as error:
        answer.update(database=type(error).__name__, migrations="unknown")
        status = 503
    return JsonResponse(answer, status=status)


def _below(name: str, code: str) -> str:
    """Return the address below which what belongs to one person stands, in this language."""
    token = "0" * 64
    with translation.override(code):
        return reverse(name, args=[token]).removesuffix(f"{token}/")


@cache_control(max_age=3600, public=True)
def robots_txt(request: HttpRequest) -> HttpResponse:
    """Let search engines read everything but the admin and what belongs to one person."""
    lines = [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /documents/",
        *(f"Disallow: {_below(name, code)}" for name in OF_ONE_PERSON for code, _name in settings.LANGUAGES),
        f"Sitemap: {request.build_absolute_uri('/sitemap.xml')}",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@cache_control(max_age=86400, public=True)
def favicon(request: HttpRequest) -> HttpResponsePermanentRedirect:
    """Browsers ask for it at the root whatever the page says."""
    return HttpResponsePermanentRedirect(static("img/favicon.ico"))


def accent_css(request: HttpRequest, version: str) -> HttpResponse:
    """The municipality's own accent colours as a stylesheet; its address changes with them."""
    site = Site.find_for_request(request)
    if site is None:
        raise Http404
    chosen = SiteSettings.for_site(site)
    css = f":root{{--accent-light:{chosen.accent};--accent-dark:{chosen.accent_dark}}}\n"
    response = HttpResponse(css, content_type="text/css; charset=utf-8")
    if version == chosen.accent_version:
        patch_cache_control(response, max_age=31536000, public=True, immutable=True)
    else:
        add_never_cache_headers(response)
    return response


def serve_page(request: HttpRequest, path: str) -> HttpResponseBase:
    """Serve a page, found by its whole address with one query; what is not found so takes Wagtail's own way."""
    site = Site.find_for_request(request)
    language = translation.get_language()
    if site is not None:
        for root in Site.get_site_root_paths():
            if root.site_id == site.pk and root.language_code == language:
                page = Page.objects.live().filter(url_path=f"{root.root_path}{path}").first()
                if page is not None:
                    request._wagtail_route_for_request = page.specific.route(request, [])
                break
    return wagtail_serve(request, path)


def styleguide(request: HttpRequest, component: str = "index") -> HttpResponse:
    """The living style guide: every component with samples, in Swedish. Outside production only."""
    if not settings.STYLEGUIDE_ENABLED or component not in {"index", *component_names()}:
        raise Http404
    with translation.override("sv"):
        context = {**samples(), "component": component, "about": documentation(component)}
        return render(request, f"styleguide/{component}.html", context)
