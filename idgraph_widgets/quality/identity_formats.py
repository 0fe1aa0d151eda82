"""Formats of identifier values: well-formed, normalised, and nobody's."""

from __future__ import annotations

from idgraph_widgets.quality.checks import Check
from idgraph_widgets.quality.sql import SAFE_IP, UUID_NOT_V4

_KEYS = ("mapping_id", "identifier_type", "identifier_value")

_HEX = "identifier_value rlike '^[0-9a-f]{64}$'"

_FORMATS = (
    (
        "email",
        "An email is normalised (lower case, no blanks) and ends in .example.",
        "identifier_value rlike '^[a-z0-9_+-]+([.][a-z0-9_+-]+)*@([a-z0-9-]+[.])+example$'",
    ),
    (
        "hashed_email",
        "A hashed_email is 64 lower-case hex digits; in probabilistic rows also 44 characters of base64.",
        f"{_HEX} or (match_type = 'probabilistic' and identifier_value rlike '^[A-Za-z0-9+/]{{43}}=$')",
    ),
    (
        "phone",
        "A phone is +1, an area code that starts with 0 or 1, and seven digits.",
        "identifier_value rlike '^[+]1[01][0-9]{9}$'",
    ),
    ("hashed_phone", "A hashed_phone is 64 lower-case hex digits.", _HEX),
    (
        "idfa",
        "An idfa is an upper-case UUID that is not version 4.",
        f"lower(identifier_value) rlike '{UUID_NOT_V4}' and identifier_value = upper(identifier_value)",
    ),
    ("gaid", "A gaid is a lower-case UUID that is not version 4.", f"identifier_value rlike '{UUID_NOT_V4}'"),
    ("ctv_id", "A ctv_id is a UUID that is not version 4.", f"lower(identifier_value) rlike '{UUID_NOT_V4}'"),
    ("uid2_like", "A uid2_like is 44 characters of base64.", "identifier_value rlike '^[A-Za-z0-9+/]{43}=$'"),
    (
        "ip_address",
        "An ip_address belongs to nobody (240.0.0.0/4, 100.64.0.0/10 or 2001:db8::/32).",
        f"identifier_value rlike '{SAFE_IP}'",
    ),
)


def formats() -> list[Check]:
    """A check per identifier type, and two for all."""
    checks = [
        Check(f"identity.format_{kind}", sentence, _KEYS, holds=holds, given=f"identifier_type = '{kind}'")
        for kind, sentence, holds in _FORMATS
    ]
    checks.append(
        Check(
            "identity.format_cookie",
            "A cookie that is a UUID is not version 4.",
            _KEYS,
            # Few have that digit there, and need a look at the rest.
            holds="not lower(identifier_value) rlike '^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$'",
            given="identifier_type = 'cookie' and substr(identifier_value, 15, 1) = '4'",
        )
    )
    checks.append(
        Check("identity.never_zeros", "No identifier is all zeros.", _KEYS, holds="identifier_value rlike '[^0-]'")
    )
    return checks
