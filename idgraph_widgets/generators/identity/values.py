"""How identifier values look: unique by construction, in reserved ranges, naming nobody real."""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from idgraph_widgets.arrays import Coded
from idgraph_widgets.arrays.texts import digits, fixed, hex_bytes, hexadecimal, joined
from idgraph_widgets.draws import Draws, scrambled
from idgraph_widgets.schema import ids

if TYPE_CHECKING:
    from idgraph_widgets.generators.context import Context

MAX_MAILBOXES = 4
"""Mailboxes of a person."""

_TAGS = ("news", "shop", "offers", "web")
"""Words people put behind a plus sign to know later who passed the address on."""

_RESPELT_DOMAIN = "gmail."
"""How the domains begin whose mailboxes ignore dots and what follows a plus sign (UID2 normalises only those)."""


def _draws(context: Context) -> Draws:
    return context.draws("identity_values")


# --- mailboxes ------------------------------------------------------------------------------------------------


def mailbox_domains(context: Context, keys: np.ndarray) -> Coded:
    """What stands behind the @; `keys` are ``hashed(mailbox)``."""
    return _draws(context).choose(
        "domain", context.config.demographics_config.identity_mappings.email_domain_shares, keys
    )


def takes_spellings(domain: Coded) -> np.ndarray:
    """Whether mailboxes ignore dots and what follows a plus sign."""
    return domain.isin(word for word in domain.words if word.startswith(_RESPELT_DOMAIN))


def respelt(name: pa.StringArray, domain: Coded, unit: np.ndarray) -> pa.StringArray:
    """Other spellings that reach the same mailboxes: with a ``+tag`` or, where there are any, without dots."""
    tag = Coded((unit % len(_TAGS)).astype(np.int32), tuple(f"+{word}" for word in _TAGS))
    is_tagged = pc.or_(pa.array((unit >> 8) % 2 == 0), pc.invert(pc.match_substring(name, ".")))
    other = pc.if_else(is_tagged, joined(name, tag), pc.replace_substring(name, ".", ""))
    return joined(other, "@", domain)


def mistyped(email: pa.StringArray, number: np.ndarray) -> pa.StringArray:
    """The address with its third, fourth or fifth character dropped: what a mistyped form field hashes."""
    found = email
    for place in range(3):
        end, after = place + 2, place + 3
        without = joined(pc.utf8_slice_codeunits(email, 0, end), pc.utf8_slice_codeunits(email, after))
        found = pc.if_else(pa.array(number % 3 == place), without, found)
    return found


def hash_variant(email: pa.StringArray, number: np.ndarray) -> pa.StringArray:
    """SHA-256 of the address as others make it: of upper-case input, of the address with a blank, or in base64."""
    kind = number % 3
    entered = pc.if_else(pa.array(kind == 0), pc.utf8_upper(email), joined(email, " "))
    return pc.if_else(pa.array(kind == 2), sha256_base64(email), sha256_hex(entered))


def uid2_value(context: Context, email: pa.StringArray) -> pa.StringArray:
    """44 characters of base64, like a raw UID2; made with a local salt, so it is none."""
    return sha256_base64(joined(email, str(_draws(context).salt("uid2"))))


# --- phones and devices ---------------------------------------------------------------------------------------


def phone_numbers(context: Context, individual_id: np.ndarray) -> pa.StringArray:
    """E.164 numbers of persons, with an area code that starts with 0 or 1, which no real one does.

    Person 0 of a home has its landline.
    """
    number = scrambled(_draws(context), "phone", individual_id, 30)
    matrix = np.empty((len(number), 12), np.uint8)
    matrix[:, :2] = np.frombuffer(b"+1", np.uint8)
    matrix[:, 2:] = digits(number, 10)
    return fixed(matrix)


def device_keys(context: Context, device_number: np.ndarray) -> np.ndarray:
    """``device_id`` of devices, which says nothing about whose they are."""
    return scrambled(_draws(context), "device", device_number, ids.DEVICE_BITS) + 1


def masked_uuids(context: Context, stream: str, keys: np.ndarray, upper: np.ndarray | None = None) -> pa.StringArray:
    """UUIDs of version 8: the shape of an advertising id, never equal to a real one (version 4).

    Parameters
    ----------
    context : Context
    stream : str
    keys : ndarray of uint64
        Hashes of device numbers.
    upper : ndarray of bool, optional
        Which are in upper case.
    """
    digest = _digest(context, stream, keys)
    digest[:, 12], digest[:, 16] = ord("8"), ord("a")
    if upper is not None:
        digest[(digest >= ord("a")) & upper[:, None]] -= ord("a") - ord("A")
    matrix = np.full((len(digest), 36), ord("-"), np.uint8)
    for start, end, at in ((0, 8, 0), (8, 12, 9), (12, 16, 14), (16, 20, 19), (20, 32, 24)):
        matrix[:, at : at + end - start] = digest[:, start:end]
    return fixed(matrix)


def cookie_values(context: Context, is_first_party: np.ndarray, keys: np.ndarray) -> pa.StringArray:
    """36 characters each: the scope, and 32 of hexadecimal; `keys` are hashes of scope, device, person and number."""
    matrix = np.empty((len(keys), 36), np.uint8)
    matrix[:, :4] = np.frombuffer(b"fp1.", np.uint8)
    matrix[~is_first_party, 0] = ord("t")
    matrix[:, 4:] = _digest(context, "cookie", keys)
    return fixed(matrix)


def _digest(context: Context, stream: str, keys: np.ndarray) -> np.ndarray:
    """32 lower-case hex characters as a matrix of bytes."""
    d = _draws(context)
    return np.hstack([hex_bytes(d.hash(f"{stream}/{half}", keys)) for half in ("high", "low")])


# --- hashes of texts ------------------------------------------------------------------------------------------


def sha256_hex(texts: pa.StringArray) -> pa.StringArray:
    """SHA-256 in 64 characters of lower-case hexadecimal."""
    return fixed(hexadecimal(_sha256(texts), 32))


def sha256_base64(texts: pa.StringArray) -> pa.StringArray:
    """SHA-256 in 44 characters of base64."""
    # 32 bytes and one more are 44 characters without padding, of which the last stands for the padding.
    padded = np.zeros((len(texts), 33), np.uint8)
    padded[:, :32] = np.frombuffer(_sha256(texts), np.uint8).reshape(-1, 32)
    matrix = np.frombuffer(base64.b64encode(padded.tobytes()), np.uint8).reshape(-1, 44).copy()
    matrix[:, 43] = ord("=")
    return fixed(matrix)


def _sha256(texts: pa.StringArray) -> bytes:
    """Digests of 32 bytes, one after the other."""
    sha256 = hashlib.sha256
    return b"".join([sha256(data).digest() for data in texts.cast(pa.binary()).to_pylist()])


# --- characters -----------------------------------------------------------------------------------------------


def base36(numbers: np.ndarray) -> pa.StringArray:
    """Six characters 0-9 and a-z."""
    return fixed(np.hstack([_threes()[numbers // 36**3], _threes()[numbers % 36**3]]))


@lru_cache(maxsize=1)
def _threes() -> np.ndarray:
    """Three characters each of the numbers below 36^3."""
    letters = np.frombuffer(b"0123456789abcdefghijklmnopqrstuvwxyz", np.uint8)
    numbers = np.arange(36**3)
    return np.stack([letters[numbers // 36**2], letters[numbers // 36 % 36], letters[numbers % 36]], axis=1)
