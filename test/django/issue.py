"""
Prints, as JSON, access and refresh tokens as three Django packages issue them, and what `manage.py dumpdata` writes.

    /usr/bin/python3 -B test/django/issue.py > test/django/issued.json

Needs Debian's python3-django, python3-djangorestframework-simplejwt, python3-jwt, python3-argon2 and python3-bcrypt.
djangorestframework-jwt and django-graphql-jwt are in no distribution: their payload handlers are written down here from
rest_framework_jwt/utils.py (1.11.0) and graphql_jwt/utils.py (0.4.0), and PyJWT signs what they make, as it does there.
"""
import base64
import hashlib
import io
import json
import uuid
from calendar import timegm
from datetime import timedelta
from importlib.metadata import version

from project import NOW, SECRET_KEY, moment, pem, set_up, stop_the_clock

set_up()

import jwt
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from rest_framework_simplejwt import tokens as simple
from rest_framework_simplejwt.backends import TokenBackend

HOUR = 3600
PASSWORD = "correct horse battery"
# An e and a combining acute accent: Django hashes what the browser sends, in no normal form.
DECOMPOSED = "cafe\u0301 au lait"


def scrypt(password, salt):
    """ScryptPasswordHasher of Django 4.0 and later."""
    made = hashlib.scrypt(password.encode(), salt=salt.encode(), n=16384, r=8, p=1, maxmem=2**26, dklen=64)
    return "scrypt$16384$%s$8$1$%s" % (salt, base64.b64encode(made).decode())


USERS = [
    ("ann", "Ann@Example.com", make_password(PASSWORD, "Kq3vW8xZ1nB5", "pbkdf2_sha256"), {"is_superuser": True, "is_staff": True}),
    ("bob@work", "bob@example.com", make_password(PASSWORD, "R7tY2uI9oP4a", "argon2"), {"is_staff": True}),
    ("cy", "cy@example.com", make_password(PASSWORD, b"$2b$12$abcdefghijklmnopqrstuu", "bcrypt_sha256"), {}),
    ("dee", "dee@example.com", make_password(PASSWORD, b"$2b$05$abcdefghijklmnopqrstuu", "bcrypt"), {}),
    ("eve", "eve@example.com", make_password(DECOMPOSED, "S3dF6gH9jK2l", "pbkdf2_sha1"), {}),
    ("fay", "fay@example.com", scrypt(PASSWORD, "L5zX8cV1bN4m"), {}),
    ("gil", "gil@example.com", "!" + "u" * 40, {}),
    ("hal", "hal@example.com", make_password(PASSWORD, "W4eR7tY0uI3o", "pbkdf2_sha256"), {"is_active": False}),
    ("ida", "ida@example.com", make_password(PASSWORD, "salt", "md5"), {}),
    ("jon", "", make_password(PASSWORD, "P6aS9dF2gH5j", "pbkdf2_sha256"), {}),
    ("kim", "kim@example.com", make_password(PASSWORD, "K8lZ1xC4vB7n", "pbkdf2_sha256"), {}),
    ("kim2", "KIM@example.com", make_password(PASSWORD, "M0qW3eR6tY9u", "pbkdf2_sha256"), {}),
]


def dump():
    call_command("migrate", verbosity=0)
    editors = Group.objects.create(name="editors")
    for name, email, password, more in USERS:
        user = User.objects.create(username=name, email=email, password=password, date_joined=moment(NOW - 90 * 24 * HOUR), **more)
        if name in ("bob@work", "cy"):
            user.groups.add(editors)
    User.objects.filter(username="ann").update(last_login=moment(NOW - HOUR))
    written = io.StringIO()
    call_command("dumpdata", "auth.user", "auth.group", stdout=written)
    return json.loads(written.getvalue())


def sign(payload, algorithm="HS256", key=SECRET_KEY):
    return jwt.encode(payload, key, algorithm)


def drf_jwt(user, at, refreshable=False, lifetime=timedelta(minutes=5), **more):
    payload = {
        "user_id": user.pk,
        "username": user.get_username(),
        "exp": moment(at) + lifetime,
        "email": user.email,
    }
    if refreshable:
        payload["orig_iat"] = timegm(moment(at).utctimetuple())
    return {**payload, **more}


def graphql_jwt(user, at, refreshable=True, username_field="username", lifetime=timedelta(minutes=5)):
    exp = moment(at) + lifetime
    payload = {
        username_field: getattr(user, username_field),
        "exp": timegm(exp.utctimetuple()),
    }
    if refreshable:
        payload["origIat"] = timegm(moment(at).utctimetuple())
    return payload


def simplejwt(user):
    counted = iter(range(1, 100))
    simple.uuid4 = lambda: uuid.UUID(int=next(counted))
    stop_the_clock(NOW - HOUR)
    old = simple.RefreshToken.for_user(user)
    stop_the_clock(NOW)
    refresh = simple.RefreshToken.for_user(user)
    access = simple.AccessToken.for_user(user)
    rs256 = TokenBackend("RS256", pem("private.pem"), pem("public.pem"))
    named = TokenBackend("HS256", SECRET_KEY, audience="old-api", issuer="https://old.example.com")
    return {
        "access": str(access),
        "refresh": str(refresh),
        "sliding": str(simple.SlidingToken.for_user(user)),
        # Keeps the `iat` of the refresh token, an hour ago.
        "renewed": str(simple.RefreshToken(str(old)).access_token),
        "rs256": rs256.encode(access.payload),
        "named": named.encode(access.payload),
    }


def main():
    users = dump()
    ann = User.objects.get(username="ann")
    bob = User.objects.get(username="bob@work")
    issued = {
        "drf-jwt": {
            "access": sign(drf_jwt(ann, NOW)),
            "refreshable": sign(drf_jwt(ann, NOW, refreshable=True)),
            "renewed": sign(drf_jwt(ann, NOW, orig_iat=NOW - HOUR)),
            "named": sign(drf_jwt(ann, NOW, aud="old-api", iss="https://old.example.com")),
            "long": sign(drf_jwt(ann, NOW, lifetime=timedelta(days=7))),
        },
        "graphql-jwt": {
            "access": sign(graphql_jwt(bob, NOW)),
            "email": sign(graphql_jwt(ann, NOW, username_field="email")),
            "unrefreshable": sign(graphql_jwt(bob, NOW, refreshable=False)),
        },
        # Last: it stops the clock for PyJWT too.
        "simplejwt": simplejwt(bob),
    }
    passwords = {name: DECOMPOSED if name == "eve" else PASSWORD for name, *_ in USERS}
    packages = ["Django", "djangorestframework-simplejwt", "PyJWT"]
    versions = {name: version(name) for name in packages}
    print(json.dumps({"versions": versions, "now": NOW, "secretKey": SECRET_KEY, "tokens": issued, "passwords": passwords, "dump": users}, indent=2))


main()
