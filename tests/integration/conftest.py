"""A dataset in which something of everything happens, for what breaks it row by row."""

from __future__ import annotations

import pytest

from idgraph_widgets.config import CampaignConfig, GenerationConfig, HouseholdConfig
from idgraph_widgets.dataset import Dataset
from idgraph_widgets.pipeline import run_pipeline


@pytest.fixture(scope="session")
def busy(spark, engine, tmp_path_factory):
    """A dataset of 1 000 households with many clicks, purchases and campaigns per advertiser."""
    rates = {"search": 0.3, "social": 0.2, "display": 0.1, "video": 0.1, "ctv": 0.0, "audio": 0.1, "email": 0.2}
    campaigns = CampaignConfig(
        campaigns_per_period=10,
        num_advertisers=4,
        channel_mix={
            "search": 0.2,
            "social": 0.2,
            "display": 0.2,
            "video": 0.1,
            "ctv": 0.1,
            "audio": 0.1,
            "email": 0.1,
        },
        click_through_rates=rates,
        click_to_visit=0.9,
        visit_to_sign_up=0.3,
        visit_to_cart=0.5,
        cart_to_purchase=0.8,
        organic_visits_per_person_90_days=0.5,
    )
    config = GenerationConfig(seed=7, household_config=HouseholdConfig(num_households=1_000), campaign_config=campaigns)
    out = tmp_path_factory.mktemp("datasets") / "busy"
    run_pipeline(spark, config, out, engine=(engine.name, engine.version))
    with Dataset(out, spark) as dataset:
        yield dataset


@pytest.fixture(scope="session")
def sound(busy):
    """That dataset, every table also as a view ``sound_<table>``: session, tables, configuration."""
    tables = dict(busy.tables())
    for name, df in tables.items():
        df.createOrReplaceTempView(f"sound_{name}")
    yield busy.spark, tables, busy.config
    for name in tables:
        busy.spark.catalog.dropTempView(f"sound_{name}")
