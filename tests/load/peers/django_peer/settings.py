"""Django's settings, read from the part that the program was given."""

from urllib.parse import urlsplit

from peers.gate import told

_url = urlsplit(told().postgres_url)
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _url.path.lstrip("/"),
        "USER": _url.username,
        "PASSWORD": _url.password,
        "HOST": _url.hostname,
        "PORT": _url.port,
        "CONN_MAX_AGE": None,
    }
}
INSTALLED_APPS = ["peers.django_peer"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
SECRET_KEY = "made-for-one-run"
