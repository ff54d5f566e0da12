"""The page where a company asks."""

from __future__ import annotations

import json
from dataclasses import replace
from http import HTTPMethod
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page, Site

from business.core.errors import error_page
from business.core.models import BasePage, originals
from business.core.panels import RegisterSelect
from business.core.rich_text import INLINE
from business.core.sent_plan import LONGEST_TOKEN
from business.core.translation import active_locale_code, facts, source_page, texts
from business.inbox.files import sendable
from business.inbox.services import ContactRequest, receipt_token, receive, sender_in
from business.inbox.suspicion import assess

from .forms import BROKEN_PLAN, ContactForm
from .uploads import accept_bounded, keep_files

__all__ = ["ContactPage"]

LONGEST_PATH = 400


class ContactPage(BasePage):
    """The contact form. What is sent becomes a case in the inbox, and nothing of it stays on the page."""

    intro = RichTextField(_("introduction"), features=INLINE, blank=True)
    notice = RichTextField(
        _("notice on personal data"),
        features=INLINE,
        help_text=_(
            "Who is responsible, why, on what legal ground, and that the message becomes a public record. "
            "The wording that a sender saw is kept with the case."
        ),
    )
    receipt_next = RichTextField(
        _("what happens next"), features=INLINE, blank=True, help_text=_("Shown on the receipt.")
    )
    topic_of_plans = models.ForeignKey(
        "inbox.Topic",
        verbose_name=_("topic of opening plans"),
        null=True,
        blank=True,
        limit_choices_to=originals,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_(
            "Chosen in the form for whoever brings an opening plan along, who can choose another. Without one they choose "
            "themselves, as everybody does."
        ),
    )

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("intro"),
        MultiFieldPanel(
            [FieldPanel("notice"), FieldPanel("receipt_next")], heading=_("At the form and on the receipt")
        ),
        RegisterSelect("topic_of_plans"),
    ]
    translatable_fields = [
        *BasePage.translatable_fields,
        *texts("intro", "notice", "receipt_next"),
        *facts("topic_of_plans"),
    ]
    template = "contact/contact_page.html"
    parent_page_types = ["home.HomePage"]
    subpage_types: list[str] = []
    max_count_per_parent = 1
    page_description = _("The contact form. There is one in each language.")
    allowed_http_methods = [HTTPMethod.GET, HTTPMethod.HEAD, HTTPMethod.OPTIONS, HTTPMethod.POST]
    schema_type = "ContactPage"

    class Meta:
        verbose_name = _("contact page")
        verbose_name_plural = _("contact pages")

    def check_request_method(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase | None:
        """Answer another method with 405 in the site's own look."""
        refusal = super().check_request_method(request, *args, **kwargs)
        if refusal is None:
            return None
        response = error_page(request, 405)
        response["Allow"] = refusal["Allow"]
        return response

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST":
            return accept_bounded(request, self.accept)
        return self.show(request, self.empty_form(request))

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponseBase:
        return self.show(request, ContactForm())

    def empty_form(self, request: HttpRequest) -> ContactForm:
        """Return the form as the address starts it. A plan brings its topic, unless the address names another."""
        form = ContactForm(initial=self.initial(request))
        if form.shown_plan and not form.initial["topic"] and (topic := source_page(self).topic_of_plans):
            form.initial["topic"] = topic.slug
        return form

    def initial(self, request: HttpRequest) -> dict[str, str]:
        """Start from what the address says: the topic, the page that the reader came from, and perhaps a plan."""
        said = request.GET
        return {"topic": said.get("topic", "")[:60], "source": self.source_of(request), "plan": said.get("plan", "")}

    def kept_query(self, request: HttpRequest) -> str:
        """Return what the form starts from, for its address in another language."""
        sent = request.POST if request.method == "POST" else request.GET
        named = [(name, sent.get(name, "")) for name in ("topic", "plan")]
        kept = [(name, value) for name, value in named if value and len(value) <= LONGEST_TOKEN]
        return f"?{urlencode(kept)}" if kept else ""

    def source_of(self, request: HttpRequest) -> str:
        """Return the path on this site that the reader came from, or nothing."""
        named = request.GET.get("from") or request.headers.get("referer", "")
        try:
            parts = urlsplit(named)
        except ValueError:
            return ""
        same_site = parts.netloc in ("", request.get_host()) and parts.path.startswith("/")
        is_other_page = parts.path != self.get_url(request)
        return parts.path if same_site and is_other_page and len(parts.path) <= LONGEST_PATH else ""

    def show(self, request: HttpRequest, form: ContactForm, status: int = 200) -> HttpResponse:
        plan = form.shown_plan
        context = {
            **self.get_context(request),
            "form": form,
            "asks_about": "" if plan else self.asks_about(request, form),
            "plan": plan and plan.in_language(active_locale_code()),
            "today": timezone.localdate(),
            "broken_plan": BROKEN_PLAN if form.plan_is_broken and not form.is_bound else "",
        }
        response = render(request, self.get_template(request), context, status=status)
        # The key in the form belongs to one visitor.
        add_never_cache_headers(response)
        return response

    def asks_about(self, request: HttpRequest, form: ContactForm) -> str:
        """Return the title of the page that the reader comes from; the home page says nothing of the matter."""
        path = str(form["source"].value() or "")
        return self.named_source(request, path)[0] if path.strip("/").count("/") else ""

    def accept(self, request: HttpRequest) -> HttpResponse:
        """Store what was sent and lead to the receipt, or show the form again with everything that was typed."""
        form = ContactForm(request.POST, request.FILES)
        form.full_clean()
        keep_files(form, request)
        if not form.is_valid():
            return self.show(request, form, status=422)
        data, key = form.cleaned_data, form.submission_key
        title, address = self.named_source(request, data["source"])
        contact_request = ContactRequest(
            topic=data["topic"],
            text=data["message"],
            **sender_in(data),
            language=self.locale.language_code,
            source_title=title,
            source_url=address,
            notice_text=self.notice,
            submission_key=key.value,
            original=self.as_it_arrived(request, form),
            attachments=sendable(key.value),
            plan=form.sent_plan,
        )
        now = timezone.now()
        suspicion = assess(contact_request, open_for=now - key.drawn_at, trapped=key.trapped, at=now)
        case = receive(replace(contact_request, suspicion=suspicion), at=now)
        # What waits in quarantine tells nobody that it is a case of its own.
        shown = (not case.quarantine_reason and case.submission_key) or key.value
        # 303, so that reloading the receipt never sends the form again.
        return HttpResponseRedirect(reverse("contact_receipt", args=[receipt_token(shown)]), status=303)

    @staticmethod
    def as_it_arrived(request: HttpRequest, form: ContactForm) -> bytes:
        """Return the fields as the browser sent them; a plan that the sender took out of the form is not kept."""
        left_out = {"key"} if form.sent_plan else {"key", "plan"}
        fields = {k: v for k, v in request.POST.lists() if k in form.fields and k not in left_out}
        return json.dumps(fields, ensure_ascii=False).encode()

    def named_source(self, request: HttpRequest, path: str) -> tuple[str, str]:
        """Return title and address of the page that the request was sent from, as they are now.

        ``path`` comes from the visitor's browser. Only one that leads to a live page of this site is kept, so that
        nobody can put an address of their own before the coordinator's eyes.
        """
        site = Site.find_for_request(request)
        language, *rest = [part for part in path.split("/") if part] or [""]
        if site is None or not path.startswith("/") or len(path) > LONGEST_PATH:
            return "", ""
        home = site.root_page.get_translations(inclusive=True).filter(locale__language_code=language).first()
        if home is None:
            return "", ""
        url_path = home.url_path + "".join(f"{part}/" for part in rest)
        page = Page.objects.live().public().filter(url_path=url_path).first()
        return (page.title, page.get_full_url(request) or "") if page else ("", "")
