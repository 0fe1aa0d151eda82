"""Who lives in a household: size, type, minors, and the householder's and spouse's age and sex.

A pure function of the household's id, so households and individuals both compute it and neither joins the
other for it.
"""

from __future__ import annotations

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from idgraph_widgets.config import GenerationConfig, size_shares
from idgraph_widgets.config.compositions import COUPLES
from idgraph_widgets.draws import Draws, lottery, steps
from idgraph_widgets.population import CLASSES, PopulationModel, population_model
from idgraph_widgets.population.kernels import gap_shares

COMPOSITION_TICKETS = 8192
AGE_TICKETS = 4096


def model_of(config: GenerationConfig) -> PopulationModel:
    """The population model for this configuration (cached)."""
    gender = config.demographics_config.gender_distribution
    male, female = gender.get("male", 0.0), gender.get("female", 0.0)
    male_share = round(male / (male + female), 9) if male + female > 0 else 0.5
    return population_model(
        tuple(sorted(size_shares(config.household_config).items())),
        tuple(config.demographics_config.age_range),
        male_share,
    )


def with_composition(spark: SparkSession, config: GenerationConfig, households: DataFrame) -> DataFrame:
    """Add the composition to a frame with ``household_id``.

    Adds ``c_size``, ``c_type``, ``c_minors`` (BIGINT), ``c_age`` and ``c_male`` of the householder, and
    ``s_age``, ``s_male`` of the spouse or partner (null where there is none).
    """
    model = model_of(config)
    d = Draws(config.seed, "composition")
    shares = size_shares(config.household_config)
    size = d.choose("size", shares, "household_id")
    df = households.withColumn("c_size", size).withColumn(
        "c_ticket",
        F.col("c_size") * F.lit(COMPOSITION_TICKETS) + d.below("composition", COMPOSITION_TICKETS, "household_id"),
    )
    df = df.join(_composition_frame(spark, model), "c_ticket").drop("c_ticket")
    df = df.withColumn(
        "h_ticket", F.col("c_class") * F.lit(AGE_TICKETS) + d.below("householder_age", AGE_TICKETS, "household_id")
    )
    df = df.join(_householder_frame(spark, model), "h_ticket").drop("h_ticket")
    df = df.withColumn("c_male", _householder_sex(d, model))
    return _with_spouse(df, d, model, config)


def _composition_frame(spark: SparkSession, model: PopulationModel) -> DataFrame:
    groups: dict[int, tuple[list, list]] = {}
    for comp in model.compositions:
        rows, weights = groups.setdefault(comp.size, ([], []))
        rows.append({"c_type": comp.household_type, "c_minors": comp.minors, "c_class": comp.class_index})
        weights.append(comp.share)
    return lottery(spark, groups, COMPOSITION_TICKETS, "c_ticket")


def _householder_frame(spark: SparkSession, model: PopulationModel) -> DataFrame:
    ages = [{"c_age": age} for age in range(101)]
    used = {comp.class_index for comp in model.compositions}
    groups = {i: (ages, list(model.householder_ages[i])) for i in range(len(CLASSES)) if i in used}
    return lottery(spark, groups, AGE_TICKETS, "h_ticket")


def single_male(d: Draws, model: PopulationModel, age: Column, stream: str, *keys) -> Column:
    """Sex of a person outside a couple, by age."""
    millionths = [F.lit(round(float(p) * 1_000_000)).cast("bigint") for p in model.male_single]
    return d.below(stream, 1_000_000, *keys) < steps(age, list(range(1, 102)), millionths)


def _householder_sex(d: Draws, model: PopulationModel) -> Column:
    is_couple = F.col("c_type").isin(*COUPLES)
    shares = {"single_parent": model.male_single_parent, "other_family": model.male_other_family}
    male = F.when(is_couple, d.chance("householder_sex", model.male_couple, "household_id"))
    for household_type, share in shares.items():
        male = male.when(F.col("c_type") == household_type, d.chance("householder_sex", share, "household_id"))
    return male.otherwise(single_male(d, model, F.col("c_age"), "householder_sex", "household_id"))


def _with_spouse(df: DataFrame, d: Draws, model: PopulationModel, config: GenerationConfig) -> DataFrame:
    is_couple = F.col("c_type").isin(*COUPLES)
    male = F.when(F.col("c_male"), d.chance("spouse_sex", model.male_spouse[0], "household_id")).otherwise(
        d.chance("spouse_sex", model.male_spouse[1], "household_id")
    )
    gap = d.choose("spouse_gap", gap_shares(), "household_id")
    age = F.col("c_age") + F.when(F.col("c_male"), -gap).otherwise(gap)
    least = F.when(F.col("c_minors") > 0, F.lit(model.parent_age_min)).otherwise(F.lit(model.adult_age_min))
    age = F.least(F.greatest(age, least.cast("bigint")), F.lit(model.age_max).cast("bigint"))
    return df.withColumn("s_male", F.when(is_couple, male)).withColumn("s_age", F.when(is_couple, age))
