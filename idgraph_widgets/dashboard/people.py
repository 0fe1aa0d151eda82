"""Who has been invited: a name and the hash of a token each, in a file that only the operator may read."""

from __future__ import annotations

import json
import secrets
import unicodedata
from pathlib import Path

from idgraph_widgets.errors import ConfigError
from idgraph_widgets.storage.replacing import write_atomically

FILE = "people.json"
_LONGEST = 128


class People:
    """The invited people of a dashboard.

    Parameters
    ----------
    folder : Path
        The dashboard's own; made if it is not there.
    """

    def __init__(self, folder: Path):
        self._path = Path(folder) / FILE

    def invite(self, name: str) -> str:
        """Give a person a new token, which is returned and kept nowhere; one that they had is void from now on.

        Raises
        ------
        ConfigError
            That is no name.
        """
        from jupyter_server.auth.security import passwd

        name, token = known_as(name), secrets.token_urlsafe(24)
        # A token of 192 random bits needs no slow hash.
        self._write({**self._read(), name: passwd(token, algorithm="sha256")})
        return token

    def dismiss(self, name: str) -> None:
        """Take a person's token and sessions away; what they have made stays.

        Raises
        ------
        ConfigError
            Nobody of that name was invited.
        """
        name, people = known_as(name), self._read()
        if name not in people:
            raise ConfigError(f"{name} has no token here. Those who have: {', '.join(sorted(people)) or 'nobody'}.")
        del people[name]
        self._write(people)

    def names(self) -> list[str]:
        """Those who have a token."""
        return sorted(self._read())

    def who(self, token: str) -> str | None:
        """Whose token that is."""
        from jupyter_server.auth.security import passwd_check

        for name, hashed in self._read().items():
            if passwd_check(hashed, token):
                return name
        return None

    def stamp(self, name: str) -> str | None:
        """What changes with a person's token, for their cookies; None for who has none."""
        hashed = self._read().get(name)
        return hashed and hashed.rpartition(":")[2][:16]

    def _read(self) -> dict[str, str]:
        try:
            return dict(json.loads(self._path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, TypeError) as error:
            raise ConfigError(
                f"{self._path} cannot be read ({error}). Mend it, or remove it and invite anew."
            ) from error

    def _write(self, people: dict[str, str]) -> None:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_atomically(self._path, json.dumps(people, indent=1))
        self._path.chmod(0o600)


def known_as(name: str) -> str:
    """A person's name in the one form in which it is compared and kept.

    Raises
    ------
    ConfigError
        It is empty, too long, or has signs that cannot be seen.
    """
    name = unicodedata.normalize("NFC", name).strip()
    if not name or len(name) > _LONGEST or not name.isprintable():
        raise ConfigError(f"A person's name has 1 to {_LONGEST} visible characters; found {name[:_LONGEST]!a}.")
    return name
