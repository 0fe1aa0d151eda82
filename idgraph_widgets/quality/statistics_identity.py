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

CALIBRATED = 0.02
"""How far a decile's mean confidence may be from its share of true links, beyond chance."""

_MAILBOX = "replace(substring_index(substring_index(m.identifier_value, '@', 1), '+', 1), '.', '')"
"""SQL: what all spellings of a mailbox have in common before the @."""

_TRUE = "{identity_mappings} m join {truth_identity} t on m.mapping_id = t.mapping_id"


def tallies(_context: Context) -> list[Tally]:
    """Counts of links by confidence, of devices by platform, of mailboxes by domain, of phones by age."""
    return [
        Tally(
            "stat_confidence",
            "select least(cast(floor(m.confidence * 10) as bigint), 9L) as decile, m.identifier_type,"
            " count(*) as n,"
            " sum(case when m.individual_id = t.true_individual_id then 1 else 0 end) as held,"
            " sum(cast(round(m.confidence * 10000) as bigint)) as confidence_e4"
            f" from {_TRUE} group by 1, 2",
            sums=("n", "held", "confidence_e4"),
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
            "  where m.device_type = 'mobile' group by m.individual_id) p"
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
        *[_calibration(decile) for decile in range(10)],
    ]


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


def _calibration(decile: int) -> Statistic:
    def judge(rows: Rows) -> Judgement | NotJudged:
        kept = [row for row in rows if row["decile"] == decile]
        n = sum(row["n"] for row in kept)
        if n < 30:
            return NotJudged(f"{n:,} links are too few for a share")
        mean = sum(row["confidence_e4"] for row in kept) / n / 10_000
        true = sum(row["held"] for row in kept) / n
        chance = CERTAIN * math.sqrt(max(mean * (1 - mean), 1e-4) / n)
        return Judgement(mean, true, abs(mean - true), CALIBRATED + chance, n, "absolute", chance)

    low, high = decile / 10, (decile + 1) / 10
    return Statistic(
        f"statistics.confidence_{decile}",
        f"Of links with confidence {low:.1f} to {high:.1f} as many are true as their mean confidence says.",
        "stat_confidence",
        judge,
        "truth_identity",
    )
