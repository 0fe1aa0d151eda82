"""Options of the commands that have to do with a catalog service."""

from __future__ import annotations

from idgraph_widgets.errors import ConfigError


def name_options(parser, required: bool = True) -> None:
    parser.add_argument("--catalog", metavar="NAME", required=required, help="a catalog in Unity Catalog")
    parser.add_argument(
        "--schema", metavar="NAME", required=required, help="a schema in it; companions go to NAME_meta and NAME_truth"
    )


def profile_option(parser) -> None:
    parser.add_argument(
        "--profile",
        metavar="NAME",
        help="where the service is: a profile in ~/.idgraphcfg (default: IDGRAPH_PROFILE, "
        "UNITY_CATALOG_URI and UNITY_CATALOG_TOKEN, or what the Databricks SDK finds)",
    )


def replace_option(parser) -> None:
    parser.add_argument(
        "--replace", action="store_true", help="drop tables of others with our names from the catalog; files stay"
    )


def service_of(args):
    """The catalog service that the options and the environment name."""
    from idgraph_widgets.unity import connect
    from idgraph_widgets.unity.permissions import check_name

    for name in (args.catalog, args.schema):
        check_name(name)
    return connect(args.profile)


def open_service(args):
    """As `service_of`, for commands that need an open-source Unity Catalog."""
    service = service_of(args)
    if service.place != "unity":
        raise ConfigError(
            "This command registers tables of this machine's folders, which Databricks cannot see. "
            "Set UNITY_CATALOG_URI and UNITY_CATALOG_TOKEN for an open-source Unity Catalog."
        )
    return service
