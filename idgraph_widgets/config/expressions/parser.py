"""From tokens to tree: recursive descent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from idgraph_widgets.config.expressions.functions import ALIASES, CHANGING, FUNCTIONS, OF_MANY_ROWS
from idgraph_widgets.config.expressions.nodes import WORDS, ExpressionError, Node, alike, kind_of_type, real
from idgraph_widgets.config.expressions.tokens import Tokens
from idgraph_widgets.config.expressions.typed import among, arithmetic, comparison, flag, of, unless
from idgraph_widgets.config.problems import did_you_mean

_COMPARED = {"=": "=", "==": "=", "<>": "<>", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_MOST_WHOLE = 2**63 - 1
_DEEPEST = 60
"""Parentheses and the like inside one another."""

_RESERVED = frozenset((
    "and", "or", "not", "in", "is", "null", "between", "like", "case", "when", "then", "else", "end", "cast", "as",
    "div", "true", "false",
))  # fmt: skip


def parse(sql: str, columns: Mapping[str, str]) -> Node:
    """The tree of an expression.

    Parameters
    ----------
    sql : str
    columns : mapping of str to str
        The columns that it may name, and their types.

    Raises
    ------
    ExpressionError
        The text is no expression of the part of SQL that is possible here; says what is.

    Examples
    --------
    >>> parse("case when age < 30 then 'young' end", {"age": "int"}).kind
    'text'
    """
    return _Parser(sql, columns).whole()


class _Parser(Tokens):
    def __init__(self, sql: str, columns: Mapping[str, str]):
        super().__init__(sql)
        self.columns, self.depth = columns, 0

    def whole(self) -> Node:
        found = self.either()
        if self.kind != "end":
            raise self.unexpected("an operator or the end")
        if found.kind == "null":
            raise ExpressionError("nothing but null", "an expression with a value", "Name a column or write a value.")
        return found

    # --- from the loosest to the tightest ------------------------------------------------------------------

    def either(self) -> Node:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise ExpressionError("an expression nested too deeply", f"{_DEEPEST} levels", "Use two columns.")
        parts = [self.both()]
        while self.accept("or"):
            parts.append(self.both())
        self.depth -= 1
        return parts[0] if len(parts) == 1 else Node("or", "flag", tuple(flag(part, "or") for part in parts))

    def both(self) -> Node:
        parts = [self.negated()]
        while self.accept("and"):
            parts.append(self.negated())
        return parts[0] if len(parts) == 1 else Node("and", "flag", tuple(flag(part, "and") for part in parts))

    def negated(self) -> Node:
        count = 0
        while self.accept("not"):
            count += 1
        found = self.compared()
        return found if count % 2 == 0 else Node("not", "flag", (flag(found, "not"),))

    def compared(self) -> Node:
        left = self.added()
        if self.kind == "sign" and self.value in _COMPARED:
            sign = _COMPARED[self.next()]
            return comparison(sign, left, self.added())
        if self.accept("is"):
            negated = self.accept("not")
            self.expect("null")
            return unless(negated, Node("is null", "flag", (left,)))
        negated = self.accept("not")
        if self.accept("between"):
            low = self.added()
            self.expect("and")
            high = self.added()
            both = (comparison(">=", left, low), comparison("<=", left, high))
            return unless(negated, Node("and", "flag", both))
        if self.accept("in"):
            self.expect("(")
            return unless(negated, among(left, self.listed()))
        if self.accept("like"):
            pattern = self.literal_text()
            return unless(negated, Node("like", "flag", (of(left, "text", "like"), pattern)))
        if negated:
            raise self.unexpected("between, in or like after not")
        return left

    def added(self) -> Node:
        found = self.multiplied()
        while self.kind == "sign" and self.value in ("+", "-", "||"):
            sign = self.next()
            right = self.multiplied()
            if sign == "||":
                parts = (of(found, "text", "||"), of(right, "text", "||"))
                found = Node("concat", "text", parts)
            else:
                found = arithmetic(sign, found, right)
        return found

    def multiplied(self) -> Node:
        found = self.signed()
        while (self.kind == "sign" and self.value in ("*", "/", "%")) or self.is_word("div"):
            sign = self.next().lower()
            found = arithmetic(sign, found, self.signed())
        return found

    def signed(self) -> Node:
        negative = False
        while self.kind == "sign" and self.value in ("+", "-"):
            negative ^= self.next() == "-"
        found = self.atom()
        if not negative:
            return found
        if found.op == "literal" and isinstance(found.value, (int, float)) and not isinstance(found.value, bool):
            return Node("literal", found.kind, value=-found.value)
        if found.kind not in ("whole", "real"):
            raise ExpressionError(f"- before {WORDS[found.kind]}", "numbers there", "Remove the sign.")
        return Node("negative", found.kind, (found,))

    def atom(self) -> Node:
        if self.kind == "whole":
            number = int(self.next())
            if number > _MOST_WHOLE:
                raise ExpressionError("a whole number beyond BIGINT", f"at most {_MOST_WHOLE}", "Write a smaller one.")
            return Node("literal", "whole", value=number)
        if self.kind == "real":
            number_ = float(self.next().rstrip("dD"))
            if number_ == float("inf"):
                raise ExpressionError("a number beyond DOUBLE", "smaller numbers", "Write a smaller one.")
            return Node("literal", "real", value=number_)
        if self.kind == "text":
            return Node("literal", "text", value=self.next())
        if self.accept("("):
            found = self.either()
            self.expect(")")
            return found
        if self.kind == "name":
            return self.column(self.next())
        if self.kind != "word":
            raise self.unexpected("a column, a value or a function")
        return self.worded()

    def worded(self) -> Node:
        word = self.value.lower()
        following = self.tokens[self.place + 1]
        if word == "date" and following[0] == "text":
            self.next()
            return self.day(self.next())
        if following[:2] == ("sign", "(") and word not in _RESERVED:
            return self.call()
        if word in ("true", "false"):
            self.next()
            return Node("literal", "flag", value=word == "true")
        if self.accept("null"):
            return Node("literal", "null")
        if self.accept("case"):
            return self.case()
        if self.accept("cast"):
            return self.cast()
        if word in CHANGING:
            raise self._changing(self.value)
        if word in _RESERVED or word in ("select", "over", "from"):
            raise self.unexpected("a column, a value or a function")
        return self.column(self.next())

    # --- pieces ----------------------------------------------------------------------------------------------

    def column(self, name: str) -> Node:
        if name not in self.columns:
            raise ExpressionError(
                f"the column {name}", f"one of {', '.join(self.columns)}", did_you_mean(name, self.columns, "Remove it")
            )
        return Node("column", kind_of_type(self.columns[name]), value=name, type=self.columns[name])

    def call(self) -> Node:
        given = self.next()
        name = ALIASES.get(given.lower(), given.lower())
        if name in CHANGING:
            raise self._changing(given)
        if name in OF_MANY_ROWS:
            allowed = "expressions over one row of the table"
            raise ExpressionError(f"{given}(…), which looks at many rows", allowed, "Add it up in a query of your own.")
        if name not in FUNCTIONS:
            allowed = f"the functions {', '.join(FUNCTIONS)}, and cast"
            raise ExpressionError(f"the function {given}", allowed, did_you_mean(name, FUNCTIONS, "Write it otherwise"))
        self.expect("(")
        return FUNCTIONS[name](name, [] if self.accept(")") else self.listed())

    def listed(self) -> list[Node]:
        found = [self.either()]
        while self.accept(","):
            found.append(self.either())
        self.expect(")")
        return found

    def case(self) -> Node:
        compared = None if self.is_word("when") else self.either()
        conditions, results = [], []
        while self.accept("when"):
            condition = self.either()
            if compared is not None:
                condition = comparison("=", compared, condition)
            conditions.append(flag(condition, "when"))
            self.expect("then")
            results.append(self.either())
        if not conditions:
            raise self.unexpected("when")
        results.append(self.either() if self.accept("else") else Node("literal", "null"))
        self.expect("end")
        results = alike(results, "case")
        pairs = [part for pair in zip(conditions, results) for part in pair]
        return Node("case", results[0].kind, (*pairs, results[-1]))

    def cast(self) -> Node:
        self.expect("(")
        found = self.either()
        self.expect("as")
        wanted = self.next().lower()
        self.expect(")")
        if wanted in ("string", "double", "bigint", "date") and kind_of_type(wanted) == found.kind:
            return found
        if wanted == "double" and found.kind == "whole":
            return real(found)
        if wanted == "date" and found.kind == "time":
            return Node("to_date", "date", (found,))
        if wanted == "string" and found.kind in ("whole", "flag", "date"):
            return Node("string", "text", (found,))
        allowed = (
            "cast of whole numbers, dates and true or false to string, of whole numbers to double, of times to date"
        )
        hint = "Engines write or read such values differently; floor(x) makes a whole number of a number."
        raise ExpressionError(f"a cast of {WORDS[found.kind]} to {wanted or 'nothing'}", allowed, hint)

    def day(self, text: str) -> Node:
        try:
            return Node("literal", "date", value=date.fromisoformat(text).isoformat())
        except ValueError:
            allowed = "a day that exists, as date '2025-01-31'"
            raise ExpressionError(f"date '{text}'", allowed, "Write such a day.") from None

    def literal_text(self) -> Node:
        if self.kind != "text":
            raise self.unexpected("a pattern in quotes")
        return Node("literal", "text", value=self.next())

    @staticmethod
    def _changing(name: str) -> ExpressionError:
        return ExpressionError(
            f"{name}, which is another with each call",
            "what gives the same row again",
            "Draw with values, minValue and maxValue, template or faker instead: by hashes of the key.",
        )
