"""Every address of the site."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path
from django.views.decorators.csrf import csrf_exempt
from django.views.static import serve
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.contrib.sitemaps.views import sitemap
from wagtail.documents import urls as wagtaildocs_urls

from business.contact import urls as contact_urls
from business.core import views as core
from business.core.sitemap import PageSitemap
from business.inbox.views.operations import monitor
from business.news import urls as news_urls
from search import urls as search_urls

urlpatterns = [
    path("", core.front_door, name="front_door"),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("healthz", core.healthz, name="healthz"),
    path("readyz", core.readyz, name="readyz"),
    path("operations.json", monitor, name="monitor"),
    path("robots.txt", core.robots_txt, name="robots_txt"),
    path("favicon.ico", core.favicon, name="favicon"),
    path("sitemap.xml", sitemap, {"sitemaps": {"pages": PageSitemap}}, name="sitemap"),
    path("accent-<slug:version>.css", core.accent_css, name="accent_css"),
]

if settings.STYLEGUIDE_ENABLED:
    urlpatterns += [
        path("styleguide/", core.styleguide, name="styleguide"),
        path("styleguide/<slug:component>/", core.styleguide, name="styleguide_component"),
    ]

if settings.SERVE_MEDIA:
    urlpatterns += [
        re_path(rf"^{settings.MEDIA_URL.lstrip('/')}(?P<path>.*)$", serve, {"document_root": settings.MEDIA_ROOT}),
    ]

urlpatterns += i18n_patterns(
    path("", include(search_urls)),
    path("", include(contact_urls)),
    path("", include(news_urls)),
    # Wagtail's own addresses but the last, which serves pages: ours follows.
    path("", include(wagtail_urls.urlpatterns[:-1])),
    # The only public form is protected by its own signed key, not by a cookie: see docs/adr on the contact form.
    re_path(wagtail_urls.serve_pattern, csrf_exempt(core.serve_page), name="wagtail_serve"),
)

handler400 = "business.core.errors.bad_request"
handler403 = "business.core.errors.permission_denied"
handler404 = "business.core.errors.page_not_found"
handler500 = "business.core.errors.server_error"
