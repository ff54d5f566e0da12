from django.urls import path

from . import views

urlpatterns = [path("atom.xml", views.feed, name="news_feed")]
