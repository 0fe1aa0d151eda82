"""``idgraph register`` and ``idgraph unregister``: a dataset's tables in Unity Catalog."""

from __future__ import annotations

from idgraph_widgets.cli.catalog_options import name_options, open_service, profile_option, replace_option
from idgraph_widgets.cli.common import DONE, command, json_option, print_json


def add(commands) -> None:
    parser = command(
        commands,
        "register",
        "register a dataset's tables in Unity Catalog",
        "  idgraph register data/demo --catalog main --schema idgraph\n",
    )
    parser.add_argument("path", metavar="PATH", help="the dataset's folder")
    name_options(parser)
    replace_option(parser)
    profile_option(parser)
    json_option(parser)
    parser.set_defaults(run=_register)

    parser = command(
        commands,
        "unregister",
        "list the tables that were registered in Unity Catalog, or drop them there",
        "  idgraph unregister --catalog main --schema idgraph          only list them\n"
        "  idgraph unregister --catalog main --schema idgraph --yes    drop them; files stay\n",
    )
    name_options(parser)
    parser.add_argument("--yes", action="store_true", help="drop them from the catalog")
    profile_option(parser)
    json_option(parser)
    parser.set_defaults(run=_unregister)


def _register(args) -> int:
    from idgraph_widgets.storage import recover
    from idgraph_widgets.storage.folder.paths import folder_path
    from idgraph_widgets.unity import CatalogTarget

    target = CatalogTarget(args.catalog, args.schema, open_service(args), args.replace)
    folder = folder_path(args.path)
    recover(folder)
    target.prepare(folder)
    done = target.register(folder)
    if args.json:
        print_json(summary(target, done))
    else:
        tell(target, done)
    return DONE


def _unregister(args) -> int:
    from idgraph_widgets.unity import registered, unregister

    service = open_service(args)
    if args.yes:
        names = unregister(service, args.catalog, args.schema)
    else:
        names = [".".join(parts) for parts in registered(service, args.catalog, args.schema)]
    if args.json:
        print_json({"status": "dropped" if args.yes else "found", "tables": names})
    else:
        print("\n".join(names) or f"No tables of a dataset in {args.catalog}.{args.schema}.")
        if names:
            print("Dropped from the catalog; files stay." if args.yes else "To drop them: add --yes")
    return DONE


def summary(target, done) -> dict:
    """What registering did, for JSON."""
    kinds = ("created", "updated", "unchanged", "stale")
    return {"place": target.place, **{kind: getattr(done, kind) for kind in kinds}}


def tell(target, done) -> None:
    """What registering did, for people."""
    counts = [
        f"{len(names)} {word}"
        for word, names in (("new", done.created), ("updated", done.updated), ("as they were", done.unchanged))
        if names
    ]
    print(f"Registered in {target.place}: {len(done.tables)} tables ({', '.join(counts)}).")
    if done.stale:
        print(
            f"Of an earlier dataset, left there: {', '.join(done.stale)}. "
            f"To drop all: idgraph unregister --catalog {target.catalog} --schema {target.schema} --yes"
        )
