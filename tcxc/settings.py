"""All settings, read from the environment; the defaults suit a developer's machine.

`deploy/production.env` lists what production sets. `tcxc/checks.py` refuses combinations that are not safe.
"""

from datetime import timedelta
from decimal import Decimal
from ipaddress import ip_network
from logging import DEBUG as DEBUG_LEVEL
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.contrib.messages import constants as messages

from tcxc import embedded, logs
from tcxc.embedded.redis import broker_url
from tcxc.supervisor.address import base_url

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# --- What runs, and where -------------------------------------------------------------------------------------------

DEBUG = env.bool("DEBUG", True)
# "web", "worker" or "command": who reads these settings. It chooses connection pools and timeouts.
ROLE = env.str("TCXC_ROLE", "command")
DATA_DIR = embedded.data_folder()
DEMO_FILE = DATA_DIR / "demo.json"  # the last demo's log-ins, for `make run` to print
BASE_URL = base_url(DATA_DIR)  # for links in mail and the demo's answer

DEVELOPMENT_SECRET_KEY = "development-only-secret-key-never-used-in-production"  # noqa: S105
SECRET_KEY = env.str("SECRET_KEY", DEVELOPMENT_SECRET_KEY)
# Fernet keys for secrets that must be read again; the first encrypts, all decrypt.
DEVELOPMENT_FIELD_ENCRYPTION_KEY = "ZGV2ZWxvcG1lbnQtb25seS1rZXktMDEyMzQ1Njc4OTA="
FIELD_ENCRYPTION_KEYS = env.list("FIELD_ENCRYPTION_KEYS", default=[DEVELOPMENT_FIELD_ENCRYPTION_KEY])
# The same for the keys of documents, which are people's passports: not the keys that log-ins are encrypted with.
DEVELOPMENT_DOCUMENT_ENCRYPTION_KEY = "ZGV2ZWxvcG1lbnQtb25seS1kb2N1bWVudC1rZXktMDE="
DOCUMENT_ENCRYPTION_KEYS = env.list("DOCUMENT_ENCRYPTION_KEYS", default=[DEVELOPMENT_DOCUMENT_ENCRYPTION_KEY])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"] if DEBUG else [])

INSTALLED_APPS = [
    "tcxc.pages.operators.apps.OperatorAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "rest_framework",
    "drf_spectacular",
    "django_htmx",
    "template_partials.apps.SimpleAppConfig",
    "django_cotton.apps.SimpleAppConfig",
    "django_structlog",
    "csp",
    "tcxc.apps.TcxcConfig",
    "billing.apps.BillingConfig",
    "sellers.apps.SellersConfig",
    "buyers.apps.BuyersConfig",
    "numbers.apps.NumbersConfig",
    "authz.apps.AuthzConfig",
]

MIDDLEWARE = [
    "tcxc.health.Probes",
    "tcxc.metrics.RequestMetrics",
    "tcxc.access_log.AccessLog",
    "tcxc.api.middleware.api_trailing_slash",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "tcxc.outage.Outage",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tcxc.pages.acting.ActingOnBehalf",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "tcxc.pages.policy.ContentPolicy",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "tcxc.urls"
WEB_THREADS = env.int("WEB_THREADS", 32)  # pages and REST requests that one web process answers at once
ASGI_APPLICATION = "tcxc.asgi.application"
TEMPLATE_LOADERS = [
    "django_cotton.cotton_loader.Loader",
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tcxc.pages.context.page",
            ],
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [("django.template.loaders.cached.Loader", TEMPLATE_LOADERS)],
                )
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "django_cotton.templatetags.cotton",
                "template_partials.templatetags.partials",
                "tcxc.pages.tags",
            ],
            "libraries": {"portal": "buyers.portal.tags"},
        },
    },
]
FORM_RENDERER = "tcxc.pages.forms.PageRenderer"
MESSAGE_TAGS = {messages.SUCCESS: "good", messages.INFO: "info", messages.WARNING: "care", messages.ERROR: "bad"}

# --- Database -------------------------------------------------------------------------------------------------------

# Set for the tests' own cluster only: it runs with fsync off, which start-up refuses everywhere else.
TESTING_DATABASE = env.bool("TESTING_DATABASE", False)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


