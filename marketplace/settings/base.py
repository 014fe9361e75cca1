"""Settings that every way of running shares; what differs comes from environment variables."""

from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.utils.translation import gettext_lazy as _
from oscar.defaults import *  # noqa: F403

from marketplace.settings.caches import cache_settings

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent.parent
DATA_DIR = BASE_DIR / env.str("OCOP_DATA_DIR", default="var")

DEBUG = False
SITE_ID = 1
ROOT_URLCONF = "marketplace.urls"
WSGI_APPLICATION = "marketplace.wsgi.application"
ASGI_APPLICATION = "marketplace.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

ALLOWED_HOSTS = env.list("OCOP_HOSTS", default=[])
CSRF_TRUSTED_ORIGINS = env.list("OCOP_TRUSTED_ORIGINS", default=[])
# Whether a web server of ours stands in front and tells the scheme and address of who asks.
BEHIND_PROXY = env.bool("OCOP_BEHIND_PROXY", default=False)
BASE_URL = env.str("OCOP_BASE_URL", default="http://127.0.0.1:8000")

INSTALLED_APPS = [
    # Ours come first: their templates win over those of the frameworks.
    "storefront",
    "cms",
    "search",
    "catalog.apps.CatalogConfig",
    "producers.apps.ProducersConfig",
    "marketplace.core",
    "marketplace.regions",
    "marketplace.payments",
    "marketplace.sales",
    "marketplace.reviews",
    "marketplace.events",
    "marketplace.notifications",
    "marketplace.legal",
    "marketplace.desks",
    "marketplace.sampledata",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.sites",
    "django.contrib.sitemaps",
    "django.contrib.flatpages",
    "storefront.shop.Shop",
    "oscar.apps.analytics.apps.AnalyticsConfig",
    "oscar.apps.checkout.apps.CheckoutConfig",
    "oscar.apps.address.apps.AddressConfig",
    "oscar.apps.shipping.apps.ShippingConfig",
    "oscar.apps.catalogue.reviews.apps.CatalogueReviewsConfig",
    "oscar.apps.communication.apps.CommunicationConfig",
    "oscar.apps.basket.apps.BasketConfig",
    "oscar.apps.payment.apps.PaymentConfig",
    "oscar.apps.offer.apps.OfferConfig",
    "oscar.apps.order.apps.OrderConfig",
    "oscar.apps.customer.apps.CustomerConfig",
    "oscar.apps.voucher.apps.VoucherConfig",
    "oscar.apps.wishlists.apps.WishlistsConfig",
    "oscar.apps.dashboard.apps.DashboardConfig",
    "oscar.apps.dashboard.reports.apps.ReportsDashboardConfig",
    "oscar.apps.dashboard.users.apps.UsersDashboardConfig",
    "oscar.apps.dashboard.orders.apps.OrdersDashboardConfig",
    "oscar.apps.dashboard.catalogue.apps.CatalogueDashboardConfig",
    "oscar.apps.dashboard.offers.apps.OffersDashboardConfig",
    "oscar.apps.dashboard.partners.apps.PartnersDashboardConfig",
    "oscar.apps.dashboard.pages.apps.PagesDashboardConfig",
    "oscar.apps.dashboard.ranges.apps.RangesDashboardConfig",
    "oscar.apps.dashboard.reviews.apps.ReviewsDashboardConfig",
    "oscar.apps.dashboard.vouchers.apps.VouchersDashboardConfig",
    "oscar.apps.dashboard.communications.apps.CommunicationsDashboardConfig",
    "oscar.apps.dashboard.shipping.apps.ShippingDashboardConfig",
    "widget_tweaks",
    "treebeard",
    "django_tables2",
    "wagtail.contrib.simple_translation",
    "wagtail.contrib.redirects",
    "wagtail.locales",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_htmx",
    "leaflet",
    "template_partials",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    # Outermost: what it keeps has all headers, and what it answers costs nothing else.
    "marketplace.core.pages.PageCacheMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "marketplace.core.csrf.CsrfMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "storefront.offers.BasketMiddleware",
    # Before whatever asks the database for the address.
    "marketplace.core.odd_addresses.refuse_nul",
    # It looks for another address where no view has found anything.
    "cms.redirects.RedirectMiddleware",
    "cms.preview.PreviewMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "storefront.context.shop",
                "cms.context.named_pages",
                "cms.preview.editor_tools",
                "oscar.core.context_processors.metadata",
            ],
        },
    },
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": True,
        "OPTIONS": {"environment": "storefront.jinja.environment"},
    },
]

