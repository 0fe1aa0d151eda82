"""Statistical checks of the identity graph: devices, mailboxes, and whether confidence means what it says."""

from __future__ import annotations

import math

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.quality.checks import Context
from idgraph_widgets.quality.statistics import (
    CERTAIN,
    Judgement,
    NotJudged,
    Rows,
    Statistic,
    Tally,
    added,
    compare_rate,
    compare_shares,
)
from idgraph_widgets.schema.individuals import ADULT_AGE

CALIBRATED, FINELY = 0.02, 0.003
"""How far the mean confidence of a tenth, and above .9 of a hundredth, may be from its share of true links."""

_STANDARD_ERRORS = 3.0
"""So many are allowed where chance reaches further than that."""

_ONE_FATE = 2.0
"""Variance of the number of true links relative to a binomial one: a mailbox, its hash and its pseudonym are one."""

_FINE = 90
"""Confidence in hundredths from which each is a bin of its own."""

_GROWN = 40
"""Years of adult ages from which parents and grown children are there to share accounts."""

_MAILBOX = "replace(substring_index(substring_index(m.identifier_value, '@', 1), '+', 1), '.', '')"
"""SQL: what all spellings of a mailbox have in common before the @."""

_HUNDREDTH = "(cast(round(m.confidence * 10000) as bigint) div 100)"
"""SQL: confidence in whole hundredths."""

_LASTS = "m.identifier_type in ('idfa', 'gaid')"
"""SQL: an identifier that lives long enough to be found in another home, however short the lives of cookies."""

_TRUE = "{identity_mappings} m join {truth_identity} t on m.mapping_id = t.mapping_id"


def tallies(_context: Context) -> list[Tally]:
    """Counts of links by confidence, of devices by platform, of mailboxes by domain, of phones by age."""
    return [
        Tally(
            "stat_confidence",
            f"select case when {_HUNDREDTH} >= {_FINE} then least({_HUNDREDTH}, 99L)"
            f" else {_HUNDREDTH} div 10 end as bin, m.identifier_type, count(*) as n,"
            " sum(case when m.individual_id = t.true_individual_id then 1 else 0 end) as held,"
            " sum(cast(round(m.confidence * 10000) as bigint)) as confidence_e4"
            f" from {_TRUE} group by 1, 2",
            sums=("n", "held", "confidence_e4"),
        ),
        Tally(
            "stat_guesses",
            "select 1 as guesses, count(*) as n, sum(case when t.relation = 'outsider' then 1 else 0 end) as outside,"
            " sum(case when m.individual_id = t.true_individual_id then 1 else 0 end) as held,"
            f" sum(case when {_LASTS} and t.relation = 'co_user' then 1 else 0 end) as co_used,"
            f" sum(case when {_LASTS} and m.individual_id = t.true_individual_id then 1 else 0 end) as lasting"
            f" from {_TRUE} where m.match_type = 'probabilistic' group by 1",
            sums=("n", "outside", "held", "co_used", "lasting"),
        ),
        Tally(
            "stat_devices",
            "select m.device_type, m.platform, count(distinct m.device_id) as n"
            f" from {_TRUE} where m.device_id is not null and m.individual_id = t.true_individual_id"
            " group by 1, 2",
        ),
        Tally(
            "stat_domains",
            "select substring_index(m.identifier_value, '@', -1) as domain,"
            f" count(distinct {_MAILBOX}) as n"
            f" from {_TRUE} where m.identifier_type = 'email' and m.individual_id = t.true_individual_id"
            " group by 1",
        ),
        Tally(
            "stat_apple",
            "select case when i.age < 30 then 'young' when i.age >= 65 then 'old' else 'middle' end as age,"
            " case when h.annual_income >= 100000 then 'rich' when h.annual_income < 30000 then 'poor'"
            " else 'middle' end as income, m.platform, count(*) as n from {identity_mappings} m"
            " join {individuals} i on m.individual_id = i.individual_id"
            " join {households} h on m.household_id = h.household_id"
            " where m.device_type = 'mobile' and m.platform in ('ios', 'android') and i.age >= 18 group by 1, 2, 3",
        ),
        Tally(
            "stat_phones",
            "select i.age, h.annual_income < 30000 as low_income, count(*) as n, sum(coalesce(p.seen, 0)) as seen"
            " from {individuals} i join {households} h on i.household_id = h.household_id left join"
            " (select m.individual_id, max(1) as seen from {identity_mappings} m join {truth_identity} t"
            "  on m.mapping_id = t.mapping_id and m.individual_id = t.true_individual_id"
            "  where m.device_type = 'mobile' and t.relation = 'owner' group by m.individual_id) p"
            " on i.individual_id = p.individual_id where i.age >= 13 group by 1, 2",
            sums=("n", "seen"),
        ),
    ]


