"""What a reader explores: histograms with filters, samples of rows, checks by group; against pandas over the tables."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from idgraph_widgets.report import measures
from idgraph_widgets.report.measures import Filter, MeasureError


@pytest.mark.parametrize(
    ("table", "column", "filters", "mask"),
    [
        ("individuals", "age", [Filter("gender", "=", "male")], lambda f: f.gender == "male"),
        ("households", "annual_income", [Filter("household_size", "≥", "3")], lambda f: f.household_size >= 3),
        ("identity_mappings", "confidence", [Filter("confidence", "<", "1")], lambda f: f.confidence < 1),
        ("response_events", "revenue", [Filter("revenue", ">", "50.5")], lambda f: f.revenue.astype(float) > 50.5),
        (
            "individuals",
            "birth_date",
            [Filter("birth_date", "<", "1990-01-01"), Filter("email_opt_in", "=", "yes")],
            lambda f: (f.birth_date < dt.date(1990, 1, 1)) & f.email_opt_in,
        ),
        (
            "content_engagements",
            "engagement_ts",
            [Filter("engagement_ts", "≥", "2025-02-01 12:00")],
            lambda f: f.engagement_ts.dt.tz_localize(None) >= pd.Timestamp("2025-02-01 12:00"),
        ),
        (
            "individuals",
            "last_name",
            [Filter("last_name", "contains", "SON")],
            lambda f: f.last_name.str.contains("(?i)son"),
        ),
        ("campaign_exposures", "device_type", [Filter("device_type", "is empty")], lambda f: f.device_type.isna()),
    ],
)
@pytest.mark.parametrize("log_bins", [False, True])
def test_histogram(dataset_1k, frames, table, column, filters, mask, log_bins):
    frame = frames[table][mask(frames[table]).fillna(False)]
    found = measures.histogram(dataset_1k, table, column, filters, bins=12, log_bins=log_bins)
    assert found.rows == len(frame)
    assert found.empty == frame[column].isna().sum()
    assert sum(found.counts) == found.rows - found.empty
    values = frame[column].dropna()
    if found.kind == "numbers" and len(values):
        values = values.astype(float)
        assert found.summary["mean"] == pytest.approx(values.mean())
        assert (found.summary["min"], found.summary["max"]) == (values.min(), values.max())
        # Values within rounding of an edge may fall on either side of it.
        for low, high, count in zip(found.low, found.high, found.counts):
            near = (abs(values - low) <= 1e-9 * abs(low)) | (abs(values - high) <= 1e-9 * abs(high))
            inside = (values >= low) & (values < high) & ~near
            last = high == found.high[-1]
            assert inside.sum() <= count <= inside.sum() + near.sum() + ((values <= 0).sum() if log_bins else 0), (
                low,
                high,
                last,
            )
    elif found.kind == "categories":
        counts = values.value_counts()
        assert found.summary["distinct"] == len(counts)
        assert list(found.counts[:3]) == counts.iloc[:3].tolist()


def test_histogram_says_what_is_wrong(dataset_1k):
    with pytest.raises(MeasureError, match="no table 'people'; choose one of households"):
        measures.histogram(dataset_1k, "people", "age")
    with pytest.raises(MeasureError, match="no column 'years'"):
        measures.histogram(dataset_1k, "individuals", "years")
    with pytest.raises(MeasureError, match="a number; 'old' is none"):
        measures.histogram(dataset_1k, "individuals", "age", [Filter("age", ">", "old")])
    with pytest.raises(MeasureError, match=r"'3\.000' can mean 3 or 3000: write one"):
        measures.histogram(dataset_1k, "individuals", "age", [Filter("age", ">", "3.000")])
    with pytest.raises(MeasureError, match="a number; '3,5' is none"):
        measures.histogram(dataset_1k, "individuals", "age", [Filter("age", ">", "3,5")])
    with pytest.raises(MeasureError, match="no operator 'like'"):
        measures.histogram(dataset_1k, "individuals", "age", [Filter("age", "like", "1")])


def test_a_filters_value_is_never_sql(dataset_1k):
    evil = "x' or 1 = 1 or \\' --"
    assert measures.sample_rows(dataset_1k, "households", 5, [Filter("state", "=", evil)]).empty


def test_samples(dataset_1k, frames):
    rows = measures.sample_rows(dataset_1k, "campaign_exposures", 15)
    assert len(rows) == 15 and rows.exposure_id.is_monotonic_increasing
    again = measures.sample_rows(dataset_1k, "campaign_exposures", 15)
    assert rows.exposure_id.tolist() == again.exposure_id.tolist()
    assert set(rows.exposure_id) <= set(frames["campaign_exposures"].exposure_id)
    assert len(measures.sample_rows(dataset_1k, "campaigns", 200)) == len(frames["campaigns"])


def test_checks_in_groups_and_on_demand(dataset_1k, spark):
    report = measures.run_dataset_checks(dataset_1k)
    groups = measures.check_groups(report)
    assert groups.checks.sum() == len(report.results) and groups.failed.sum() == 0
    assert list(dict.fromkeys(groups.group)) == ["structure", "consistency", "reconciliation"]
    assert len(measures.check_rows(report)) == len(report.results)
    assert measures.violating_keys(dataset_1k, report.results[0].id).empty
    with pytest.raises(MeasureError, match="no such check"):
        measures.violating_keys(dataset_1k, "no.such_check")


def test_violating_keys_are_named(dataset_1k, spark):
    class Broken:
        """The dataset with two hundred households that claim to be too big."""

        manifest, spark = dataset_1k.manifest, dataset_1k.spark

        def as_found(self):
            tables = dict(dataset_1k.tables())
            homes = tables["households"]
            more = "case when household_id <= 200 then household_size + 1 else household_size end"
            names = [more + " as household_size" if c == "household_size" else c for c in homes.columns]
            tables["households"] = homes.selectExpr(*names)
            return tables, dataset_1k.config, []

    report = measures.run_dataset_checks(Broken())
    rows = measures.check_rows(report)
    assert not rows[0]["passed"]
    broken = next(row for row in rows if row["violations"] == 200 and "household_id" in row["keys"][0])
    assert len(broken["keys"]) == 5
    keys = measures.violating_keys(Broken(), broken["id"], limit=50)
    assert len(keys) == 50 and keys.household_id.max() <= 200
