"""Pictures and documents."""

import factory
import wagtail_factories

from business.media.models import CustomDocument, CustomImage

__all__ = ["DocumentFactory", "ImageFactory"]


class ImageFactory(wagtail_factories.ImageFactory):
    """A picture of 1600 × 1000 points in one colour."""

    title = factory.Sequence(lambda number: f"Bild {number}")
    file = factory.django.ImageField(width=1600, height=1000, color="#A8321E", format="PNG", filename="bild.png")

    class Meta:
        model = CustomImage


class DocumentFactory(wagtail_factories.DocumentFactory):
    title = factory.Sequence(lambda number: f"Dokument {number}")

    class Meta:
        model = CustomDocument
