"""How identifier values look: unique by construction, in reserved ranges, naming nobody real."""

from __future__ import annotations

from pyspark.sql import Column
from pyspark.sql import functions as F

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.draws import Draws, int_div, scramble


def _draws(config: GenerationConfig) -> Draws:
    return Draws(config.seed, "identity_values")


def email_value(config: GenerationConfig, name: Column, individual_id: Column, number: Column) -> Column:
    """Address of a person's n-th mailbox (0-3) under a reserved domain; `name` is its readable part.

    Six characters that encode the mailbox make it unique.
    """
    d = _draws(config)
    key = individual_id * F.lit(4) + number
    code = F.lpad(F.lower(F.conv(scramble(d, "email", key, 30).cast("string"), 10, 36)), 6, "0")
    domain = d.choose("domain", config.demographics_config.identity_mappings.email_domain_shares, key)
    readable = F.regexp_replace(F.lower(name), "[^a-z.]", "")
    return F.concat(readable, code, F.lit("@"), domain)


def phone_value(config: GenerationConfig, individual_id: Column) -> Column:
    """E.164 number with an area code that starts with 0 or 1, which no real one does."""
    number = scramble(_draws(config), "phone", individual_id, 30)
    area, rest = int_div(number, 10_000_000), F.pmod(number, F.lit(10_000_000).cast("bigint"))
    return F.concat(F.lit("+1"), F.lpad(area.cast("string"), 3, "0"), F.lpad(rest.cast("string"), 7, "0"))


def device_key(config: GenerationConfig, device_no: Column) -> Column:
    """``device_id``: says nothing about whose device it is."""
    return scramble(_draws(config), "device", device_no, 36) + F.lit(1)


def masked_uuid(config: GenerationConfig, stream: str, device_no: Column) -> Column:
    """Lower-case UUID of version 8: the shape of an advertising id, never equal to a real one (version 4)."""
    digest = _digest(config, stream, device_no)
    return F.concat_ws(
        "-",
        F.substring(digest, 1, 8),
        F.substring(digest, 9, 4),
        F.concat(F.lit("8"), F.substring(digest, 14, 3)),
        F.concat(F.lit("a"), F.substring(digest, 18, 3)),
        F.substring(digest, 21, 12),
    )


def cookie_value(config: GenerationConfig, prefix: str, device_no: Column, person: Column, number: Column) -> Column:
    """Cookie of a person's profile on a device, n-th generation."""
    return F.concat(F.lit(prefix), _digest(config, f"cookie/{prefix}", device_no, person, number))


def uid2_value(config: GenerationConfig, email: Column) -> Column:
    """44 characters of base64, like a raw UID2; made with a local salt, so it is none."""
    salt = F.lit(str(_draws(config).salt("uid2")))
    return F.base64(F.unhex(F.sha2(F.concat(email, salt), 256)))


def mistyped(email: Column, number: Column) -> Column:
    """The address with one character dropped: what a mistyped form field hashes."""
    at = F.pmod(number, F.lit(3)).cast("int")
    return F.concat(F.expr("''"), F.substring(email, 1, 2), email.substr(at + F.lit(4), F.length(email)))


def _digest(config: GenerationConfig, stream: str, *keys: Column) -> Column:
    """32 lower-case hex characters."""
    d = _draws(config)
    parts = [F.lower(F.lpad(F.hex(d.hash(f"{stream}/{half}", *keys)), 16, "0")) for half in ("high", "low")]
    return F.concat(*parts)