def database() -> dict[str, Any]:
    """The database by role: the web waits briefly and gives up (503), a worker waits longer, a command for ever."""
    settings: dict[str, Any] = env.db_url_config(embedded.database_url())
    settings["HOST"] = unquote(settings["HOST"])  # a socket's folder is percent-encoded in a URL
    limits = {
        "web": "-c statement_timeout=15s -c lock_timeout=5s -c idle_in_transaction_session_timeout=30s",
        "worker": "-c lock_timeout=30s -c idle_in_transaction_session_timeout=10min",
    }
    options = settings.setdefault("OPTIONS", {})
    options.setdefault("connect_timeout", 2)
    if ROLE in limits:
        options.setdefault("options", limits[ROLE])
    if ROLE == "web":
        settings["CONN_HEALTH_CHECKS"] = True  # after a crash of the database nobody is handed a dead connection
        options["pool"] = {
            "min_size": 2,
            "max_size": env.int("DATABASE_POOL_SIZE", 16),
            "timeout": 1.5,  # seconds a request waits for a connection; then it is answered with 503
        }
    if ROLE == "worker":
        settings |= {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
    return settings


DATABASES = {"default": database()}

# --- Redis: caches, tasks, live updates. It may be away at any moment, and nobody may wait for it long. ---------------

REDIS_URL = embedded.redis_url()
CACHES = {
    "default": {
        "BACKEND": "tcxc.cache.ForgivingRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "cache",
        "OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 0.5},
    }
}

CELERY_BROKER_URL = broker_url(REDIS_URL)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker waits for its broker for ever
CELERY_BROKER_CONNECTION_TIMEOUT = 1
CELERY_TASK_PUBLISH_RETRY = False  # the database says what is due: a lost wake-up costs a beat, not a task
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": 1}
if ROLE != "worker":  # whoever publishes tries once
    CELERY_BROKER_TRANSPORT_OPTIONS |= {"socket_timeout": 1, "max_retries": 0, "interval_start": 0}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 15 * 60
CELERY_TASK_SOFT_TIME_LIMIT = 14 * 60
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_REDIRECT_STDOUTS = False
# name: {"task": dotted name, "schedule": seconds or crontab}
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "expire-silent-sessions": {"task": "authz.tasks.expire_silent_sessions", "schedule": 5},
    "total-traffic": {"task": "authz.tasks.total_traffic", "schedule": 60},
    "fold-accounts": {"task": "billing.tasks.fold_accounts", "schedule": 60},
    "audit-ledger": {"task": "billing.tasks.audit_ledger", "schedule": crontab(hour="3", minute="17")},
    "expire-money-requests": {"task": "billing.tasks.expire_money_requests", "schedule": 300},
    "watch-balances": {"task": "buyers.tasks.watch_balances", "schedule": 60},
    "deliver-outbox": {"task": "tcxc.tasks.deliver_outbox", "schedule": 5},
    "forget-sent-messages": {"task": "tcxc.tasks.forget_sent_messages", "schedule": crontab(hour="1", minute="41")},
    "forget-replies": {"task": "tcxc.tasks.forget_replies", "schedule": crontab(hour="1", minute="51")},
    "write-exports": {"task": "tcxc.tasks.write_exports", "schedule": 30},
    "forget-exports": {"task": "tcxc.tasks.forget_exports", "schedule": 3600},
    "keep-partitions": {"task": "tcxc.tasks.keep_partitions", "schedule": crontab(hour="2", minute="11")},
    "reconcile-numbers": {"task": "numbers.tasks.reconcile_numbers", "schedule": 60},
    "check-price-lists": {"task": "sellers.tasks.check_price_lists", "schedule": 10},
    "tend-documents": {"task": "numbers.tasks.tend_documents", "schedule": crontab(minute="3")},
    "clear-document-files": {"task": "numbers.tasks.clear_document_files", "schedule": crontab(hour="2", minute="31")},
    "clear-staged-rates": {"task": "sellers.tasks.clear_staged_rates", "schedule": 3600},
    "renew-numbers": {"task": "numbers.tasks.renew_numbers", "schedule": 60},
    "tell-of-renewals": {"task": "numbers.tasks.tell_of_renewals", "schedule": 600},
    "sum-up-market": {"task": "numbers.tasks.sum_up_market", "schedule": 300},
}

