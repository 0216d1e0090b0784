"""A Django project of nothing but the empty view: no middleware, no database, no log of accesses."""

SECRET_KEY = "of a benchmark"
ALLOWED_HOSTS = ["127.0.0.1"]
INSTALLED_APPS = ["rest_framework"]
ROOT_URLCONF = "tests.bench.empty"
REST_FRAMEWORK = {"UNAUTHENTICATED_USER": None}
USE_TZ = True
