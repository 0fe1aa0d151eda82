"""``idgraph generate --engine session``: into the catalog of the Spark session that this process was given."""

from __future__ import annotations

from idgraph_widgets.cli.common import progress, sampled_blocks
from idgraph_widgets.cli.run_options import FOLDER, configuration, given
from idgraph_widgets.cli.run_outcome import dry_run, new_rows, nothing_to_add, tell_generated
from idgraph_widgets.errors import ConfigError


def generate_in_session(args) -> int:
    """Generate into the session's catalog and check what is there."""
    from idgraph_widgets.engines import require_session
    from idgraph_widgets.pipeline.preflight import preflight
    from idgraph_widgets.storage import published_run
    from idgraph_widgets.storage.catalog.tables import SparkTables

    names = _names(args)
    args.out = names.place
    if args.dry_run:
        config = configuration(args, None)
        preflight(config)
        return dry_run(args, config)
    spark = require_session()
    args.interrupts.install()  # PySpark has put its own handler in
    grows = args.mode == "append" or (args.mode is None and given(args, None).incremental)
    before = published_run(SparkTables(spark), names) if grows else None
    config = configuration(args, before)
    result = _run(args, spark, config)
    if result.unchanged:
        return nothing_to_add(args, config, before)
    report = _check(args, spark, config, names)
    more = None if before is None else new_rows(result.manifest.tables, before)
    return tell_generated(args, result, report, more)


def _names(args):
    """The catalog and schema that the options or the configuration name."""
    from idgraph_widgets.storage import CatalogNames

    if args.out != FOLDER:
        raise ConfigError(
            f"--out: found {args.out}, but --engine session writes into the session's catalog. Give --catalog and "
            "--schema instead, or another engine for a folder."
        )
    for name in ("replace", "profile"):
        if getattr(args, name):
            raise ConfigError(f"--{name} is about a catalog service; --engine session asks none. Leave it out.")
    asked = given(args, None)
    catalog, schema = args.catalog or asked.catalog_name, args.schema or asked.schema_name
    if not schema:
        raise ConfigError(
            "--schema: found nothing, but --engine session writes into a schema of the session's catalog. Name one, "
            "and with --catalog its catalog, if that is not the session's current one."
        )
    return CatalogNames(catalog, schema)


def _run(args, spark, config):
    from idgraph_widgets.forecast.run_time import expected_time
    from idgraph_widgets.pipeline import RunOptions, generate

    with progress(args, lambda: expected_time(config, None)) as shown, args.interrupts.cancelling() as token:
        options = RunOptions(on_progress=shown.events, cancel=token, force=args.force, progress=False)
        return generate(spark, config, None, options)


def _check(args, spark, config, names):
    """What the checks find in the catalog; None where none are wanted."""
    from idgraph_widgets.dataset import CatalogDataset
    from idgraph_widgets.report.measures import run_dataset_checks

    if args.check == "none":
        return None
    with progress(args) as shown, CatalogDataset(spark, names.catalog, names.schema) as dataset:
        return run_dataset_checks(dataset, shown.checks, blocks=sampled_blocks(args, config))