# --- People ---------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "tcxc.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
AUTH_PASSWORD_VALIDATORS[1]["OPTIONS"] = {"min_length": 10}  # type: ignore[assignment]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "go"
LOGOUT_REDIRECT_URL = "/"

ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_FORMS = {"signup": "tcxc.pages.forms.SignUpForm"}
ACCOUNT_CHANGE_EMAIL = True  # one address a person
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_CHANGE = True
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600  # seconds for which nobody is asked again
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "http" if DEBUG else "https"
MFA_ADAPTER = "tcxc.pages.adapters.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "TCXC"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG  # passkeys on http://localhost
OPERATORS_NEED_SECOND_FACTOR = env.bool("OPERATORS_NEED_SECOND_FACTOR", not DEBUG)
# How much one operator may credit, debit or allow alone, in the wallet's currency; 0: anything. More takes another's
# approval.
SECOND_PERSON_ABOVE = Decimal(env.str("SECOND_PERSON_ABOVE", "0"))
ACTING_MINUTES = env.int("ACTING_MINUTES", 60)  # how long an operator acts for somebody before it ends by itself
ACTING_MAY_MOVE_MONEY = env.bool("ACTING_MAY_MOVE_MONEY", False)  # whether that includes the person's right to do so

# --- Security -------------------------------------------------------------------------------------------------------

# How many proxies stand before us and append to X-Forwarded-For. With none, that header is not believed.
TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 0)
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXY_COUNT else None
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", not DEBUG)
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", 0 if DEBUG else int(timedelta(days=365).total_seconds()))
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not DEBUG
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = env.bool("SECURE_COOKIES", not DEBUG)
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = int(timedelta(days=14).total_seconds())
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
# Whose scrapes /metrics answers.
METRICS_ALLOWED_NETWORKS = [
    ip_network(network) for network in env.list("METRICS_ALLOWED_NETWORKS", default=["127.0.0.0/8", "::1/128"])
]

# Networks beside the public internet that addresses given by customers may lead to, such as a Restcomm's beside us.
OUTBOUND_PRIVATE_NETWORKS = [ip_network(network) for network in env.list("OUTBOUND_PRIVATE_NETWORKS", default=[])]

# --- APIs -----------------------------------------------------------------------------------------------------------

API_RATE_LIMIT = env.int("API_RATE_LIMIT", 6_000)  # requests a minute with one key; 0: no limit
API_IDEMPOTENCY_WAIT = env.float("API_IDEMPOTENCY_WAIT", 2.0)  # seconds that a repeat waits for the first request
PRICE_LIST_MAX_BYTES = env.int("PRICE_LIST_MAX_BYTES", 100 * 1024 * 1024)
# Of one log-in of the TCXC dialect, or one pair that provisions numbers; 0: no limit.
DIALECT_REQUESTS_A_SECOND = env.int("DIALECT_REQUESTS_A_SECOND", 50)
DIALECT_REQUESTS_AN_HOUR = env.int("DIALECT_REQUESTS_AN_HOUR", 36_000)
API_LOGIN_REALM = "TCXC"  # a part of every stored HA1: changing it ends all log-ins of the TCXC dialect
DATA_UPLOAD_MAX_MEMORY_SIZE = 16 * 1024 * 1024  # a batch of 1,000 long messages
# Where linked Restcomm sub-accounts send their calls and messages.
SIP_PROXY_URI = env.str("SIP_PROXY_URI", "sip:127.0.0.1:5060")
SMPP_ADDRESS = env.str("SMPP_ADDRESS", "127.0.0.1:2776")
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["tcxc.api.authentication.BearerKey"],
    "DEFAULT_PERMISSION_CLASSES": ["tcxc.api.access.HolderAndScope"],
    "DEFAULT_THROTTLE_CLASSES": ["tcxc.api.throttling.KeyThrottle"],
    "DEFAULT_PARSER_CLASSES": ["tcxc.api.parsing.BoundedJson"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "tcxc.api.negotiation.JsonUnlessAsked",
    "DEFAULT_SCHEMA_CLASS": "tcxc.api.schema.ApiSchema",
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "tcxc.api.exceptions.problem_response",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "TCXC",
    "DESCRIPTION": "Prepaid authorization, charging and routing for communication platforms.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "APPEND_COMPONENTS": {"securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}},
    "PATH_CONVERTER_OVERRIDES": {"id": {"type": "integer", "minimum": 1}},
    "ENUM_NAME_OVERRIDES": {
        "DifferenceKindEnum": "numbers.models.Difference.Kind",
        "RoutingPolicyEnum": "buyers.models.RoutingPolicy",
        "AccountStatusEnum": "buyers.models.Account.Status",
        "InterconnectStatusEnum": "buyers.models.Interconnect.Status",
        "ConnectionStatusEnum": "sellers.models.Connection.Status",
        "NumberEventKindEnum": "numbers.models.NumberEvent.Kind",
        "TransferKindEnum": "billing.models.Transfer.Kind",
        "NumberStateEnum": "numbers.models.Number.State",
        "VerdictStateEnum": "numbers.models.Verdict.State",
        "SubscriptionStateEnum": "numbers.models.Subscription.State",
        "NumberTypeEnum": "numbers.models.NumberType",
        "UploadStatusEnum": "sellers.models.PriceListUpload.Status",
    },
}

