"""A Django project of one file: real models, hashers and simplejwt, on a database in memory, at a fixed time."""
import datetime
import os

import django
from django.conf import settings

HERE = os.path.dirname(os.path.abspath(__file__))

# 2030-01-01T00:00:00Z
NOW = 1893456000

# What `startproject` writes: 50 characters.
SECRET_KEY = "x)v1f*8u!6a4z%k0m@r2w^t7y&q5e3d9c-j+b=h(n#g_s$l_oi"


def pem(name):
    with open(os.path.join(HERE, name)) as file:
        return file.read()


def set_up(**simple_jwt):
    hashers = [
        "PBKDF2PasswordHasher",
        "PBKDF2SHA1PasswordHasher",
        "Argon2PasswordHasher",
        "BCryptSHA256PasswordHasher",
        "BCryptPasswordHasher",
        "MD5PasswordHasher",
    ]
    settings.configure(
        SECRET_KEY=SECRET_KEY,
        USE_TZ=True,
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "rest_framework",
        ],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        PASSWORD_HASHERS=["django.contrib.auth.hashers." + name for name in hashers],
        SIMPLE_JWT=simple_jwt,
    )
    django.setup()


def moment(seconds):
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)


def stop_the_clock(seconds):
    """simplejwt and PyJWT believe that it is this time."""
    import jwt.api_jwt
    from rest_framework_simplejwt import tokens

    class Stopped(datetime.datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.datetime.fromtimestamp(seconds, tz)

    jwt.api_jwt.datetime = Stopped
    tokens.aware_utcnow = lambda: moment(seconds)
