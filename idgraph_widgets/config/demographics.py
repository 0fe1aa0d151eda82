"""Who the people are: age, gender, education and work; their identifiers are in `identity`."""

from __future__ import annotations

from dataclasses import dataclass

from idgraph_widgets.config.identity import IdentityConfig
from idgraph_widgets.config.kinds import Span
from idgraph_widgets.config.mappings import Shares
from idgraph_widgets.config.records import RecordsConfig
from idgraph_widgets.config.section import Section, Source, section, setting
from idgraph_widgets.schema.individuals import EDUCATION_LEVELS, EMPLOYMENT_STATUSES, GENDERS


@dataclass
class DemographicsConfig(Section):
    """Marginal distributions of the people; joint ones follow the published tables."""

    age_range: tuple[int, int] = setting(
        (0, 100),
        Span(0, 100),
        "Youngest and oldest age",
        unit="years",
        group="Age",
        help="Ages as of start_date; 100 means 100 and over. There must be room for adults, because every "
        "household has an adult householder.",
        source=Source("US Census Bureau, PEP Vintage 2024, single year of age, 0 to 100+", 2024, "seen"),
    )
    gender_distribution: dict[str, float] = setting(
        {"female": 0.499, "male": 0.489, "nonbinary": 0.012},
        Shares(GENDERS, what="gender"),
        "Share of people by gender",
        unit="share",
        group="Gender",
        help="Over people of all ages.",
        source=Source(
            "US Census Bureau, PEP Vintage 2024 (50.5 % female, 49.5 % male), after a nonbinary share "
            "chosen between 1.0 and 1.6 %",
            2024,
            "design",
        ),
    )
    education_distribution: dict[str, float] = setting(
        {
            "less_than_high_school": 0.10395,
            "high_school": 0.26037,
            "some_college": 0.19078,
            "associate": 0.08805,
            "bachelors": 0.21606,
            "graduate": 0.14079,
        },
        Shares(EDUCATION_LEVELS, what="level"),
        "Share of adults by education",
        unit="share of people aged 25 and over",
        group="Education",
        help="Highest level reached, over ages 25 and above.",
        source=Source(
            "US Census Bureau, ACS 2020-2024 5-year, table S1501, computed from county rows", 2024, "derived"
        ),
    )
    employment_distribution: dict[str, float] = setting(
        {
            "employed_full_time": 0.499,
            "employed_part_time": 0.102,
            "unemployed": 0.025,
            "student": 0.065,
            "homemaker": 0.050,
            "retired": 0.190,
            "not_in_labor_force": 0.069,
        },
        Shares(EMPLOYMENT_STATUSES, what="status"),
        "Share of people by employment",
        unit="share of people aged 16 and over",
        group="Employment",
        help="Over ages 16 and above; how people out of the labor force split is a choice of this library.",
        source=Source(
            "BLS, CPS 2024 annual averages, table 3: 60.1 % employed, 2.5 % unemployed, 37.4 % not in the "
            "labor force; 83 % of the employed full-time (memory); the split of the last into student, "
            "homemaker, retired and other (design)",
            2024,
            "design",
        ),
    )
    identity_mappings: IdentityConfig = section(
        IdentityConfig,
        "Identity graph",
        group="Identity",
        help="Devices and identifiers per person, sharing, churn, opt-out and noise.",
    )
    source_records: RecordsConfig = section(
        RecordsConfig,
        "Source records",
        group="Records",
        help="Customer records of several systems, to practise identity resolution on, and their errors.",
    )