# --- The AAA engine ---------------------------------------------------------------------------------------------------

AAA_PATIENCE_SECONDS = env.float("AAA_PATIENCE_SECONDS", 1.5)  # longer, and a request is refused with 503
AAA_QUEUE_LIMIT = env.int("AAA_QUEUE_LIMIT", 5_000)  # requests that may wait in one process
AAA_QUEUE_LIMIT_OF_ONE_ACCOUNT = env.int("AAA_QUEUE_LIMIT_OF_ONE_ACCOUNT", 1_000)
AAA_BATCH_LIMIT = env.int("AAA_BATCH_LIMIT", 256)  # requests decided by one commit
AAA_ENGINES = env.int("AAA_ENGINES", 1)  # of one process, each with a thread and a connection of its own
AAA_RATES_IN_MEMORY = env.int("AAA_RATES_IN_MEMORY", 1_000_000)  # of each engine, some 300 bytes each
AAA_MIN_VALID_SECONDS = env.int("AAA_MIN_VALID_SECONDS", 30)  # a call may ring that long before it is heard of
AAA_SMS_VALID_SECONDS = env.int("AAA_SMS_VALID_SECONDS", 60)

# --- Phone numbers ----------------------------------------------------------------------------------------------------

NUMBER_NOTICE_DAYS = env.list("NUMBER_NOTICE_DAYS", int, default=[7, 1])  # buyers hear of a renewal that long before it
NUMBER_GRACE_DAYS = env.int("NUMBER_GRACE_DAYS", 7)  # a number that can't be paid works on for so long,
NUMBER_SUSPENSION_DAYS = env.int("NUMBER_SUSPENSION_DAYS", 14)  # waits for money for so long, and is then released
NUMBERS_FILE_MAX_BYTES = env.int("NUMBERS_FILE_MAX_BYTES", 20 * 1024 * 1024)
NUMBER_PRICE_NOTICE_DAYS = env.int("NUMBER_PRICE_NOTICE_DAYS", 30)  # new prices are told so long before they apply

# --- Mail, languages, files, logs -------------------------------------------------------------------------------------

# Without a mail server each mail is a file, to be read by whoever tries the house.
vars().update(env.email_url("EMAIL_URL", default=f"filemail:///{DATA_DIR / 'mail'}"))
EMAIL_TIMEOUT = 10
# Who hears of alerts; nobody named: every operator.
ADMINS = [(address, address) for address in env.list("OPERATOR_EMAILS", default=[])]
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("DEFAULT_FROM_EMAIL", "TCXC <no-reply@localhost>")

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = BASE_DIR / "static_collected"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "documents": {
        "BACKEND": "tcxc.files.vault.DurableFiles",
        "OPTIONS": {
            "location": env.str("DOCUMENT_ROOT", str(DATA_DIR / "documents")),
            "base_url": None,
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
MEDIA_ROOT = env.str("MEDIA_ROOT", str(DATA_DIR / "media"))
EXPORT_ROOT = env.str("EXPORT_ROOT", str(DATA_DIR / "exports"))  # web servers and workers share it; it is never served

# Documents of buyers: what may be sent, and how long it is kept.
DOCUMENT_MAX_BYTES = env.int("DOCUMENT_MAX_BYTES", 10 * 1024 * 1024)
DOCUMENT_MAX_PIXELS = env.int("DOCUMENT_MAX_PIXELS", 50_000_000)
DOCUMENT_MAX_PAGES = env.int("DOCUMENT_MAX_PAGES", 50)
DOCUMENT_KEPT_DAYS = env.int("DOCUMENT_KEPT_DAYS", 180)  # a file, after its last use ended; the verdict stays for ever
# A document is read into memory: while it travels it never lies on a disk in the clear.
FILE_UPLOAD_MAX_MEMORY_SIZE = DOCUMENT_MAX_BYTES + 1024 * 1024

LOGGING_CONFIG = "tcxc.logs.configure"
LOGGING = logs.settings(level=env.str("LOG_LEVEL", "INFO"), as_json=env.bool("LOG_JSON", not DEBUG))
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = DEBUG_LEVEL  # one line a request: when it ends
