"""Table 2: people."""

from idgraph_widgets.schema.table import BY_HOUSEHOLD, Column, Table

ROLES = ("householder", "spouse", "partner", "child", "parent", "relative", "roommate")
GENDERS = ("female", "male", "nonbinary")
EDUCATION_LEVELS = ("less_than_high_school", "high_school", "some_college", "associate", "bachelors", "graduate")
EMPLOYMENT_STATUSES = (
    "employed_full_time",
    "employed_part_time",
    "unemployed",
    "student",
    "homemaker",
    "retired",
    "not_in_labor_force",
)
NONE = "none"
"""Education under 18 and employment under 16."""

TEEN_AGE = 13
"""Youngest age with identifiers of one's own (COPPA: none under 13)."""

ADULT_AGE = 18
"""From this age a person can hold a household, opt in to e-mail, be in a segment and buy."""


TABLE = Table(
    "individuals",
    "The people of the households.",
    ("individual_id",),
    (
        Column("individual_id", "bigint", "Key: household_id * 16 + person_number"),
        Column("household_id", "bigint", "The person's household", references="households"),
        Column("person_number", "int", "Number within the household, from 1 (the householder)"),
        Column("role", "string", "Relation to the householder", vocabulary=ROLES),
        Column("first_name", "string", "First name"),
        Column("last_name", "string", "Surname"),
        Column("gender", "string", "Gender", vocabulary=GENDERS),
        Column("birth_date", "date", "Date of birth"),
        Column("age", "int", "Whole years at the start of the window"),
        Column("education", "string", "Highest degree; none under 18", vocabulary=(*EDUCATION_LEVELS, NONE)),
        Column("employment_status", "string", "Employment; none under 16", vocabulary=(*EMPLOYMENT_STATUSES, NONE)),
        Column("email_opt_in", "boolean", "Whether the person accepted marketing e-mail at the start; adults only"),
        Column(
            "ad_tracking_allowed",
            "boolean",
            "Whether the person's own mobile devices have an advertising id at the start; never under 13",
        ),
    ),
    cut=BY_HOUSEHOLD,
    grows="lasting",
    cluster_by=("individual_id",),
)
