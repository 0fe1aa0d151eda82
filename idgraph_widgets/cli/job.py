"""``idgraph job``: a generation as a job of a Databricks workspace."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict

from idgraph_widgets.cli.catalog_options import name_options
from idgraph_widgets.cli.common import (
    CHECKS_FAILED,
    DONE,
    FAILED,
    INTERRUPTED,
    command,
    json_option,
    on_terminal,
    print_json,
    strict_option,
    whole_number,
)
from idgraph_widgets.cli.run_options import configuration, configuration_options
from idgraph_widgets.errors import ConfigError
from idgraph_widgets.jobs.compute import ENVIRONMENT, SPARK_VERSION
from idgraph_widgets.jobs.workspace import PATIENCE


def add(commands) -> None:
    parser = commands.add_parser(
        "job",
        help="generate as a job of a Databricks workspace: submit, status, cancel, logs",
        description="Generate as a job of a Databricks workspace (needs the extra databricks).",
    )
    actions = parser.add_subparsers(title="actions", required=True, metavar="ACTION")
    _add_submit(actions)
    for name, summary, run, follows in (
        ("status", "tell how a run stands and what came out", _status, True),
        ("cancel", "ask a run to stop", _cancel, True),
        ("logs", "print what a run's task said", _logs, False),
    ):
        action = command(actions, name, summary, f"  idgraph job {name} 123456789\n")
        action.add_argument("run_id", type=whole_number(1), metavar="RUN", help="the number that submit printed")
        if follows:
            _follow_option(action)
        _workspace_options(action)
        json_option(action)
        action.set_defaults(run=run)


def _add_submit(actions) -> None:
    parser = command(
        actions,
        "submit",
        "upload configuration and wheel, and run them in the workspace",
        "  idgraph job submit idgraph.yaml --catalog main --schema demo --follow\n"
        "  idgraph job submit --households 1000000 --catalog main --schema demo\n"
        "  idgraph job submit --preset large --schema demo --compute cluster --node-type i3.xlarge --workers 4\n",
    )
    configuration_options(parser)
    name_options(parser, required=False)
    parser.add_argument(
        "--compute", choices=("serverless", "cluster"), default="serverless", help="default: serverless"
    )
    parser.add_argument("--environment-version", default=ENVIRONMENT, metavar="N", help="of serverless compute")
    parser.add_argument("--cluster-id", metavar="ID", help="with --compute cluster: one that is there")
    parser.add_argument("--node-type", metavar="NAME", help="with --compute cluster: machines of one made for the run")
    parser.add_argument("--workers", type=whole_number(0), default=2, metavar="N", help="of them, beside the driver")
    parser.add_argument("--spark-version", default=SPARK_VERSION, metavar="NAME", help=f"default: {SPARK_VERSION}")
    parser.add_argument(
        "--staging", metavar="PATH", help="folder for files, in /Volumes or /Workspace; default: your home"
    )
    parser.add_argument("--wheel", metavar="PATH", help="a wheel of this package; default: the code that runs here")
    parser.add_argument("--check", choices=("none", "sample", "full"), default="sample", help="as for generate")
    strict_option(parser)
    _follow_option(parser)
    _workspace_options(parser)
    json_option(parser)
    parser.set_defaults(run=_submit)


def _follow_option(parser) -> None:
    parser.add_argument("--follow", action="store_true", help="wait until the run has ended; Ctrl-C only stops waiting")


def _workspace_options(parser) -> None:
    parser.add_argument("--profile", metavar="NAME", help="of ~/.databrickscfg; default: what the Databricks SDK finds")
    parser.add_argument(
        "--patience",
        type=whole_number(1),
        default=PATIENCE,
        metavar="SECONDS",
        help=f"how long to try again where the workspace does not answer; default: {PATIENCE}",
    )


def _submit(args) -> int:
    from idgraph_widgets.jobs.wheel import wheel_of

    compute, wheel = _compute(args), None if args.wheel is None else wheel_of(args.wheel)
    config, options = _asked(args)
    jobs = _jobs(args, args.staging)
    run = jobs.submit(config, options, compute, wheel=wheel)
    if args.follow:
        return _followed(args, jobs, run.run_id)
    status = jobs.status(run.run_id)
    if args.json:
        print_json({"status": status.state, "run_id": run.run_id, "url": status.url, "folder": run.folder})
    else:
        print(f"Submitted run {run.run_id}: {status.url}\nFollow it with: idgraph job status {run.run_id} --follow")
    return DONE


def _asked(args):
    """The configuration to upload, checked here, and the task's options; an append is worked out in the workspace."""
    from idgraph_widgets.jobs import TaskOptions
    from idgraph_widgets.pipeline.preflight import validate

    grows, growth = args.mode == "append", {}
    if grows:
        # What is there is known where the catalog is: the options go there as they are.
        growth = {name: getattr(args, name) for name in ("days", "end_date", "households")}
        args.days = args.end_date = args.households = None
    config = configuration(args, None)
    names = {"schema": config.schema_name, "catalog": config.catalog_name}
    options = TaskOptions(**names, append=grows, **growth, check=args.check, strict=args.strict)
    validate(config)
    if not grows:
        return config.to_json(), options
    given = args.config or args.preset or args.difficulty or args.seed is not None
    return (config.to_json() if given else None), options


