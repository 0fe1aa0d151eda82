"""Expected identity graph: identifiers per household and person, and one household as an example."""

from __future__ import annotations

import math
from collections.abc import Mapping

from idgraph_widgets.config import GenerationConfig, size_shares
from idgraph_widgets.config.estimate import calibration
from idgraph_widgets.reference import facts
from idgraph_widgets.studio.expected import Card, Plot
from idgraph_widgets.studio.expected.example import example_household
from idgraph_widgets.studio.expected.volume import estimated
from idgraph_widgets.studio.figures import figure, flat_bars, line, nice
from idgraph_widgets.studio.words import label


def per_household(config: GenerationConfig) -> dict[str, float]:
    """Expected mappings per household by observed type.

    A model of devices, addresses and their renewals, scaled so that all types together give the
    estimate of the table ``identity_mappings``.
    """
    identity = config.demographics_config.identity_mappings
    seen, days = identity.observation_shares, config.window_days
    size = sum(persons * share for persons, share in size_shares(config).items())
    grown, active = _age_shares(config)
    adults, active = size * grown, size * active
    phone = sum(identity.smartphone_ownership.values()) / len(identity.smartphone_ownership)
    phones = active * phone
    first_mail = active * (seen["email"] + (1 - seen["email"]) * (1 - phone))
    emails = first_mail + adults * max(0.0, identity.emails_per_adult - 1) * seen["email"]
    allowed = identity.ios_share * identity.att_shares.get("authorized", 0.0)
    allowed += (1 - identity.ios_share) * (1 - identity.android_opt_out_share)
    profiles = phones + adults * identity.personal_computer_share + active * identity.shared_desktop_share
    safari = identity.browser_shares.get("safari", 0.0)
    third = 1 - safari - identity.browser_shares.get("firefox", 0.0)
    lasting = 1 + days * _mean_inverse_life(identity.cookie_lifetime_days)
    short_lived = 0.2 * (1 + days / (identity.safari_cookie_days * 2 / 3))
    leases = 1 + days / identity.home_ip_rotation_days
    child_rows = (1 - seen["ip_address"]) * calibration()["people_with_a_child_under_13"]
    raw = {
        "email": emails,
        "hashed_email": emails * (seen["hashed_email"] + identity.typo_share),
        "phone": phones * (seen["phone"] + (1 - seen["phone"]) * (1 - seen["email"])),
        "hashed_phone": phones * seen["hashed_phone"],
        "first_party_cookie": profiles * seen["first_party_cookie"] * ((1 - safari) * lasting + safari * short_lived),
        "third_party_cookie": profiles * seen["third_party_cookie"] * third * lasting,
        "mobile_ad_id": (phones + size * identity.shared_tablet_share) * allowed * seen["mobile_ad_id"],
        "ctv_id": size * identity.ctv_home_share * identity.ctv_devices_per_home * seen["ctv_id"],
        "ip_address": size * (leases * seen["ip_address"] + child_rows) + active * identity.public_ip_share,
        "uid2_like": first_mail * seen["uid2_like"],
    }
    rows = estimated(config).tables["identity_mappings"].rows / config.household_config.num_households
    factor = rows / max(sum(raw.values()), 1e-9)
    return {name: max(0.0, count) * factor for name, count in raw.items()}


def _mean_inverse_life(mean_days: float, points: int = 64) -> float:
    """Mean of 1 / life over browser profiles: lives are exponential and last at least a day."""
    middles = ((i + 0.5) / points for i in range(points))
    return sum(1 / max(1.0, -mean_days * math.log(1 - middle)) for middle in middles) / points


def confidence(config: GenerationConfig, points: int = 60) -> tuple[list[float], list[float]]:
    """Density of the confidence of probabilistic links on a grid of (0, 1)."""
    shape = config.demographics_config.identity_mappings.probabilistic_confidence
    a, b = shape["alpha"], shape["beta"]
    norm = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    grid = [(i + 0.5) / points for i in range(points)]
    return grid, [math.exp(norm + (a - 1) * math.log(x) + (b - 1) * math.log(1 - x)) for x in grid]


def _age_shares(config: GenerationConfig) -> tuple[float, float]:
    """Shares of people who are adults, and who are 13 or older."""
    low, high = config.demographics_config.age_range
    rows = [row for row in facts("age_single_year") if low <= row["age"] <= high]
    total = sum(row["total"] for row in rows)
    grown, active = (sum(row["total"] for row in rows if row["age"] >= least) for least in (18, 13))
    return grown / total, active / total


