"""Every setting with its meaning, allowed range, default and source, from the configuration's own metadata."""

from __future__ import annotations

import json

from idgraph_widgets.config import field_table
from idgraph_widgets.config.docs import line

_LONG = 70


def page() -> str:
    """The page as Markdown."""
    rows = field_table()
    titles = {"": ("The run as a whole", "Seed, window and place.")} | {
        row["path"]: (row["title"], row["help"]) for row in rows if row["is_section"]
    }
    lines = [
        "# Settings",
        "",
        "Written from `idgraph_widgets/config` by `python -m tools.pages`. A setting that is left out has its default.",
        "`idgraph init my.yaml` writes them all into a file, each with these words; `idgraph schema` prints them for editors.",
        "The status in brackets says how sure a default is: [defaults and their sources](../defaults.md). What becomes of a",
        "dataset at the ends of each range: [settings at their ends](../settings-extremes.md).",
        "",
    ]
    for part, (title, meaning) in titles.items():
        own = [row for row in rows if not row["is_section"] and row["path"].rpartition(".")[0] == part]
        if not own:
            continue
        lines += [f"## {title}", "", f"`{part or 'GenerationConfig'}`: {meaning}", ""]
        lines += ["| setting | meaning | allowed | default | source |", "|---|---|---|---|---|"]
        for row in own:
            source = row["source"]
            year = f", {source['year']}" if source["year"] else ""
            unit = f" ({row['unit']})" if row["unit"] else ""
            cells = (
                f"`{row['path'].rpartition('.')[2]}`",
                f"**{row['title']}**{unit}. {row['help']}",
                row["bounds"],
                _default(row["default"]),
                f"{source['citation']}{year} [{source['status']}]",
            )
            lines.append(line(*(cell.replace("<", "&lt;") if "`" not in cell else cell for cell in cells)))
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _default(value) -> str:
    if value is None:
        return "none"
    text = json.dumps(value, default=str, ensure_ascii=False)
    if len(text) > _LONG and isinstance(value, (dict, list)):
        return f"{len(value)} values, see `idgraph init -`"
    return f"`{text}`"
