"""Statistical checks of what makes resolution hard: source records and their errors, lookalikes, shared mailboxes."""

from __future__ import annotations

from idgraph_widgets.config.compositions import PARENT_GAP
from idgraph_widgets.config.identity import COUPLED_ADULTS
from idgraph_widgets.config.records import BLANKS, RecordsConfig
from idgraph_widgets.quality.checks import Context
from idgraph_widgets.quality.statistics import (
    Judgement,
    NotJudged,
    Rows,
    Statistic,
    Tally,
    added,
    compare_rate,
    compare_shares,
    unjudged,
)
from idgraph_widgets.quality.targets import is_default
from idgraph_widgets.schema.individuals import ADULT_AGE
from idgraph_widgets.schema.source_records import SYSTEMS

_SURE = {"email": "web_signup", "phone": "loyalty", "address_line": "subscription"}
"""The system in which a cell is never empty."""

TWIN_PAIRS, TWIN_PAIRS_WITHIN = 0.0325, 0.385
"""Twins among pairs of siblings at home, and how far from it they may be, relatively: 2 to 4.5 %."""

_TWIN_SETTINGS = "household_config.size_distribution", "demographics_config.identity_mappings.twin_share"

_CROWDED = "parents so young have room for several children only where they are of one age"

_DAYS = 365.25
_CAN_SWAP, _SWAP_SHOWS = 144 / _DAYS, 132 / _DAYS
"""Share of birthdays whose day can be a month, and of those that another date comes out of it."""

_COUPLED = """(i.role in ('spouse', 'partner')
    or (i.role = 'householder' and h.household_type in ('married_couple', 'cohabiting')))"""

_MAILBOX = "replace(substring_index(substring_index(m.identifier_value, '@', 1), '+', 1), '.', '')"
"""SQL: what all spellings of a mailbox have in common before the @."""

_PATTERN = "^[a-z]+([._][a-z]+)?[0-9][0-9][0-9][0-9]?([+][a-z]+)?@"
"""A local part of one or two words of letters and a number, tagged or not."""

_LAST_RESORT = 0.01
"""Share of addresses with random characters, at most (design)."""

_GMAIL = "identifier_type = 'email' and not is_shared and identifier_value like '%@gmail.%'"


def tallies(_context: Context) -> list[Tally]:
    """Counts of records by system and of their cells, of records per person, of mailboxes, of siblings."""
    empty = [f"sum(case when r.{cell} is null then 1 else 0 end) as empty_{cell}" for cell in BLANKS]
    return [
        Tally(
            "stat_records",
            f"select r.source_system, count(*) as n, {', '.join(empty)},"
            " sum(case when r.birth_date is not null and concat(',', t.corrupted_columns, ',') like '%,birth_date,%'"
            " then 1 else 0 end) as wrong_birth_date,"
            " sum(case when r.email is not null and concat(',', t.corrupted_columns, ',') like '%,email,%'"
            " then 1 else 0 end) as wrong_email"
            " from {truth_records} t join {source_records} r on t.record_id = r.record_id group by 1",
            sums=("n", *(f"empty_{cell}" for cell in BLANKS), "wrong_birth_date", "wrong_email"),
        ),
        Tally(
            "stat_known",
            "select copies, count(*) as n from (select count(*) as copies from {truth_records} t"
            " join {source_records} r on t.record_id = r.record_id"
            " group by t.true_individual_id, r.source_system) c group by 1",
        ),
        Tally(
            "stat_adults",
            "select 1 as adults, count(*) as n, sum(coalesce(s.shares, 0)) as shared,"
            f" sum(case when {_COUPLED} then 1 else 0 end) as coupled from {{individuals}} i"
            " left join (select individual_id, max(1) as shares from {identity_mappings}"
            " where identifier_type = 'email' and is_shared group by individual_id) s"
            " on i.individual_id = s.individual_id join {households} h on i.household_id = h.household_id"
            " where i.age >= 18 group by 1",
            sums=("n", "coupled", "shared"),
        ),
        Tally(
            "stat_mailboxes",
            "select 1 as mailboxes, count(*) as n,"
            " sum(case when t.relation in ('former_owner', 'outsider') then 1 else 0 end) as recycled,"
            f" sum(case when identifier_value rlike '{_PATTERN}' then 1 else 0 end) as readable"
            " from {identity_mappings} m join {truth_identity} t on m.mapping_id = t.mapping_id"
            " where identifier_type = 'email' and not is_shared group by 1",
            sums=("n", "recycled", "readable"),
        ),
        Tally(
            "stat_spellings",
            "select 1 as spellings, sum(1) as plain, sum(case when n > 1 then 1 else 0 end) as respelt from ("
            f"select m.individual_id, {_MAILBOX} as mailbox, count(*) as n from {{identity_mappings}} m"
            " join {truth_identity} t on m.mapping_id = t.mapping_id"
            f" where {_GMAIL} and t.relation = 'owner' group by 1, 2) boxes group by 1",
            sums=("plain", "respelt"),
        ),
        Tally(
            "stat_siblings",
            "select a.person_number = b.person_number + 1 and (a.age < 18) = (b.age < 18) as neighbours, count(*) as n,"
            " sum(case when a.birth_date = b.birth_date then 1 else 0 end) as twins"
            " from {individuals} a join {individuals} b on a.household_id = b.household_id"
            " and a.person_number > b.person_number"
            " where a.role = 'child' and b.role = 'child' group by 1",
            sums=("n", "twins"),
        ),
    ]


