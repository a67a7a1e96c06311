"""
Reads access tokens of this project from standard input, has PyJWT and simplejwt verify them, and prints what they say.

    {"now": 1893456000, "algorithm": "RS256", "key": "…", "tokens": ["…"]}

A token that is refused is the name of the exception.
"""
import json
import sys

from project import set_up, stop_the_clock

asked = json.load(sys.stdin)
algorithm, key = asked["algorithm"], asked["key"]
set_up(
    ALGORITHM=algorithm,
    **({"SIGNING_KEY": key} if algorithm.startswith("HS") else {"VERIFYING_KEY": key}),
    # The claims of our tokens, in the words of simplejwt.
    USER_ID_CLAIM="sub",
    TOKEN_TYPE_CLAIM=None,
)

import jwt
from rest_framework_simplejwt.authentication import JWTStatelessUserAuthentication


def pyjwt(token):
    try:
        return jwt.decode(token, key, algorithms=[algorithm])
    except jwt.InvalidTokenError as error:
        return type(error).__name__


def simplejwt(token):
    authentication = JWTStatelessUserAuthentication()
    try:
        return authentication.get_user(authentication.get_validated_token(token)).id
    except Exception as error:
        return type(error).__name__


stop_the_clock(asked["now"])
print(json.dumps([{"pyjwt": pyjwt(token), "simplejwt": simplejwt(token)} for token in asked["tokens"]]))
