from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReviewsConfig(AppConfig):
    name = "marketplace.reviews"
    # Oscar's own app for reviews, which nothing here uses, is called "reviews".
    label = "buyer_reviews"
    verbose_name = _("Reviews")
    public_models = ("buyer_reviews.Review", "buyer_reviews.ProductScore")
