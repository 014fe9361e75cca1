"""The site as a WSGI application."""

import gc
import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings.production")
application = get_wsgi_application()

# All views now, not in the time of the first visitor.
import_module(settings.ROOT_URLCONF)

# What is there by now stays as long as the process. Looking through it for garbage would make a visitor wait
# a third of a second every now and then.
gc.collect()
gc.freeze()
# A page makes thousands of objects and hardly a cycle: to look after each 700 of them is in vain.
gc.set_threshold(10_000, *gc.get_threshold()[1:])
