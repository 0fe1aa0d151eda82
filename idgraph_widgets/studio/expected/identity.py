"""Expected identity graph: identifiers per household and person, and one household as an example."""

from __future__ import annotations

import math
from collections.abc import Mapping

from idgraph_widgets.config import GenerationConfig, size_shares
from idgraph_widgets.config.estimate import calibration
from idgraph_widgets.reference import facts
from idgraph_widgets.studio.expected import Card, Plot
from idgraph_widgets.studio.expected.example import Example, example_household
from idgraph_widgets.studio.expected.volume import estimated
from idgraph_widgets.studio.figures import figure, flat_bars, nice
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
    lasting = 1 + days / identity.cookie_lifetime_days * 2
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
    from idgraph_widgets.studio.figures import line

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


_COLORS = {"household": "@text", "person": "@accent", "device": "@muted", "identifier": "@soft-strong"}
_SYMBOLS = {"household": "square", "person": "circle", "device": "diamond", "identifier": "circle-open"}
_SIZES = {"household": 15, "person": 15, "device": 11, "identifier": 8}


def _network_plot(config, _sample: Mapping) -> Plot:
    example = example_household(config)
    traces = [_edges(example, shared=False), _edges(example, shared=True)]
    for kind in _COLORS:
        nodes = [node for node in example.nodes.values() if node.kind == kind]
        traces.append(
            {
                "type": "scatter",
                "mode": "markers+text",
                "name": kind,
                "x": [node.x for node in nodes],
                "y": [node.y for node in nodes],
                "text": [node.name for node in nodes],
                "textposition": "bottom center",
                "textfont": {"size": 9 if kind == "identifier" else 11, "color": "@quiet" if kind == "identifier" else "@text"},
                "hovertemplate": "%{text}<extra></extra>",
                "marker": {
                    "color": _COLORS[kind],
                    "symbol": _SYMBOLS[kind],
                    "size": _SIZES[kind],
                    "line": {"width": 1.5, "color": _COLORS[kind]},
                },
            }
        )
    bare = {"visible": False, "fixedrange": True}
    plot = figure(
        traces,
        xaxis={**bare, "range": [-2.1, 2.1]},
        yaxis={**bare, "range": [-1.05, 1.25]},
        legend=True,
        margin={"l": 4, "r": 4, "t": 26, "b": 4},
    )
    kinds = [node.kind for node in example.nodes.values()]
    return Plot(
        plot,
        f"An example household: {kinds.count('person')} people, {kinds.count('device')} devices and "
        f"{kinds.count('identifier')} identifiers; dashed lines are shared by several people.",
    )


def _edges(example: Example, shared: bool) -> dict:
    x: list = []
    y: list = []
    for start, end, is_shared in example.edges:
        if is_shared is shared:
            a, b = example.nodes[start], example.nodes[end]
            x += [a.x, b.x, None]
            y += [a.y, b.y, None]
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "shared link" if shared else "link",
        "x": x,
        "y": y,
        "hoverinfo": "skip",
        "line": {"color": "@muted" if shared else "@line", "width": 1.2, "dash": "dash" if shared else "solid"},
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
        (_IDENTITY, "seed"),
        wide=True,
        height=360,
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
