"""Rows per second beside other ways to make synthetic tables.

    python -m benchmarks.peers
    python -m benchmarks.peers --households 100000 --only duckdb idgraph
    python -m benchmarks.peers --spark-python path/to/python

The peers make the columns of three tables, `households`, `individuals` and `content_engagements`, as many rows of each
as idgraph makes at its defaults, and write Parquet with zstd. What they do not make: they draw every column by itself
(no household is a family, no session has an order, no person has habits), and keys refer to numbers in range. idgraph
makes all its tables, linked, hashed and committed as Delta tables; its rows per second are those of the whole run.

- **dbldatagen and Faker**: the classic way: dbldatagen draws numbers and categories from distributions, and pandas UDFs
  call Faker for names, places and addresses.
- **dbldatagen**: alone; texts from value lists and templates.
- **DuckDB**: one SELECT per table over `range`, with random() and lists.
- **Faker**: a loop in plain Python, one core, rows collected into Arrow.

Each is a process of its own; seconds are from its start to its last file. dbldatagen has a licence of its own and is no
dependency: it is taken from ``--spark-python``, or installed with pip into a new environment under ``--environment``.
It runs on classic Spark with all cores and a cold JVM (Java 17).
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

REQUIREMENTS = (
    "dbldatagen==0.4.0.post1",
    "pyparsing",
    "jmespath",
    "pyspark[sql]>=4.1,<4.2",
    "faker>=40,<41",
    "pandas<3",
)

ROOT = Path(__file__).resolve().parent.parent

PEERS = {
    "dbldatagen+faker": "dbldatagen distributions with Faker in pandas UDFs",
    "dbldatagen": "dbldatagen alone",
    "duckdb": "DuckDB SQL",
    "faker": "Faker in plain Python",
    "idgraph": "idgraph_widgets, embedded engine, all tables",
}

PEOPLE_PER_HOME, EVENTS_PER_HOME = 2.42, 30.7

STATES = ("CA", "TX", "FL", "NY", "PA", "IL", "OH", "GA", "NC", "MI")
REGIONS = ("West", "South", "Northeast", "Midwest")
SIZES = ("1m_plus", "250k_1m", "50k_250k", "under_50k")
ZONES = ("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles")
BRACKETS = ("under_25k", "25k_50k", "50k_75k", "75k_100k", "100k_150k", "150k_plus")
TYPES = ("married_couple", "cohabiting", "single_parent", "living_alone", "other_family", "nonfamily")
ROLES = ("householder", "spouse", "child", "other")
DEGREES = ("less_than_high_school", "high_school", "some_college", "bachelor", "graduate")
JOBS = ("employed", "unemployed", "retired", "student", "not_in_labor_force")
CATEGORIES = tuple(f"category_{number}" for number in range(30))
KINDS = ("article", "video", "audio", "live")
PUBLISHERS = tuple(f"Publisher {number}" for number in range(60))
ACTIONS = ("view", "play", "pause", "complete", "share")
DEVICES = ("phone", "tablet", "desktop", "tv")


def counts(households: int) -> tuple[int, int, int]:
    """Rows of the three tables."""
    return households, int(households * PEOPLE_PER_HOME), int(households * EVENTS_PER_HOME)


# --- dbldatagen ---------------------------------------------------------------------------------------------


def dbldatagen(households: int, folder: Path, faker: bool) -> int:
    from pyspark.sql import SparkSession
    from pyspark.sql import functions as F

    builder = SparkSession.builder.master("local[*]").config("spark.ui.enabled", "false")
    spark = builder.config("spark.sql.parquet.compression.codec", "zstd").getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    homes, people, events = counts(households)
    made = Specs(spark, faker)
    for spec in (made.households(homes), made.individuals(people, homes), made.engagements(events, people, homes)):
        frame = spec.build()
        key = F.col(frame.columns[0])
        for column, name in FAKES[spec.name].items() if faker else ():
            frame = frame.withColumn(column, faked(name)(key))
        frame.write.parquet(str(folder / spec.name))
    return sum((homes, people, events))


FAKES = {
    "households": {"city": "city", "zip3": "postcode", "market_code": "state_abbr", "home_ip": "ipv4"},
    "individuals": {"first_name": "first_name", "last_name": "last_name"},
    "content_engagements": {"ip_address": "ipv4"},
}
"""Columns that Faker makes, with its functions."""


def faked(name: str):
    """A pandas UDF that calls Faker once for each row."""
    import pandas as pd
    from pyspark.sql import functions as F

    def call(ids):
        from faker import Faker

        one = getattr(Faker("en_US"), name)
        return pd.Series([one() for _ in range(len(ids))])

    call.__annotations__ = {"ids": pd.Series, "return": pd.Series}  # objects and not texts, for Spark to read
    return F.pandas_udf(call, "string")


class Specs:
    """What dbldatagen is given of the three tables."""

    def __init__(self, spark, faker: bool):
        self.spark, self.faker = spark, faker

    def households(self, homes: int):
        h = self._table("households", homes).withColumn("household_id", "bigint", expr="id + 1")
        h = _of_lists(h, state=STATES, census_region=REGIONS, county_size_class=SIZES, time_zone=ZONES)
        h = _of_lists(h, income_bracket=BRACKETS, household_type=TYPES)
        h = _number(h, "latitude", "double", 25.0, 48.0)
        h = _number(h, "longitude", "double", -124.0, -67.0)
        h = _number(h, "annual_income", "bigint", 10_000, 500_000, ("Normal", 0.0, 1.0))
        h = _number(h, "household_size", "int", 1, 8, ("Gamma", 1.5, 2.0))
        h = h.withColumn("has_children", "boolean", expr="rand() < 0.3")
        return self._texts(h, city=r"\\Wville", zip3="ddd", market_code="XX-ddd", home_ip=r"198.18.\n.\n")

    def individuals(self, people: int, homes: int):
        p = self._table("individuals", people).withColumn("individual_id", "bigint", expr="id + 1")
        p = p.withColumn("household_id", "bigint", expr=f"id % {homes} + 1")
        p = _number(p, "person_number", "int", 1, 8)
        p = _of_lists(p, role=ROLES, gender=("female", "male"), education=DEGREES, employment_status=JOBS)
        p = self._texts(p, first_name=r"\\W", last_name=r"\\W")
        p = _number(p, "age", "int", 0, 95)
        p = p.withColumn("birth_date", "date", expr="date_sub(date '2025-01-01', cast(rand() * 34000 as int))")
        return p.withColumn("email_opt_in", "boolean", expr="rand() < 0.5")

    def engagements(self, events: int, people: int, homes: int):
        e = self._table("content_engagements", events).withColumn("engagement_id", "bigint", expr="id + 1")
        keys = {"individual_id": people, "mapping_id": 12 * homes, "session_id": events, "content_id": 3000}
        for name, most in keys.items():
            e = _number(e, name, "bigint", 1, most)
        e = _of_lists(e, content_category=CATEGORIES, content_type=KINDS, publisher=PUBLISHERS, app_or_site=PUBLISHERS)
        e = _of_lists(e, engagement_type=ACTIONS, device_type=DEVICES)
        e = self._texts(e, ip_address=r"198.18.\n.\n")
        e = e.withColumn("is_logged_in", "boolean", expr="rand() < 0.4")
        at = "timestamp_micros(1735689600000000 + cast(rand() * 2592000000000 as bigint))"
        e = e.withColumn("engagement_ts", "timestamp", expr=at)
        e = _number(e, "duration_seconds", "int", 1, 3600, ("Exponential", 1.5))
        return e.withColumn("completion_rate", "double", expr="round(rand(), 4)")

    def _table(self, name: str, rows: int):
        import dbldatagen as dg

        return dg.DataGenerator(self.spark, name=name, rows=rows, partitions=2 * (os.cpu_count() or 2), randomSeed=42)

    def _texts(self, spec, **templates: str):
        """Texts by template, unless Faker makes them."""
        for name, template in () if self.faker else templates.items():
            spec = spec.withColumn(name, "string", template=template, random=True)
        return spec


def _of_lists(spec, **columns):
    """Columns with values from lists."""
    for name, words in columns.items():
        spec = spec.withColumn(name, "string", values=list(words), random=True)
    return spec


def _number(spec, name: str, kind: str, low: float, high: float, shape: tuple = ()):
    """A column of random numbers, evenly spread or by the distribution of that name with these parameters."""
    import dbldatagen as dg

    given = {"distribution": getattr(dg.distributions, shape[0])(*shape[1:])} if shape else {}
    return spec.withColumn(name, kind, minValue=low, maxValue=high, random=True, **given)


# --- DuckDB -------------------------------------------------------------------------------------------------


def duckdb(households: int, folder: Path) -> int:
    import duckdb

    def one(words) -> str:
        listed = ", ".join(f"'{word}'" for word in words)
        return f"[{listed}][1 + (random() * {len(words)})::int % {len(words)}]"

    def number(low: int, high: int) -> str:
        return f"({low} + random() * {high - low})::bigint"

    homes, people, events = counts(households)
    ip = "'198.18.' || (random() * 255)::int || '.' || (random() * 255)::int"
    first = tuple(f"Name{number}" for number in range(500))
    tables = {
        "households": (
            homes,
            f"""i + 1 as household_id, {one(STATES)} as state, {one(REGIONS)} as census_region,
            {one(SIZES)} as county_size_class, {one(first)} || 'ville' as city,
            lpad({number(0, 999)}::varchar, 3, '0') as zip3, 25 + random() * 23 as latitude,
            -124 + random() * 57 as longitude, {one(ZONES)} as time_zone, 'M-' || {number(0, 999)} as market_code,
            {one(BRACKETS)} as income_bracket, {number(10_000, 500_000)} as annual_income,
            {number(1, 8)}::int as household_size, {one(TYPES)} as household_type, random() < 0.3 as has_children,
            {ip} as home_ip""",
        ),
        "individuals": (
            people,
            f"""i + 1 as individual_id, i % {homes} + 1 as household_id, {number(1, 8)}::int as person_number,
            {one(ROLES)} as role, {one(first)} as first_name, {one(first)} as last_name,
            {one(("female", "male"))} as gender, date '2025-01-01' - (random() * 34000)::int as birth_date,
            {number(0, 95)}::int as age, {one(DEGREES)} as education, {one(JOBS)} as employment_status,
            random() < 0.5 as email_opt_in""",
        ),
        "content_engagements": (
            events,
            f"""i + 1 as engagement_id, {number(1, people)} as individual_id, {number(1, 12 * homes)} as mapping_id,
            {number(1, events)} as session_id, {number(1, 3000)} as content_id, {one(CATEGORIES)} as content_category,
            {one(KINDS)} as content_type, {one(PUBLISHERS)} as publisher, {one(PUBLISHERS)} as app_or_site,
            {one(ACTIONS)} as engagement_type, {one(DEVICES)} as device_type, {ip} as ip_address,
            random() < 0.4 as is_logged_in,
            make_timestamptz((1735689600000000 + random() * 2592000000000)::bigint) as engagement_ts,
            (-600 * ln(1 - random()))::int as duration_seconds, round(random(), 4) as completion_rate""",
        ),
    }
    connection = duckdb.connect()
    for name, (rows, columns) in tables.items():
        path = folder / f"{name}.parquet"
        connection.execute(
            f"copy (select {columns} from range({rows}) as r(i)) to '{path}' (format parquet, compression zstd)"
        )
    return sum(rows for rows, _ in tables.values())


# --- Faker --------------------------------------------------------------------------------------------------


def plain_faker(households: int, folder: Path) -> int:
    import random

    import pyarrow as pa
    import pyarrow.parquet as pq
    from faker import Faker

    fake, draw = Faker("en_US"), random.Random(42)  # noqa: S311
    fake.seed_instance(42)
    homes, people, events = counts(households)

    def home(i: int) -> dict:
        return {
            "household_id": i + 1,
            "state": fake.state_abbr(),
            "census_region": draw.choice(REGIONS),
            "county_size_class": draw.choice(SIZES),
            "city": fake.city(),
            "zip3": fake.postcode()[:3],
            "latitude": float(fake.latitude()),
            "longitude": float(fake.longitude()),
            "time_zone": draw.choice(ZONES),
            "market_code": f"M-{draw.randrange(1000)}",
            "income_bracket": draw.choice(BRACKETS),
            "annual_income": draw.randrange(10_000, 500_000),
            "household_size": draw.randint(1, 8),
            "household_type": draw.choice(TYPES),
            "has_children": draw.random() < 0.3,
            "home_ip": fake.ipv4(),
        }

    def person(i: int) -> dict:
        return {
            "individual_id": i + 1,
            "household_id": i % homes + 1,
            "person_number": draw.randint(1, 8),
            "role": draw.choice(ROLES),
            "first_name": fake.first_name(),
            "last_name": fake.last_name(),
            "gender": draw.choice(("female", "male")),
            "birth_date": fake.date_of_birth(maximum_age=95),
            "age": draw.randint(0, 95),
            "education": draw.choice(DEGREES),
            "employment_status": draw.choice(JOBS),
            "email_opt_in": draw.random() < 0.5,
        }

    def event(i: int) -> dict:
        return {
            "engagement_id": i + 1,
            "individual_id": draw.randint(1, people),
            "mapping_id": draw.randint(1, 12 * homes),
            "session_id": draw.randint(1, events),
            "content_id": draw.randint(1, 3000),
            "content_category": draw.choice(CATEGORIES),
            "content_type": draw.choice(KINDS),
            "publisher": draw.choice(PUBLISHERS),
            "app_or_site": draw.choice(PUBLISHERS),
            "engagement_type": draw.choice(ACTIONS),
            "device_type": draw.choice(DEVICES),
            "ip_address": fake.ipv4(),
            "is_logged_in": draw.random() < 0.4,
            "engagement_ts": 1735689600000000 + draw.randrange(2592000000000),
            "duration_seconds": int(draw.expovariate(1 / 600)),
            "completion_rate": round(draw.random(), 4),
        }

    for name, rows, make in (("households", homes, home), ("individuals", people, person), ("events", events, event)):
        table = pa.Table.from_pylist([make(i) for i in range(rows)])
        pq.write_table(table, folder / f"{name}.parquet", compression="zstd")
    return homes + people + events


# --- idgraph ------------------------------------------------------------------------------------------------


def idgraph(households: int, folder: Path) -> int:
    from idgraph_widgets import start_engine
    from idgraph_widgets.config import GenerationConfig
    from idgraph_widgets.pipeline import run_pipeline

    config = GenerationConfig(seed=42)
    config.household_config.num_households = households
    with start_engine() as engine:
        result = run_pipeline(engine.spark, config, folder / "dataset", progress=False)
    return sum(entry.rows for entry in result.manifest.tables.values())


# --- all ----------------------------------------------------------------------------------------------------


def run_one(name: str, households: int) -> None:
    """One peer in this process; prints rows and the time of its last file."""
    calls = {
        "dbldatagen+faker": lambda folder: dbldatagen(households, folder, faker=True),
        "dbldatagen": lambda folder: dbldatagen(households, folder, faker=False),
        "duckdb": lambda folder: duckdb(households, folder),
        "faker": lambda folder: plain_faker(households, folder),
        "idgraph": lambda folder: idgraph(households, folder),
    }
    with tempfile.TemporaryDirectory() as folder:
        rows = calls[name](Path(folder))
        size = sum(path.stat().st_size for path in Path(folder).rglob("*.parquet"))
        print(f"ended {rows} {time.time()} {size}", flush=True)


def spark_python(given: str | None, environment: Path) -> str:
    """A Python that has dbldatagen: the given one, or one of a new environment."""
    if given:
        return given
    python = environment / "bin" / "python"
    if not python.exists():
        venv.create(environment, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *REQUIREMENTS], check=True)
    return str(python)


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--households", type=int, default=10_000)
    parser.add_argument("--only", nargs="+", choices=PEERS, default=list(PEERS), metavar="PEER", help=", ".join(PEERS))
    parser.add_argument("--spark-python", metavar="PATH", help="a Python that has dbldatagen, PySpark and Faker")
    parser.add_argument(
        "--environment", type=Path, default=Path(tempfile.gettempdir(), "idgraph-peers"), metavar="PATH"
    )
    parser.add_argument("--one", choices=PEERS, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        run_one(arguments.one, arguments.households)
        return
    print(f"{arguments.households:,} households, {os.cpu_count()} cores, Python {platform.python_version()}\n")
    print("| way | rows | seconds | rows/s | MB |")
    print("|---|---|---|---|---|")
    for name in arguments.only:
        is_foreign = name.startswith("dbldatagen")
        python = spark_python(arguments.spark_python, arguments.environment) if is_foreign else sys.executable
        environment = {**os.environ, "PYSPARK_PYTHON": python} if is_foreign else None
        command = [python, "-m", "benchmarks.peers", "--one", name, "--households", str(arguments.households)]
        begun = time.time()
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, cwd=ROOT)
        if done.returncode:
            raise SystemExit(f"{name}: {done.stderr[-3000:]}")
        ended = next(line for line in done.stdout.splitlines() if line.startswith("ended ")).split()
        rows, seconds, size = int(ended[1]), float(ended[2]) - begun, int(ended[3])
        numbers = f"{rows:,} | {seconds:.1f} | {rows / seconds:,.0f} | {size / 1e6:.0f}"
        print(f"| {PEERS[name]} | {numbers} |", flush=True)


if __name__ == "__main__":
    main()