def checks(context: Context) -> list[Statistic]:
    """Volume and errors of source records; shared, recycled and respelt mailboxes; twins."""
    dials = context.config.demographics_config.source_records
    return [*_volume(dials), *[_empty(dials, cell) for cell in BLANKS], *_errors(dials), *_graph(context)]


def _volume(dials: RecordsConfig) -> list[Statistic]:
    def systems(rows: Rows) -> Judgement | NotJudged:
        return compare_shares(added(rows, lambda row: row["source_system"]), dials.system_shares)

    def twice(rows: Rows) -> Judgement | NotJudged:
        found = added(rows, lambda row: row["copies"] > 1)
        return compare_rate(found.get(True, 0), sum(found.values()), dials.duplicate_share)

    return [
        Statistic("statistics.records_by_system", "Records by system follow system_shares.", "stat_records", systems),
        Statistic(
            "statistics.records_twice",
            "As many people as duplicate_share says are in a system twice.",
            "stat_known",
            twice,
        ),
    ]


def _empty(dials: RecordsConfig, cell: str) -> Statistic:
    def judge(rows: Rows) -> Judgement | NotJudged:
        kept = [row for row in rows if row["source_system"] != _SURE.get(cell)]
        total = sum(row["n"] for row in kept)
        return compare_rate(sum(row[f"empty_{cell}"] for row in kept), total, dials.missing_shares[cell])

    return Statistic(
        f"statistics.records_empty_{cell}",
        f"{cell} is empty as often as missing_shares says, where the system can do without.",
        "stat_records",
        judge,
    )


def _errors(dials: RecordsConfig) -> list[Statistic]:
    def of_cell(rows: Rows, cell: str, expected) -> Judgement | NotJudged:
        """Wrong cells among those filled; each system has its own rate, so the target is their mean."""
        filled = {row["source_system"]: row["n"] - row[f"empty_{cell}"] for row in rows}
        total = sum(filled.values())
        wrong = sum(row[f"wrong_{cell}"] for row in rows)
        factors = {name: dials.error_factors[name] for name in SYSTEMS if name in filled}
        wanted = sum(filled[name] * expected(factor) for name, factor in factors.items())
        return compare_rate(wrong, total, wanted / total if total else 0.0)

    def birth_date(factor: float) -> float:
        swapped = min(1.0, dials.swapped_birth_date_share * factor)
        wrong = min(1.0, dials.wrong_birth_date_share * factor)
        return _SWAP_SHOWS * swapped + (1 - _CAN_SWAP * swapped) * wrong

    return [
        Statistic(
            "statistics.records_wrong_birth_date",
            "Birth dates are wrong as often as their two dials and the systems' factors say.",
            "stat_records",
            lambda rows: of_cell(rows, "birth_date", birth_date),
        ),
        Statistic(
            "statistics.records_wrong_email",
            "Emails are mistyped as often as typo_share and the systems' factors say.",
            "stat_records",
            lambda rows: of_cell(rows, "email", lambda factor: min(1.0, dials.typo_share * factor)),
        ),
    ]