def _identifiers_plot(config, sample: Mapping) -> Plot:
    counts = per_household(config)
    size = sum(persons * share for persons, share in size_shares(config).items())
    names = [label(name) for name in counts]
    values = list(counts.values())
    seen = sample.get("identifiers_per_household")
    found = None if seen is None else [seen.get(name, 0.0) for name in counts]
    plot = flat_bars(
        names,
        values,
        found,
        percent=False,
        axis={"range": [0, nice(max([*values, *(found or ())])) * 1.25], "title": {"text": "per household"}},
        texts=[f"{value:.2f} · {value / size:.2f} a person" for value in values],
    )
    told = ", ".join(f"{name} {value:.2f}" for name, value in zip(names, values))
    total = sum(values)
    return Plot(plot, f"{total:.1f} identifiers per household, {total / size:.1f} per person: {told}.")


def _confidence_plot(config, _sample: Mapping) -> Plot:
    x, y = confidence(config)
    shape = config.demographics_config.identity_mappings.probabilistic_confidence
    mean = shape["alpha"] / (shape["alpha"] + shape["beta"])
    plot = line(
        x,
        y,
        "confidence %{x:.2f}",
        {"range": [0, 1], "title": {"text": f"confidence (mean {mean:.2f}: so many of these links are true)"}},
        {"range": [0, nice(max(y))], "showticklabels": False},
        fill=True,
    )
    return Plot(plot, f"Confidence of probabilistic links, mean {mean:.2f}.")


_LOOK = {
    # Kind to colour, symbol, size of the mark, size and place of the name.
    "household": ("@text", "square", 13, 11, "bottom center"),
    "person": ("@accent", "circle", 13, 11, "bottom center"),
    "device": ("@muted", "diamond", 11, 10, "top center"),
    "identifier": ("@soft-strong", "circle-open", 7, 10, "middle right"),
}


def _network_plot(config, _sample: Mapping) -> Plot:
    home = example_household(config)
    nodes = list(home.walk())
    traces = [_links(nodes, shared=False), _links(nodes, shared=True)]
    for kind, (color, symbol, size, letters, place) in _LOOK.items():
        these = [node for node in nodes if node.kind == kind]
        traces.append(
            {
                "type": "scatter",
                "mode": "markers+text",
                "name": kind,
                "x": [node.x for node in these],
                "y": [node.y for node in these],
                "text": [node.name for node in these],
                "textposition": place,
                "textfont": {"size": letters, "color": "@text"},
                "hovertemplate": "%{text}<extra></extra>",
                "marker": {"color": color, "symbol": symbol, "size": size, "line": {"width": 1.5, "color": color}},
            }
        )
    lines = 1 + max(node.y for node in nodes)
    bare = {"visible": False, "fixedrange": True}
    plot = figure(
        traces,
        xaxis={**bare, "range": [-0.25, 4.3]},
        yaxis={**bare, "range": [lines - 0.2, -0.8]},
        legend=True,
        margin={"l": 4, "r": 4, "t": 26, "b": 4},
    )
    kinds = [node.kind for node in nodes]
    return Plot(
        plot,
        f"An example household: {kinds.count('person')} people, {kinds.count('device')} devices and "
        f"{kinds.count('identifier')} identifiers; dashed links belong to several people.",
    )


def _links(nodes, shared: bool) -> dict:
    x: list = []
    y: list = []
    for node in nodes:
        for child in node.children:
            if child.shared is shared:
                x += [node.x, child.x, None]
                y += [node.y, child.y, None]
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "shared link" if shared else "link",
        "x": x,
        "y": y,
        "hoverinfo": "skip",
        "line": {"color": "@muted", "width": 1, "dash": "dash" if shared else "solid"},
    }


_IDENTITY = "demographics_config.identity_mappings"

CARDS = (
    Card(
        "identifiers",
        "Identifiers",
        "Expected mappings per household and per person, by type",
        _identifiers_plot,
        (_IDENTITY, "household_config.size_distribution", "demographics_config.age_range", "start_date", "end_date"),
        wide=True,
        height=290,
    ),
    Card(
        "network",
        "An example household",
        "Three people with the devices and identifiers these settings give; a drawing, not a row",
        _network_plot,
        (_IDENTITY,),
        wide=True,
        height=460,
    ),
    Card(
        "confidence",
        "Confidence of probabilistic links",
        "A link with confidence c is true with probability c",
        _confidence_plot,
        (f"{_IDENTITY}.probabilistic_confidence",),
        wide=True,
        height=190,
    ),
)
