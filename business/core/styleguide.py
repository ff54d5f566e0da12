"""The living style guide: which components there are, what each needs, and samples to show them with."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from wagtail.images import get_image_model
from wagtail.models import Locale, Page

__all__ = ["component_names", "documentation", "samples"]

_COMMENT = re.compile(r"\{#\s*(.*?)\s*#\}", re.DOTALL)
_NOT_A_COMPONENT = {"base", "index"}


def component_names() -> list[str]:
    """Return the components that have a page in the guide, in alphabetical order."""
    folder = Path(settings.BASE_DIR) / "templates" / "styleguide"
    return sorted(path.stem for path in folder.glob("*.html") if path.stem not in _NOT_A_COMPONENT)


def documentation(component: str) -> str:
    """Return the comment at the top of the component's template: what it is and which variables it takes."""
    for name in (f"components/{component}.html", f"styleguide/{component}.html"):
        try:
            source = get_template(name).template.source
        except TemplateDoesNotExist:
            continue
        if found := _COMMENT.search(source):
            return found.group(1)
    return ""


class SampleForm(forms.Form):
    """One field of each sort."""

    name = forms.CharField(label="Namn", help_text="Så som vi ska kalla dig när vi svarar.")
    email = forms.EmailField(label="E-postadress")
    phone = forms.CharField(label="Telefon", required=False)
    topic = forms.ChoiceField(label="Vad gäller det?", choices=[("", "Välj ämne"), ("permit", "Tillstånd och regler")])
    message = forms.CharField(label="Ditt meddelande", widget=forms.Textarea)
    reply_by = forms.ChoiceField(
        label="Hur vill du ha svar?",
        choices=[("email", "Med e-post"), ("phone", "Per telefon")],
        widget=forms.RadioSelect,
    )


class SampleFilter(forms.Form):
    trade = forms.ChoiceField(label="Bransch", required=False, choices=[("", "Alla branscher"), ("cafe", "Kafé")])
    scope = forms.ChoiceField(label="Räckvidd", required=False, choices=[("", "Alla"), ("town", "Kommunen")])


def _page(title: str, **texts: str) -> Page:
    """Return a page that is in no tree, for templates that link to it."""
    page = Page(title=title, locale=Locale(language_code="sv"))
    page.__dict__.update(texts, get_url=lambda *_args, **_options: "#")
    return page


def _price(amount: int) -> SimpleNamespace:
    sum_of = Decimal(amount)
    return SimpleNamespace(lowest=sum_of, highest=sum_of, is_known=True, is_free=False, is_range=False, per="")


def _guide_card(title: str, summary: str, **facts: Any) -> SimpleNamespace:
    usual = {
        "kind": "permit",
        "kind_label": "Tillstånd",
        "main_fee": True,
        "price": _price(9500),
        "costs_more": False,
        "is_free": False,
        "main_time": SimpleNamespace(kind="usual", counted_from="complete", amount=8, span="2–8 veckor"),
        "notice_beside": None,
    }
    return SimpleNamespace(
        page=_page(title=title, summary=summary),
        area=SimpleNamespace(name="Servering av alkohol"),
        **{**usual, **facts},
    )


def samples() -> dict[str, Any]:
    """Return sample data for every page of the guide."""
    picture = get_image_model().objects.first()
    day = dt.date(2026, 10, 5)
    return {
        "components": [(name, documentation(name)) for name in component_names()],
        "icons": re.findall(r'id="([a-z-]+)"', (Path(settings.BASE_DIR) / "site/static/img/icons.svg").read_text()),
        "sample_day": day,
        "sample_picture": picture,
        "sample_form": SampleForm(prefix="empty"),
        "sample_form_with_errors": SampleForm({"broken-email": "kim@"}, prefix="broken"),
        "sample_filter": SampleFilter({"trade": "cafe"}, auto_id="filter-%s"),
        "sample_results": Paginator(range(100), 12).page(3),
        "sample_trail": [
            SimpleNamespace(title="Start", url="#"),
            SimpleNamespace(title="Tillstånd och regler", url="#"),
        ],
        "sample_navigation": [
            SimpleNamespace(title="Tillstånd och regler", url="#", current="true"),
            SimpleNamespace(title="Nätverk", url="#", current=""),
            SimpleNamespace(title="Nyheter", url="#", current=""),
        ],
        "sample_languages": [
            SimpleNamespace(code="sv", name="Svenska", url="#", current=True, missing=False),
            SimpleNamespace(code="en", name="English", url="#", current=False, missing=False),
        ],
        "sample_languages_missing": [
            SimpleNamespace(code="en", name="English", url="#", current=False, missing=True),
        ],
        "sample_steps": [
            SimpleNamespace(
                title="Registrera livsmedelsanläggningen", text="<p>Senast två veckor innan du öppnar.</p>"
            ),
            SimpleNamespace(title="Samla handlingarna", text="<p>Tiden räknas från en komplett ansökan.</p>"),
            SimpleNamespace(title="Gör kunskapsprovet", text="<p>Provet gör du digitalt hos kommunen.</p>"),
        ],
        "sample_papers": ["Registreringsbevis", "Hyresavtal", "Finansieringsplan"],
        "sample_guides": [
            _guide_card("Serveringstillstånd", "Vad som krävs för att servera alkohol, och hur du ansöker."),
            _guide_card(
                "Livsmedelsregistrering",
                "Registrera verksamheten innan du öppnar.",
                kind="registration",
                kind_label="Registrering",
                price=_price(1550),
                costs_more=True,
                notice_beside=SimpleNamespace(kind="notice_before_start", amount=2, span="2 veckor"),
            ),
            _guide_card(
                "Boka ett Dukat bord",
                "Alla som ditt ärende rör, vid samma bord och samtidigt.",
                kind="information",
                kind_label="Information",
                is_free=True,
                main_time=None,
            ),
        ],
        "sample_networks": [
            SimpleNamespace(
                page=_page(
                    title="Krogringen",
                    summary="Krögare som hjälper varandra med personal, inköp och tillstånd.",
                    rhythm="Första måndagen varje månad",
                    cost="Gratis",
                ),
                place="Stadskärnan",
                scope_label="Kommunen",
                picture=picture,
            )
        ],
        "sample_news": [
            SimpleNamespace(
                page=_page(title="En väg in för företag", summary="Kommunen samlar sitt arbete för företagen."),
                category="Organisation",
                published_on=day,
                picture=picture,
            )
        ],
    }