def _graph(context: Context) -> list[Statistic]:
    identity = context.config.demographics_config.identity_mappings

    def rate(of: str, among: str, target: float):
        def judge(rows: Rows) -> Judgement | NotJudged:
            return compare_rate(sum(row[of] for row in rows), sum(row[among] for row in rows), target)

        return judge

    def shared(rows: Rows) -> Judgement | NotJudged:
        adults = sum(row["n"] for row in rows)
        # The dial speaks of a population with that many couples; a couple shares or does not, whoever else there is.
        of_couples = min(1.0, identity.shared_email_share / COUPLED_ADULTS)
        target = of_couples * sum(row["coupled"] for row in rows) / max(1, adults)
        return compare_rate(sum(row["shared"] for row in rows), adults, target, spread=2.0)

    def patterns(rows: Rows) -> Judgement | NotJudged:
        n = sum(row["n"] for row in rows)
        if n < 30:
            return NotJudged(f"{n:,} addresses are too few for a share")
        found = sum(row["readable"] for row in rows) / n
        return Judgement(1.0, found, 1 - found, _LAST_RESORT, n, "absolute", 0.0)

    crowded = context.config.demographics_config.age_range[1] < ADULT_AGE + PARENT_GAP
    # A twin has no twin of its own.
    twins = identity.twin_share * (1 - identity.twin_share)

    def born_together(rows: Rows) -> Judgement | NotJudged:
        kept = [row for row in rows if row["neighbours"]]
        found = compare_rate(sum(row["twins"] for row in kept), sum(row["n"] for row in kept), twins)
        return unjudged(found, _CROWDED) if crowded else found

    def of_all_pairs(rows: Rows) -> Judgement | NotJudged:
        found = sum(row["twins"] for row in rows), sum(row["n"] for row in rows)
        judgement = compare_rate(*found, TWIN_PAIRS, TWIN_PAIRS_WITHIN)
        if crowded:
            return unjudged(judgement, _CROWDED)
        if is_default(context.config, *_TWIN_SETTINGS):
            return judgement
        return unjudged(judgement, "twin_share is chosen for this share in homes of the default sizes")

    return [
        Statistic(
            "statistics.shared_emails",
            "As many adults as shared_email_share says, given how many live with a partner, share a mailbox with them.",
            "stat_adults",
            shared,
        ),
        Statistic(
            "statistics.recycled_emails",
            "As many emails as recycled_email_share says belong to somebody else now.",
            "stat_mailboxes",
            rate("recycled", "n", identity.recycled_email_share),
        ),
        Statistic(
            "statistics.respelt_emails",
            "As many gmail addresses as email_variant_share says are there in a second spelling.",
            "stat_spellings",
            rate("respelt", "plain", identity.email_variant_share),
        ),
        Statistic(
            "statistics.email_patterns",
            "Email addresses follow patterns of names and a number; random characters are a last resort.",
            "stat_mailboxes",
            patterns,
        ),
        Statistic(
            "statistics.twins",
            "As many children as twin_share says have the birth date of the sibling before.",
            "stat_siblings",
            born_together,
        ),
        Statistic(
            "statistics.twin_pairs",
            "About 3 % of pairs of siblings who live together are twins.",
            "stat_siblings",
            of_all_pairs,
            "NCHS, 30.7 twin births per 1,000 in 2023 (memory)",
        ),
    ]
