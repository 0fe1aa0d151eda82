"""From text to tokens."""

from __future__ import annotations

import re

from idgraph_widgets.config.expressions.nodes import ExpressionError

_SPACE = re.compile(r"\s*")
_TOKEN = re.compile(
    r"(?P<real>(?:\d+\.\d*|\.\d+)(?:[eE][-+]?\d+)?[dD]?|\d+[eE][-+]?\d+[dD]?|\d+[dD])(?!\w)"
    r"|(?P<whole>\d+)[lL]?(?![\w.])"
    r"|(?P<word>[A-Za-z_]\w*)|`(?P<name>[^`]+)`"
    r"|'(?P<text>[^'\\]*)'(?!')|\"(?P<other>[^\"\\]*)\"(?!\")"
    r"|(?P<sign><=|>=|<>|!=|==|\|\||-(?!-)|/(?!\*)|[=<>+*%(),])"
)


class Tokens:
    """The tokens of an expression, read one after the other.

    Parameters
    ----------
    sql : str

    Raises
    ------
    ExpressionError
        Something in the text is no token.
    """

    def __init__(self, sql: str):
        self.sql, self.place = sql, 0
        self.tokens: list[tuple[str, str, int]] = []
        at = self._after_space(0)
        while at < len(sql):
            match = _TOKEN.match(sql, at)
            if match is None:
                raise self.unexpected("a name, a number, a text in quotes without \\ or a sign of SQL", at)
            group = str(match.lastgroup)
            self.tokens.append(("text" if group == "other" else group, match[group], at))
            at = self._after_space(match.end())
        self.tokens.append(("end", "", len(sql)))

    def _after_space(self, at: int) -> int:
        found = _SPACE.match(self.sql, at)
        return found.end() if found else at

    @property
    def kind(self) -> str:
        """What the next token is."""
        return self.tokens[self.place][0]

    @property
    def value(self) -> str:
        """Its text."""
        return self.tokens[self.place][1]

    def next(self) -> str:
        """Its text, stepping over it."""
        found = self.value
        self.place = min(self.place + 1, len(self.tokens) - 1)
        return found

    def is_word(self, word: str) -> bool:
        """Whether it is that word, in any case."""
        return self.kind == "word" and self.value.lower() == word

    def accept(self, token: str) -> bool:
        """Step over a word or sign, if it is next."""
        if self.is_word(token) or (self.kind == "sign" and self.value == token):
            self.place += 1
            return True
        return False

    def expect(self, token: str) -> None:
        """Step over a word or sign that must be next."""
        if not self.accept(token):
            raise self.unexpected(repr(token))

    def unexpected(self, expected: str, at: int | None = None) -> ExpressionError:
        """What to raise where something else is expected, at the next token or a place in the text."""
        at = self.tokens[self.place][2] if at is None else at
        rest = self.sql[at : at + 30]
        found = f"{rest!r} at position {at + 1}" if rest else "the end of the text"
        return ExpressionError(found, expected, "Write an expression of SQL over the columns of the table.")
