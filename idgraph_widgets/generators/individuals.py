"""Table 2: individuals."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from idgraph_widgets.config import GenerationConfig
from idgraph_widgets.draws import Draws, choose, lottery, small_frame
from idgraph_widgets.generators.composition import model_of, single_male, with_composition
from idgraph_widgets.generators.devices import ADULT, TEEN, tracking_allowed
from idgraph_widgets.generators.names import (
    FIRST_TICKETS,
    LAST_TICKETS,
    first_name_group,
    first_name_lottery,
    last_name_lottery,
)
from idgraph_widgets.generators.social import with_education, with_employment
from idgraph_widgets.population import PopulationModel
from idgraph_widgets.population.kernels import AGES, KERNELS
from idgraph_widgets.population.model import ROLE_SHARES
from idgraph_widgets.schema.individuals import TABLE

MEMBER_TICKETS = 256

FAMILY_NAME_SHARES = {
    # P(the household's surname | role): about 80 % of married women take it (Pew 2023; memory), the rest design.
    "householder": 1.0,
    "spouse": 0.82,
    "partner": 0.04,
    "child": 0.93,
    "parent": 0.65,
    "relative": 0.55,
    "roommate": 0.01,
}


def generate_individuals(spark: SparkSession, config: GenerationConfig, households: DataFrame) -> DataFrame:
    """The members of these households.

    Parameters
    ----------
    spark : SparkSession
    config : GenerationConfig
    households : DataFrame
        Table 1, or a part of it.

    Returns
    -------
    DataFrame
        Columns of ``TABLE``, one row per person.
    """
    d = Draws(config.seed, "individuals")
    model = model_of(config)
    df = with_composition(spark, config, households.select("household_id", "income_bracket"))
    df = df.withColumn("pn", F.explode(F.sequence(F.lit(1).cast("bigint"), F.col("c_size"))))
    df = df.withColumn("individual_id", F.col("household_id") * F.lit(16) + F.col("pn"))
    df = _with_role(df, d, model)
    df = _with_twins(df, d, config)
    df = _with_age(spark, df, d, model)
    df = _with_gender(df, d, model, config)
    df = df.join(F.broadcast(_birth_frame(spark, config.start_date)), "age")
    born = F.col("b_first") + F.pmod(d.unit("birthday", "born_with"), F.col("b_days"))
    df = df.withColumn("birth_date", F.date_from_unix_date(born.cast("int")))
    df = with_education(spark, config, df, d.unit("education", "individual_id"))
    df = with_employment(spark, config, df, d.unit("employment", "individual_id"))
    df = _with_names(spark, df, d, config)
    share = config.demographics_config.identity_mappings.email_opt_in_share
    df = df.withColumn(
        "email_opt_in", (F.col("age") >= ADULT) & d.chance("email_opt_in", share, "individual_id")
    ).withColumn("ad_tracking_allowed", (F.col("age") >= TEEN) & tracking_allowed(config, F.col("individual_id")))
    return TABLE.select(df.withColumn("person_number", F.col("pn")))


def _with_role(df: DataFrame, d: Draws, model: PopulationModel) -> DataFrame:
    """Add ``role``, ``kernel`` (null for householder, spouse and partner) and ``anchor``, the kernel's row.

    ``kernel_before`` is the kernel of the person numbered before.
    """
    younger = F.least(F.col("c_age"), F.coalesce(F.col("s_age"), F.col("c_age")))
    df = df.withColumn("kernel", _kernel(d, model, younger, F.col("pn"), F.col("individual_id")))
    before = (F.col("pn") - F.lit(1), F.col("individual_id") - F.lit(1))
    df = df.withColumn("kernel_before", _kernel(d, model, younger, *before))
    role = (
        F.when(F.col("pn") == 1, "householder")
        .when(F.col("kernel").isNull() & (F.col("c_type") == "married_couple"), "spouse")
        .when(F.col("kernel").isNull(), "partner")
        .when(F.col("kernel").isin("minor", "adult_child"), "child")
        .otherwise(F.col("kernel"))
    )
    anchor = F.when(F.col("kernel").isin("minor", "adult_child"), younger).otherwise(F.col("c_age"))
    return df.withColumn("role", role).withColumn("anchor", anchor)


def _kernel(
    d: Draws, model: PopulationModel, younger: SparkColumn, pn: SparkColumn, person: SparkColumn
) -> SparkColumn:
    """Kernel of a household's member; null for householder, spouse and partner."""
    couple = F.col("s_age").isNotNull().cast("bigint")
    place = pn - couple - F.lit(1)  # 1..minors: minor children; above: others
    possible = {name: matrix.sum(axis=1) > 0 for name, matrix in model.kernels.items()}
    child_from = _first(possible["adult_child"])
    parent_to = _last(possible["parent"])
    other = d.unit("role", person)
    drawn = None
    for household_type, shares in ROLE_SHARES.items():
        pick = choose(other, dict(zip(("adult_child", "parent", "relative", "roommate"), shares)))
        condition = F.col("c_type") == household_type
        drawn = F.when(condition, pick) if drawn is None else drawn.when(condition, pick)
    drawn = (
        F.when((drawn == "adult_child") & (younger < child_from), "relative")
        .when((drawn == "parent") & (F.col("c_age") > parent_to), "relative")
        .otherwise(drawn)
    )
    is_minor = (place >= 1) & (place <= F.col("c_minors"))
    return F.when(place >= 1, F.when(is_minor, "minor").otherwise(drawn))


