"""Errors of the Databricks SDK in words: the status behind each, and a text in which no secret is."""

from __future__ import annotations

_STATUS = {
    "BadRequest": 400,
    "InvalidParameterValue": 400,
    "Unauthenticated": 401,
    "PermissionDenied": 403,
    "NotFound": 404,
    "ResourceDoesNotExist": 404,
    "ResourceConflict": 409,
    "TooManyRequests": 429,
    "RequestLimitExceeded": 429,
    "ResourceExhausted": 429,
}


def status_of(error: Exception) -> int:
    """The HTTP status of an error, which the SDK gives as a class or one derived from it; 500 where it is unknown.

    Examples
    --------
    >>> class NotFound(Exception): ...
    >>> class NoSuchTable(NotFound): ...
    >>> status_of(NoSuchTable()), status_of(ValueError())
    (404, 500)
    """
    return next((_STATUS[kind.__name__] for kind in type(error).__mro__ if kind.__name__ in _STATUS), 500)


def without_secrets(error: Exception, config) -> str:
    """The first line of an error, whatever a server or a library put into it.

    Parameters
    ----------
    error : Exception
    config : databricks.sdk.core.Config
        Whose token and secret are starred.
    """
    text = str(error).splitlines()[0] if str(error) else type(error).__name__
    for secret in (config.token, getattr(config, "client_secret", None)):
        text = text.replace(secret, "***") if secret else text
    return text