def _compute(args):
    from idgraph_widgets.jobs import Cluster, ExistingCluster, Serverless

    if args.compute == "serverless":
        if args.node_type or args.cluster_id:
            raise ConfigError("--node-type and --cluster-id are about a cluster: give --compute cluster too.")
        return Serverless(args.environment_version)
    if args.cluster_id:
        return ExistingCluster(args.cluster_id)
    if not args.node_type:
        raise ConfigError("--compute cluster needs --node-type, as your cloud names its machines, or --cluster-id.")
    return Cluster(args.node_type, args.workers, args.spark_version)


def _status(args) -> int:
    jobs = _jobs(args)
    if args.follow:
        return _followed(args, jobs, args.run_id)
    return _described(args, jobs, jobs.status(args.run_id))


def _cancel(args) -> int:
    jobs = _jobs(args)
    jobs.cancel(args.run_id)
    if args.follow:
        _followed(args, jobs, args.run_id)
    else:
        _described(args, jobs, jobs.status(args.run_id))
    return DONE


def _logs(args) -> int:
    jobs = _jobs(args)
    said = jobs.logs(jobs.status(args.run_id))
    if args.json:
        print_json({"run_id": args.run_id, "logs": said})
    else:
        print(said or "The workspace has no output of this run (yet).")
    return DONE


def _jobs(args, staging: str | None = None):
    from idgraph_widgets.jobs import Jobs, open_workspace

    return Jobs(open_workspace(args.profile, args.patience), staging)


def _followed(args, jobs, run_id: int) -> int:
    seen: list[str] = []

    def tell(status) -> None:
        if not seen and not args.quiet:
            print(f"Run {run_id}: {status.url}", file=sys.stderr)
        if status.state not in seen[-1:] and on_terminal(args):
            print(f"{status.state}: {status.message}".rstrip(": "), file=sys.stderr)
        seen.append(status.state)

    try:
        status = jobs.follow(run_id, tell)
    except KeyboardInterrupt:
        hint = f"Find it again with: idgraph job status {run_id} --follow; stop it with: idgraph job cancel {run_id}"
        print(f"idgraph: No longer following. The run goes on. {hint}", file=sys.stderr)
        return INTERRUPTED
    return _described(args, jobs, status)


def _described(args: argparse.Namespace, jobs, status) -> int:
    """Tell how a run stands and what came out; the exit code."""
    outcome = None if status.active else jobs.outcome(status)
    if args.json:
        print_json({**asdict(status), "outcome": outcome})
    else:
        _print(status, outcome)
    if status.state == "failed":
        return CHECKS_FAILED if outcome and outcome.get("exit_code") == CHECKS_FAILED else FAILED
    return INTERRUPTED if status.state == "cancelled" else DONE


def _print(status, outcome: dict | None) -> None:
    from idgraph_widgets.text_table import columns

    took = f", {status.seconds:.0f} s" if status.seconds else ""
    print(f"Run {status.run_id} is {status.state}{took}. {status.message}".strip())
    if outcome and "tables" in outcome:
        rows = [("table", "rows"), *((name, f"{entry['rows']:,}") for name, entry in outcome["tables"].items())]
        print(f"\n{columns(rows)}\n\n{outcome['path']}: {_verdict(outcome)}")
    elif outcome:
        print(outcome.get("message") or outcome["status"])
    if status.state == "failed":
        print(f"What its task said: idgraph job logs {status.run_id}")


def _verdict(outcome: dict) -> str:
    from idgraph_widgets.quality.report import CheckReport

    checks = outcome.get("checks")
    return CheckReport.from_dict(checks).verdict if checks else "Nothing was checked."
