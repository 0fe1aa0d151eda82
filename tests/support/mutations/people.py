"""Mutations of households and individuals; see `mutation`."""

from __future__ import annotations

from support.mutations.mutation import mutation

HOUSEHOLDS = [
    mutation(
        "households.state_configured",
        "households",
        state="'ZZ'",
        also=("structure.households.state.vocabulary", "households.market_in_one_state", "viewership.", "MEMBERSHIP"),
    ),
    mutation("households.state_facts", "households", "state = 'CA'", census_region="'South'"),
    mutation("households.inside_state", "households", latitude="latitude + 40", also=("households.near_zip3",)),
    mutation("households.near_zip3", "households", "state = 'CA' and latitude < 36", latitude="latitude + 1"),
    mutation("households.zip3_of_state", "households", zip3="'000'"),
    # A home of the same block that is not there.
    mutation(
        "structure.household_moves.fk", "household_moves", household_id="(household_id - 1) div 10000 * 10000 + 10000"
    ),
    mutation("households.moves_in_market", "household_moves", market_code="'XX-01'"),
    mutation("households.moves_in_window", "household_moves", moved_ts="timestamp_micros(0)"),
    mutation("households.home_ip_safe", "households", home_ip="'8.8.8.8'"),
    mutation("households.income_bracket_configured", "households", income_bracket="'a lot'"),
    mutation(
        "households.income_in_bracket", "households", "income_bracket = '<30K'", annual_income="cast(30000 as bigint)"
    ),
    mutation(
        "households.living_alone", "households", "household_type = 'other_family'", household_type="'living_alone'"
    ),
    mutation("households.has_children", "households", "has_children", has_children="false", also=("MEMBERSHIP",)),
    mutation("households.couples", "households", "household_type = 'married_couple'", household_type="'other_family'"),
    mutation(
        "households.single_parent",
        "households",
        "household_type = 'other_family' and household_id not in"
        " (select household_id from {individuals} where role = 'child')",
        household_type="'single_parent'",
    ),
    mutation("households.nonfamily", "households", "household_type = 'other_family'", household_type="'nonfamily'"),
    mutation(
        "households.market_in_one_state",
        "households",
        "state = 'CA'",
        market_code="(select max(market_code) from {households} where state = 'TX')",
    ),
    mutation(
        "households.exactly_size_people",
        "households",
        "household_size between 3 and 5 and household_id in"
        " (select household_id from {individuals} where role = 'relative')",
        also=("identity.shared_by_all",),
        household_size="household_size + 1",
    ),
    mutation(
        "households.size_bounds",
        "households",
        "household_size = 7",
        household_size="99",
        also=("households.exactly_size_people", "identity.shared_by_all"),
    ),
    mutation(
        "structure.households.count",
        "households",
        "household_id = (select max(household_id) from {households})",
        household_id="household_id + 1",
        also=(
            "structure.individuals.household_fk",
            "households.",
            "viewership.",
            "MEMBERSHIP",
            "structure.campaign_holdouts.fk",
            "structure.campaign_opportunities.fks",
            "identity.shared_by_all",
        ),
    ),
]

INDIVIDUALS = [
    mutation(
        "structure.individuals.household_fk",
        "individuals",
        "role = 'roommate'",
        household_id="(select max(h.household_id) + 1 from {households} h)",
        also=(
            "structure.blocks_apart",
            "structure.individuals.key_of_household",
            "households.exactly_size_people",
            "identity.",
            "exposures.",
            "MEMBERSHIP",
            "viewership.",
        ),
    ),
    mutation(
        "households.one_householder",
        "individuals",
        "role = 'roommate' and age >= 18",
        role="'householder'",
        also=("households.nonfamily",),
    ),
    mutation(
        "structure.individuals.key_of_household",
        "individuals",
        "role = 'householder' and household_id in (select household_id from {households} where household_size = 1)",
        person_number="2",
        also=("individuals.person_number",),
    ),
    mutation(
        "individuals.person_number_unique",
        "individuals",
        "person_number = 4",
        person_number="3",
        also=("structure.individuals.key_of_household",),
    ),
    mutation(
        "individuals.person_number",
        "individuals",
        "person_number = 2",
        person_number="16",
        also=("structure.individuals.key_of_household",),
    ),
    mutation(
        "individuals.age_of_birth_date",
        "individuals",
        "role = 'householder' and age between 40 and 44",
        age="age + 1",
        also=("MEMBERSHIP",),
    ),
    mutation(
        "individuals.age_range",
        "individuals",
        "role = 'householder' and age = (select max(age) from {individuals} where role = 'householder')",
        age="101",
        birth_date="date_sub(birth_date, 101 * 366 - age * 365)",
        also=("individuals.age_of_birth_date", "MEMBERSHIP"),
    ),
    mutation(
        "individuals.child_younger",
        "individuals",
        "role = 'child' and age >= 25",
        role="'child'",
        age="95",
        birth_date="date_from_unix_date(-14800)",
        also=("individuals.age_of_birth_date", "MEMBERSHIP"),
    ),
    mutation(
        "individuals.siblings_apart",
        "individuals",
        "day(birth_date) > 20 and individual_id in (select max(individual_id) from {individuals}"
        " where role = 'child' group by household_id, birth_date having count(*) > 1)",
        birth_date="date_sub(birth_date, 5)",
    ),
    mutation(
        "individuals.parent_older",
        "individuals",
        "role = 'roommate' and age between 25 and 30",
        role="'parent'",
        also=("households.nonfamily",),
    ),
    mutation(
        "individuals.minor_not_householder",
        "individuals",
        "role = 'householder' and household_id in (select household_id from {households} where household_size = 1)",
        age="17",
        education="'none'",
        also=("individuals.age_of_birth_date", "exposures.never_minors", "audience.no_minors", "MEMBERSHIP"),
    ),
    mutation("individuals.minor_no_degree", "individuals", "age between 10 and 17", education="'bachelors'"),
    mutation("individuals.no_job_before_16", "individuals", "age < 16", employment_status="'employed_full_time'"),
    mutation(
        "individuals.gender_configured",
        "individuals",
        gender="'unknown'",
        also=("structure.individuals.gender.vocabulary", "MEMBERSHIP"),
    ),
    mutation(
        "individuals.education_configured",
        "individuals",
        "age >= 25",
        education="'unknown'",
        also=("structure.individuals.education.vocabulary", "MEMBERSHIP"),
    ),
    mutation(
        "individuals.employment_status_configured",
        "individuals",
        "age >= 16",
        employment_status="'unknown'",
        also=("structure.individuals.employment_status.vocabulary", "MEMBERSHIP"),
    ),
]
