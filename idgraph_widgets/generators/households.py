"""Table 1: households."""

from __future__ import annotations

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from idgraph_widgets import reference
from idgraph_widgets.config import GenerationConfig, income_bounds
from idgraph_widgets.draws import UNIT_BITS, Draws, choose
from idgraph_widgets.generators.addresses import lease_at, start_micros, with_home_ip, with_leases
from idgraph_widgets.generators.composition import with_composition
from idgraph_widgets.generators.income import INCOME_TICKETS, age_band, amount_frame, income_frame
from idgraph_widgets.generators.places import CITY_TICKETS, city_lottery
from idgraph_widgets.generators.root import declare_root
from idgraph_widgets.schema.households import TABLE


def generate_households(
    spark: SparkSession, config: GenerationConfig, first: int = 1, last: int | None = None
) -> DataFrame:
    """Households `first` to `last`.

    Parameters
    ----------
    spark : SparkSession
    config : GenerationConfig
    first, last : int
        Household ids, both included; `last` defaults to the configured number of households. A row does not
        depend on them.

    Returns
    -------
    DataFrame
        Columns of ``TABLE``, one row per household.
    """
    last = config.household_config.num_households if last is None else last
    d = Draws(config.seed, "households")
    df = declare_root(
        spark,
        "households",
        "household_id",
        first,
        last - first + 1,
        {
            "u_state": ("bigint", d.unit_sql("state", "household_id")),
            "u_city": ("bigint", f"pmod({d.unit_sql('city', 'household_id')}, {CITY_TICKETS}L)"),
            "u_bracket": ("bigint", d.unit_sql("bracket", "household_id")),
            "u_income": ("bigint", d.unit_sql("income", "household_id")),
        },
    )
    df = _with_place(spark, config, df)
    df = with_composition(spark, config, df)
    df = _with_income(spark, config, df)
    df = df.withColumn("latitude", F.col("lat_hundredths").cast("double") / F.lit(100.0))
    df = df.withColumn("longitude", F.col("lon_hundredths").cast("double") / F.lit(100.0))
    df = df.withColumn("household_size", F.col("c_size")).withColumn("household_type", F.col("c_type"))
    df = df.withColumn("has_children", F.col("c_minors") > 0)
    home, start = F.col("household_id"), F.lit(start_micros(config)).cast("bigint")
    df = with_home_ip(config, with_leases(config, df, home), "home_ip", home, lease_at(config, start))
    return TABLE.select(df)


def _with_place(spark: SparkSession, config: GenerationConfig, df: DataFrame) -> DataFrame:
    shares = config.household_config.location_distribution
    df = df.withColumn("state", choose(F.col("u_state"), shares))
    index = steps_by_value(F.col("state"), {s: reference.STATES.index(s) for s in shares})
    df = df.withColumn("city_ticket", index * F.lit(CITY_TICKETS) + F.col("u_city"))
    return df.join(city_lottery(spark, config.seed), "city_ticket")


def steps_by_value(column, values: dict[str, int]):
    """CASE column WHEN key THEN value, as a BIGINT."""
    expression = None
    for key, value in values.items():
        number = F.lit(value).cast("bigint")
        expression = F.when(column == key, number) if expression is None else expression.when(column == key, number)
    return expression


def _with_income(spark: SparkSession, config: GenerationConfig, df: DataFrame) -> DataFrame:
    brackets = len(income_bounds(config.household_config))
    df = df.withColumn("i_band", age_band(F.col("c_age")))
    df = df.join(income_frame(spark, config), ["c_type", "state", "i_band"])
    limits = [F.col(f"b{k}") for k in range(brackets - 1)]
    bracket = F.lit(0).cast("bigint")
    for limit in limits:
        bracket = bracket + (F.col("u_bracket") >= limit).cast("bigint")
    ticket = bracket * F.lit(INCOME_TICKETS) + F.pmod(F.col("u_income"), F.lit(INCOME_TICKETS).cast("bigint"))
    df = df.withColumn("income_ticket", ticket).join(amount_frame(spark, config), "income_ticket")
    within = F.pmod(F.shiftright("u_income", UNIT_BITS - 32), F.col("i_width"))
    return df.withColumn("annual_income", F.col("i_low") + within)
