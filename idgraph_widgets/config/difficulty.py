"""How hard identities are to resolve: three settings of the dials of noise, in the graph and in source records."""

from __future__ import annotations

from typing import Any

from idgraph_widgets.config.generation import GenerationConfig
from idgraph_widgets.config.identity import IdentityConfig
from idgraph_widgets.config.problems import Problem, config_error, did_you_mean, shown
from idgraph_widgets.config.records import BLANKS, RecordsConfig

_CLEAN_GRAPH = {
    "shared_email_share": 0.0,
    "recycled_email_share": 0.0,
    "email_variant_share": 0.0,
    "cookie_lifetime_days": 400.0,
    "home_ip_rotation_days": 3650.0,
    "public_ip_share": 0.0,
    "hot_ip_share": 0.0,
    "probabilistic_share": 0.0,
    "deterministic_error_share": 0.0,
    "typo_share": 0.0,
    "hash_variant_share": 0.0,
    "twin_share": 0.0,
    "namesake_share": 0.0,
}

_HARD_GRAPH = {
    "shared_email_share": 0.12,
    "recycled_email_share": 0.08,
    "email_variant_share": 0.15,
    "cookie_lifetime_days": 30.0,
    "home_ip_rotation_days": 14.0,
    "public_ip_share": 0.20,
    "public_ip_pool_size": 400,
    "hot_ip_share": 0.40,
    "probabilistic_share": 0.90,
    "probabilistic_confidence": {"alpha": 2.0, "beta": 3.0},
    "deterministic_error_share": 0.03,
    "typo_share": 0.12,
    "hash_variant_share": 0.12,
    "twin_share": 0.10,
    "namesake_share": 0.15,
    "same_household_false_share": 0.35,
}

_CLEAN_RECORDS = {
    "other_format_share": 0.0,
    "typo_share": 0.0,
    "nickname_share": 0.0,
    "swapped_names_share": 0.0,
    "swapped_birth_date_share": 0.0,
    "wrong_birth_date_share": 0.0,
    "missing_shares": dict.fromkeys(BLANKS, 0.0),
    "landline_share": 0.0,
    "former_surname_share": 0.0,
    "former_address_share": 0.0,
}

_HARD_RECORDS = {
    "other_format_share": 0.5,
    "typo_share": 0.08,
    "nickname_share": 0.25,
    "swapped_names_share": 0.03,
    "swapped_birth_date_share": 0.04,
    "wrong_birth_date_share": 0.05,
    "missing_shares": {"email": 0.45, "phone": 0.50, "birth_date": 0.55, "address_line": 0.30},
    "landline_share": 0.35,
    "former_surname_share": 0.20,
    "former_address_share": 0.20,
}

DIFFICULTIES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "clean": (_CLEAN_GRAPH, _CLEAN_RECORDS),
    "realistic": ({}, {}),
    "hard": (_HARD_GRAPH, _HARD_RECORDS),
}
"""Name to the values of `IdentityConfig` and of `RecordsConfig` that differ from their defaults.

*Clean* has no wrong link and no wrong cell: what remains to be resolved is that people have several mailboxes and
devices. *Realistic* is the defaults. *Hard* multiplies every kind of noise (design).
"""


def with_difficulty(config: GenerationConfig, name: str) -> GenerationConfig:
    """A copy of the configuration with the dials of noise at that difficulty.

    All dials that any difficulty sets are set, so the result does not depend on what they were; other settings,
    such as device shares, stay.

    Parameters
    ----------
    config : GenerationConfig
    name : {"clean", "realistic", "hard"}

    Raises
    ------
    ConfigError
        If there is no such difficulty.

    Examples
    --------
    >>> hard = with_difficulty(GenerationConfig(), "hard")
    >>> hard.demographics_config.identity_mappings.probabilistic_share
    0.9
    """
    if name not in DIFFICULTIES:
        hint = did_you_mean(name, DIFFICULTIES, "Choose one of these")
        problem = Problem("difficulty", shown(name), ", ".join(DIFFICULTIES), hint)
        raise config_error([problem], "the choice of a difficulty")
    made = GenerationConfig.from_dict(config.to_dict(), check=False)
    people = made.demographics_config
    sections = ((people.identity_mappings, IdentityConfig()), (people.source_records, RecordsConfig()))
    for index, (section, default) in enumerate(sections):
        for dial in {dial for values in DIFFICULTIES.values() for dial in values[index]}:
            setattr(section, dial, DIFFICULTIES[name][index].get(dial, getattr(default, dial)))
    return made
