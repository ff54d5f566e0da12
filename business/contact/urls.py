from django.urls import re_path

from . import views

urlpatterns = [
    re_path(r"^kvitto/(?P<token>[0-9a-f]{64})/$", views.receipt, name="contact_receipt"),
]