_SQLITE = f"sqlite:///{DATA_DIR}/db.sqlite3"
DATABASES = {"default": env.db_url("DATABASE_URL", default=_SQLITE)}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Writers queue at BEGIN instead of failing half-way; readers never wait.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # Statements with parameters (marketplace.core.prepared) are planned once by a connection.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("prepare_threshold", 2)
DATABASES["default"]["CONN_MAX_AGE"] = 600

CACHES = cache_settings(env.str("REDIS_URL", default=""))
PAGE_CACHE = env.bool("OCOP_PAGE_CACHE", default=True)

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# Languages: Vietnamese without a prefix, English under /en/.
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", _("Vietnamese")), ("en", _("English"))]
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
WAGTAIL_I18N_ENABLED = True
# Wagtail's own Vietnamese knows a fifth of its admin's texts; the second folder has the rest.
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale" / "wagtail"]
FORMAT_MODULE_PATH = ["marketplace.formats"]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
USE_I18N = True

# Accounts
AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = [
    "oscar.apps.customer.auth_backends.EmailBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "marketplace.core.passwords.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "customer:login"
LOGIN_REDIRECT_URL = "customer:summary"
LOGOUT_REDIRECT_URL = "home"

# Files
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / env.str("OCOP_STATIC_DIR", default="static")
MEDIA_URL = "/media/"
FILE_UPLOAD_HANDLERS = [
    "marketplace.core.uploads.TooBig",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
MEDIA_ROOT = DATA_DIR / "media"
# Never served as it lies there: papers and pictures that only some people may see.
PRIVATE_ROOT = DATA_DIR / "private"
# Keys that seal what is never shown (marketplace/core/sealed.py), the newest first, with commas between.
FIELD_KEYS = env.list("OCOP_FIELD_KEY", default=[])
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Ways to pay that buyers may choose, by their codes; what was begun in another way goes on.
PAYMENT_METHODS = env.list("OCOP_PAYMENT_METHODS", default=["cod", "counter", "vietqr", "stripe"])
# Cards, by Stripe: without both of these nothing of them shows. The secrets check what Stripe tells; two,
# with a comma between, while one takes the place of the other.
STRIPE_KEY = env.str("OCOP_STRIPE_KEY", default="")
STRIPE_WEBHOOK_SECRETS = env.list("OCOP_STRIPE_WEBHOOK_SECRET", default=[])
# Where Stripe's interface is, if not at Stripe: tests and trials have one of their own.
STRIPE_URL = env.str("OCOP_STRIPE_URL", default="")

# Cookies and headers
# The deployment check knows only Django's own middleware against forged forms, not the one that inherits it;
# and on SQLite an index does without the columns that it only holds along.
SILENCED_SYSTEM_CHECKS = ["security.W003", "models.W040"]
CSRF_FAILURE_VIEW = "storefront.views.errors.untrusted_form"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
# Tiles of maps: an address with {z}, {x} and {y}, and whom to name. Without one, maps are drawn as dots.
TILES_URL = env.str("OCOP_TILES_URL", default="")
TILES_ATTRIBUTION = env.str("OCOP_TILES_ATTRIBUTION", default="© OpenStreetMap")
_TILES = urlsplit(TILES_URL.replace("{s}", "*"))
CONTENT_SECURITY_POLICY = {
    # Wagtail's admin and oscar's dashboard bring inline scripts of their own.
    "EXCLUDE_URL_PREFIXES": ("/quan-tri/", "/dashboard/", "/en/dashboard/"),
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:", *([f"{_TILES.scheme}://{_TILES.netloc}"] if _TILES.netloc else [])],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        # Players of videos, which come only when a reader asks for them (cms/embeds.py names the same).
        "frame-src": [
            "https://www.youtube-nocookie.com",
            "https://player.vimeo.com",
            "https://www.facebook.com",
            "https://www.tiktok.com",
        ],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    },
}

# Mail
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env.str("OCOP_FROM_EMAIL", default="Mỗi xã <khong-tra-loi@example.org>")
OSCAR_FROM_EMAIL = DEFAULT_FROM_EMAIL

# Notices on devices (web push): the key that signs, in base64url; empty for one kept in the data folder.
VAPID_PRIVATE_KEY = env.str("OCOP_VAPID_PRIVATE_KEY", default="")
# Push services that messages are handed to; a dot in front stands for all hosts below.
PUSH_SERVICES = env.list(
    "OCOP_PUSH_SERVICES",
    default=[
        "https://fcm.googleapis.com",
        "https://updates.push.services.mozilla.com",
        ".push.apple.com",
        ".notify.windows.com",
    ],
)

# The shop
SHOP_NAME = _("Mỗi xã")
OSCAR_SHOP_NAME = "Mỗi xã"
OSCAR_DEFAULT_CURRENCY = "VND"
OSCAR_CURRENCY_FORMAT = {"VND": {"format": "#,##0 ¤", "currency_digits": False}}
OSCAR_OFFER_ROUNDING_FUNCTION = "marketplace.core.money.round_vnd"
OSCAR_SLUG_FUNCTION = "marketplace.core.text.slugify"
OSCAR_IMAGE_FOLDER = "products/"
OSCAR_DELETE_IMAGE_FILES = False
OSCAR_HOMEPAGE = "/"
OSCAR_ALLOW_ANON_CHECKOUT = True
OSCAR_ALLOW_GUEST_CHECKOUT_WITH_ACCOUNT = True
OSCAR_ALLOW_ANON_REVIEWS = False
OSCAR_HIDDEN_FEATURES = ["reviews", "wishlists"]
OSCAR_REQUIRED_ADDRESS_FIELDS = ("first_name", "line1", "line4", "state")
OSCAR_INITIAL_ORDER_STATUS = "placed"
OSCAR_ORDER_STATUS_PIPELINE = {"placed": ()}
OSCAR_EAGER_ALERTS = False
OSCAR_BASKET_COOKIE_LIFETIME = 30 * 24 * 60 * 60
OSCAR_MAX_BASKET_QUANTITY_THRESHOLD = 10_000
PHONENUMBER_DEFAULT_REGION = "VN"
PRODUCTS_PER_PAGE = 24

WAGTAIL_SITE_NAME = "Mỗi xã"
WAGTAILADMIN_BASE_URL = BASE_URL
# Where products are found: empty for the embedded index in the data directory, http(s)://… for Elasticsearch
# (several nodes with commas between), database: for neither.
SEARCH_URL = env.str("SEARCH_URL", default="")
SEARCH_INDEX = env.str("SEARCH_INDEX", default="ocop")
# A class of the client's connections by its path, where the usual one does not do.
SEARCH_NODE_CLASS = env.str("SEARCH_NODE_CLASS", default="")

WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
WAGTAILIMAGES_IMAGE_MODEL = "cms.Picture"
WAGTAILDOCS_DOCUMENT_MODEL = "cms.File"
WAGTAILDOCS_EXTENSIONS = ["pdf", "docx", "xlsx", "csv"]
WAGTAILIMAGES_EXTENSIONS = ["jpg", "jpeg", "png", "webp", "avif"]
# What is uploaded is checked and tidied by forms of our own.
WAGTAILIMAGES_IMAGE_FORM_BASE = "cms.forms.uploads.PictureForm"
WAGTAILDOCS_DOCUMENT_FORM_BASE = "cms.forms.uploads.FileForm"
# Nobody is asked what stands at an address: see cms/embeds.py.
WAGTAILEMBEDS_FINDERS = []
WAGTAIL_ALLOW_UNICODE_SLUGS = False
# An editor writes one language after the other: see docs/adr/0007.
WAGTAILSIMPLETRANSLATION_SYNC_PAGE_TREE = False
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
# Editors' addresses are nobody else's business.
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAILADMIN_USER_LOGIN_FORM = "cms.forms.login.LoginForm"
WAGTAILADMIN_RICH_TEXT_EDITORS = {
    "default": {
        "WIDGET": "wagtail.admin.rich_text.DraftailRichTextArea",
        "OPTIONS": {
            "features": [
                "h2",
                "h3",
                "bold",
                "italic",
                "ol",
                "ul",
                "hr",
                "blockquote",
                "link",
                "document-link",
            ]
        },
    }
}

# True only in the demo: prices are illustrative and a banner says so.
DEMO = False

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("OCOP_LOG_LEVEL", default="WARNING")},
}