def checks(context: Context) -> list[Statistic]:
    """Platforms of TVs, domains of mailboxes, calibration of confidence per decile."""
    identity = context.config.demographics_config.identity_mappings

    def platforms(rows: Rows) -> Judgement | NotJudged:
        kept = [row for row in rows if row["device_type"] == "ctv"]
        return compare_shares(added(kept, lambda row: row["platform"]), identity.ctv_platform_shares)

    def domains(rows: Rows) -> Judgement | NotJudged:
        known = set(identity.email_domain_shares)
        counts = added(rows, lambda row: row["domain"] if row["domain"] in known else "other")
        return compare_shares(counts, identity.email_domain_shares)

    return [
        Statistic("statistics.ctv_platform", "TVs by platform follow ctv_platform_shares.", "stat_devices", platforms),
        Statistic(
            "statistics.email_domain", "Mailboxes by domain follow email_domain_shares.", "stat_domains", domains
        ),
        _phones(context.config),
        *_guesses(context.config),
        *[_calibration(tenth, tenth * 10, tenth * 10 + 10, CALIBRATED) for tenth in range(_FINE // 10)],
        *[_calibration(bin, bin, bin + 1, FINELY) for bin in range(_FINE, 100)],
    ]


def _guesses(config: GenerationConfig) -> list[Statistic]:
    """Neither falseness nor truth shows in whether an identifier is found twice."""
    identity, ages = config.demographics_config.identity_mappings, config.demographics_config.age_range

    def outside(rows: Rows) -> Judgement | NotJudged:
        false = sum(row["n"] - row["held"] for row in rows)
        return _at_least(sum(row["outside"] for row in rows), false, identity.outsider_share)

    def co_used(rows: Rows) -> Judgement | NotJudged:
        if ages[1] - max(ages[0], ADULT_AGE) < _GROWN:
            return NotJudged(f"ages from {ages[0]} to {ages[1]} have few parents of grown children")
        # Not all find one: the first homes of a block have few before them.
        found, held = (sum(row[name] for row in rows) for name in ("co_used", "lasting"))
        return _at_least(found, held, identity.co_user_share / 4)

    return [
        Statistic(
            "statistics.outsiders",
            "At least as many false probabilistic links as outsider_share says are about people outside the dataset.",
            "stat_guesses",
            outside,
            "truth_identity",
        ),
        Statistic(
            "statistics.co_users",
            "Of true probabilistic links of mobile advertising ids, which last, at least a quarter as many as"
            " co_user_share says are found in another home.",
            "stat_guesses",
            co_used,
            "truth_identity",
        ),
    ]


def _at_least(hits: float, total: float, target: float) -> Judgement | NotJudged:
    """A share against the least it may be."""
    if not total or target * total < 1:
        return NotJudged(f"fewer than one is expected in {total:,.0f}")
    chance = CERTAIN * math.sqrt(target * (1 - target) / total)
    return Judgement(target, hits / total, max(0.0, target - hits / total), chance, int(total), "absolute", chance)


def _phones(config: GenerationConfig) -> Statistic:
    """Seen mobile devices by age stand in the proportions of ownership: capture does not ask for age."""
    ownership = config.demographics_config.identity_mappings.smartphone_ownership
    bands = sorted((int(band.replace("+", "-").split("-")[0]), share) for band, share in ownership.items())
    old, share_old = bands[-1]

    def judge(rows: Rows) -> Judgement | NotJudged:
        def seen(keep) -> tuple[float, float]:
            kept = [row for row in rows if keep(row["age"])]
            return sum(row["seen"] for row in kept), sum(row["n"] for row in kept)

        (hits, people), (others, _) = seen(lambda age: age >= old), seen(lambda age: 18 <= age < old)
        between = sum(row["n"] * _owned(row["age"], bands) for row in rows if 18 <= row["age"] < old)
        if not between or not others:
            return NotJudged(f"nobody of 18 to {old - 1} with a smartphone is there to compare with")
        # Chance has a part in how many of the others are seen, too.
        return compare_rate(hits, people, others / between * share_old, spread=1 + hits / others)

    return Statistic(
        "statistics.phones_by_age",
        "The oldest are seen with a phone less often than others, in proportion to smartphone_ownership.",
        "stat_phones",
        judge,
    )


def _owned(age: int, bands) -> float:
    return next(share for low, share in reversed(bands) if age >= low)


def _calibration(bin: int, low: int, high: int, within: float) -> Statistic:
    """Links of confidence from `low` to `high` hundredths."""

    def judge(rows: Rows) -> Judgement | NotJudged:
        kept = [row for row in rows if row["bin"] == bin]
        n = sum(row["n"] for row in kept)
        if n < 30:
            return NotJudged(f"{n:,} links are too few for a share")
        mean = sum(row["confidence_e4"] for row in kept) / n / 10_000
        true = sum(row["held"] for row in kept) / n
        # A handful of wrong ones is not a normal distribution: one more or less is chance, too.
        chance = _STANDARD_ERRORS * math.sqrt(_ONE_FATE * max(mean * (1 - mean), 1e-4) / n) + 1 / n
        return Judgement(mean, true, abs(mean - true), max(within, chance), n, "absolute", chance)

    return Statistic(
        f"statistics.confidence_{low:02d}",
        f"Of links with confidence {low / 100:.2f} to {high / 100:.2f} as many are true as their mean confidence says.",
        "stat_confidence",
        judge,
        "truth_identity",
    )
