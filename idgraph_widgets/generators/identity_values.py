"""How identifier values look: unique by construction, in reserved ranges, naming nobody real."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.draws import Draws, int_div, with_scrambled


def _draws(config: GenerationConfig) -> Draws:
    return Draws(config.seed, "identity_values")


def with_email(
    config: GenerationConfig, df: DataFrame, name: Column, individual_id: Column, number: Column
) -> DataFrame:
    """Add ``email``: a person's n-th mailbox (0-3) under a reserved domain; `name` is its readable part.

    Six characters that encode the mailbox make it unique.
    """
    d = _draws(config)
    df = df.withColumn("mailbox", individual_id * F.lit(4) + number)
    df = with_scrambled(df, "email_code", d, "email", F.col("mailbox"), 30)
    code = F.lpad(F.lower(F.conv(F.col("email_code").cast("string"), 10, 36)), 6, "0")
    domain = d.choose("domain", config.demographics_config.identity_mappings.email_domain_shares, "mailbox")
    readable = F.regexp_replace(F.lower(name), "[^a-z.]", "")
    return df.withColumn("email", F.concat(readable, code, F.lit("@"), domain)).drop("mailbox", "email_code")


_TAGS = ("news", "shop", "offers", "web")
"""Words people put behind a plus sign to know later who passed the address on."""


def takes_spellings(email: Column) -> Column:
    """Whether the mailbox ignores dots and what follows a plus sign, as Gmail's do (UID2 normalises only those)."""
    return email.like("%@gmail.%")


def respelt(email: Column, unit: Column) -> Column:
    """Another spelling that reaches the same mailbox: with a ``+tag``, or without its dots."""
    at = F.locate("@", email)
    local, domain = email.substr(F.lit(1), at - F.lit(1)), email.substr(at, F.length(email))
    tag = F.element_at(
        F.array(*[F.lit(f"+{tag}") for tag in _TAGS]), (F.pmod(unit, F.lit(len(_TAGS))) + F.lit(1)).cast("int")
    )
    tagged = F.pmod(F.shiftright(unit, 8), F.lit(2).cast("bigint")) == 0
    return F.concat(F.when(tagged, F.concat(local, tag)).otherwise(F.regexp_replace(local, "[.]", "")), domain)


def hash_variant(email: Column, unit: Column) -> Column:
    """SHA-256 of the address as others make it: of upper-case input, of the address with a blank, or in base64."""
    kind = F.pmod(unit, F.lit(3).cast("bigint"))
    return (
        F.when(kind == 0, F.sha2(F.upper(email), 256))
        .when(kind == 1, F.sha2(F.concat(email, F.lit(" ")), 256))
        .otherwise(F.base64(F.unhex(F.sha2(email, 256))))
    )


def with_phone(config: GenerationConfig, df: DataFrame, individual_id: Column) -> DataFrame:
    """Add ``phone``: an E.164 number with an area code that starts with 0 or 1, which no real one does."""
    df = with_scrambled(df, "phone", _draws(config), "phone", individual_id, 30)
    area, rest = int_div(F.col("phone"), 10_000_000), F.pmod("phone", F.lit(10_000_000).cast("bigint"))
    number = F.concat(F.lit("+1"), F.lpad(area.cast("string"), 3, "0"), F.lpad(rest.cast("string"), 7, "0"))
    return df.withColumn("phone", number)


def with_device_key(config: GenerationConfig, df: DataFrame, device_no: Column) -> DataFrame:
    """Add ``device_id``, which says nothing about whose device it is; null stays null."""
    df = with_scrambled(df, "device_id", _draws(config), "device", device_no, 36)
    return df.withColumn("device_id", F.col("device_id") + F.lit(1))


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


def cookie_value(config: GenerationConfig, scope: Column, device_no: Column, person: Column, number: Column) -> Column:
    """32 hex characters: the n-th cookie of a scope in a person's profile on a device."""
    return _digest(config, "cookie", scope, device_no, person, number)


def uid2_value(config: GenerationConfig, email: Column) -> Column:
    """44 characters of base64, like a raw UID2; made with a local salt, so it is none."""
    salt = F.lit(str(_draws(config).salt("uid2")))
    return F.base64(F.unhex(F.sha2(F.concat(email, salt), 256)))


def mistyped(email: Column, number: Column) -> Column:
    """The address with one character dropped: what a mistyped form field hashes."""
    at = F.pmod(number, F.lit(3)).cast("int")
    return F.concat(email.substr(F.lit(1), at + F.lit(2)), email.substr(at + F.lit(4), F.length(email)))


def _digest(config: GenerationConfig, stream: str, *keys: Column) -> Column:
    """32 lower-case hex characters."""
    d = _draws(config)
    parts = [F.lower(F.lpad(F.hex(d.hash(f"{stream}/{half}", *keys)), 16, "0")) for half in ("high", "low")]
    return F.concat(*parts)