def _with_twins(df: DataFrame, d: Draws, config: GenerationConfig) -> DataFrame:
    """Add ``born_with``: the person whose age and birthday one has, the sibling before for a twin, else oneself.

    Nobody is the twin of a twin. A twin's age has the distribution of any child's in that place, so ages as a whole
    stay as configured.
    """
    share = config.demographics_config.identity_mappings.twin_share
    before = F.col("individual_id") - F.lit(1)
    siblings = F.col("kernel").isin("minor", "adult_child") & F.col("kernel").eqNullSafe(F.col("kernel_before"))
    twin = siblings & d.chance("twin", share, "individual_id") & ~d.chance("twin", share, before)
    return df.withColumn("born_with", F.when(twin, before).otherwise(F.col("individual_id")))


def _first(flags) -> int:
    found = [i for i, flag in enumerate(flags) if flag]
    return found[0] if found else AGES


def _last(flags) -> int:
    found = [i for i, flag in enumerate(flags) if flag]
    return found[-1] if found else -1


def _with_age(spark: SparkSession, df: DataFrame, d: Draws, model: PopulationModel) -> DataFrame:
    ages = [{"m_age": age} for age in range(AGES)]
    groups = {}
    for k, name in enumerate(KERNELS):
        for anchor in range(AGES):
            weights = model.kernels[name][anchor]
            if weights.sum() > 0:
                groups[k * AGES + anchor] = (ages, list(weights))
    number = F.lit(0).cast("bigint")
    for k, name in enumerate(KERNELS):
        number = F.when(F.col("kernel") == name, F.lit(k * AGES).cast("bigint")).otherwise(number)
    ticket = (number + F.col("anchor")) * F.lit(MEMBER_TICKETS) + d.below("age", MEMBER_TICKETS, "born_with")
    df = df.withColumn("m_ticket", F.when(F.col("kernel").isNotNull(), ticket))
    df = df.join(lottery(spark, groups, MEMBER_TICKETS, "m_ticket"), "m_ticket", "left")
    age = F.when(F.col("pn") == 1, F.col("c_age")).when(F.col("kernel").isNull(), F.col("s_age"))
    return df.withColumn("age", age.otherwise(F.col("m_age")))


def _with_gender(df: DataFrame, d: Draws, model: PopulationModel, config: GenerationConfig) -> DataFrame:
    shares = config.demographics_config.gender_distribution
    male = (
        F.when(F.col("pn") == 1, F.col("c_male"))
        .when(F.col("kernel").isNull(), F.col("s_male"))
        .otherwise(single_male(d, model, F.col("age"), "sex", "individual_id"))
    )
    nonbinary = d.chance("nonbinary", shares.get("nonbinary", 0.0), "individual_id")
    df = df.withColumn("is_male", male)
    return df.withColumn("gender", F.when(nonbinary, "nonbinary").when(F.col("is_male"), "male").otherwise("female"))


def _birth_frame(spark: SparkSession, start: date) -> DataFrame:
    """Per age: the first day of birth (days since 1970) and the number of days that give it at `start`."""
    last = [_years_before(start, age) for age in range(AGES + 1)]
    epoch = date(1970, 1, 1)
    rows = []
    for age in range(AGES):
        first = last[age + 1] + timedelta(days=1)
        rows.append((age, (first - epoch).days, (last[age] - first).days + 1))
    return small_frame(spark, pd.DataFrame(rows, columns=["age", "b_first", "b_days"]))


def _years_before(day: date, years: int) -> date:
    """The latest birthday of somebody who is `years` old on `day`."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February: who is born on the 28th has had the birthday, too
        return date(day.year - years, 2, 28)


def _with_names(spark: SparkSession, df: DataFrame, d: Draws, config: GenerationConfig) -> DataFrame:
    df = _with_namesake(df, d, config)
    group = first_name_group(F.col("gender"), F.col("named_at_age"), config.start_date.year)
    first = group * F.lit(FIRST_TICKETS) + d.below("first_name", FIRST_TICKETS, "named_after")
    family = None
    for role, share in FAMILY_NAME_SHARES.items():
        own = d.chance("family_name", share, "individual_id")
        condition = F.col("role") == role
        family = F.when(condition, own) if family is None else family.when(condition, own)
    last = F.when(family, d.below("last_name", LAST_TICKETS, "household_id")).otherwise(
        d.below("own_last_name", LAST_TICKETS, "individual_id")
    )
    df = df.withColumn("first_ticket", first).withColumn("last_ticket", last)
    return df.join(first_name_lottery(spark), "first_ticket").join(last_name_lottery(spark), "last_ticket")


def _with_namesake(df: DataFrame, d: Draws, config: GenerationConfig) -> DataFrame:
    """Add ``named_after`` and ``named_at_age``: who one's first name is drawn for, the father or oneself."""
    identity = config.demographics_config.identity_mappings
    nonbinary = config.demographics_config.gender_distribution.get("nonbinary", 0.0)
    head = F.col("household_id") * F.lit(16) + F.lit(1)
    # Whose gender is not male by the same draw as in `_with_gender` is no father here.
    is_father = [
        male & ~d.chance("nonbinary", nonbinary, person)
        for male, person in ((F.col("c_male"), head), (F.col("s_male"), head + F.lit(1)))
    ]
    father = F.when(is_father[0], head).when(F.col("s_age").isNotNull() & is_father[1], head + F.lit(1))
    father_age = F.when(is_father[0], F.col("c_age")).otherwise(F.col("s_age"))
    son = (F.col("role") == "child") & (F.col("gender") == "male")
    named = son & d.chance("namesake", identity.namesake_share, "individual_id")
    df = df.withColumn("father", F.when(named, father))
    found = F.col("father").isNotNull()
    return df.withColumn("named_after", F.coalesce("father", "individual_id")).withColumn(
        "named_at_age", F.when(found, father_age).otherwise(F.col("age"))
    )
