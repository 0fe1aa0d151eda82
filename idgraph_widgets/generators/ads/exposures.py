"""Table 8: campaign_exposures.

A campaign reaches a share of the cap-scope units of eligible people; each unit gets its exposures at times
that keep both caps by construction (see `frequency`); each exposure goes to one of the unit's identifiers
alive at that time, or to none. Then budgets are settled per block of households and UTC day (see `budgets`).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from idgraph_widgets.arrays import Coded, Columns, Lookup, Nullable, explode, run_starts
from idgraph_widgets.draws import SCALE, Draws, chain
from idgraph_widgets.generators import addresses
from idgraph_widgets.generators.ads import clicks, frequency, inventory
from idgraph_widgets.generators.ads.advertising import campaign_plan, held_out, prepare, ramped_up, viewable, worn
from idgraph_widgets.generators.ads.budgets import running
from idgraph_widgets.generators.ads.inventory import TICKETS, Inventory
from idgraph_widgets.generators.ads.reach import Reached, reached_units
from idgraph_widgets.schema import ids

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idgraph_widgets.generators.context import Context

CREATIVES = 3

_STEP = 1 << 20
"""Rows of units looked at, at a time."""

_TIMES = 1 << 19
"""Exposures planned at a time: what is thought about one takes ten times the room of what is kept of it."""


@dataclass(frozen=True)
class Planned:
    """What some homes would see if no budget ended.

    Attributes
    ----------
    rows : Columns
        By rising key: ``exposure_id``, ``campaign_id`` (int32), ``channel_code`` (place in ``CHANNELS``, int8),
        ``micros`` (microseconds since 1970), ``is_viewable``, ``cost_micro`` (millionths of a USD, what it may cost at
        most) and ``identifier`` (place in `identifiers`, int32).
    identifiers : Columns
        What is met: ``mapping_id``, ``individual_id`` (asserted), ``device_id``, ``device_type``,
        ``identifier_type``, ``actor_id`` and ``identifier`` (hash of type and value).
    opportunities : Columns
        First exposure of each campaign and home, those held out included: ``campaign_id``, ``household_id`` and
        ``micros``; by rising campaign and home.
    """

    rows: Columns
    identifiers: Columns
    opportunities: Columns

    @property
    def nbytes(self) -> int:
        """Bytes of the rows, by far the most of it."""
        return sum(self.rows[name].nbytes for name in self.rows.names)

    @property
    def individual_id(self) -> np.ndarray:
        """The asserted person of each row."""
        return self.identifiers.individual_id[self.rows.identifier]


def plan(
    context: Context,
    campaigns: Columns,
    households: Columns,
    individuals: Columns,
    identity_mappings: Columns,
    truth_identity: Columns,
    audience_attributes: Columns,
    lives: Columns,
) -> Planned:
    """Every exposure that would happen if no budget ended: what it meets, when and at what cost.

    Also, which homes are reached, or would be were they not held out.

    Parameters
    ----------
    context : Context
    campaigns : Columns
        All of them.
    households, individuals, identity_mappings, truth_identity, audience_attributes : Columns
        Of consecutive homes; mappings and truth have the same order of rows.
    lives : Columns
        What their people do anyway; see `responses.chains.organic_life`.
    """
    campaign = campaign_plan(context, campaigns)
    reached = reached_units(context, campaign, households, individuals, identity_mappings, audience_attributes)
    n = _counts(context, campaign, reached.units)
    met, first = [], []
    for low, high in _runs(n):
        some = _some(reached, low, high)
        times = _times(context, campaign, some.units, n[low:high])
        shown, opportunities = _met(context, campaign, some, times, lives)
        met.append(shown)
        first.append(opportunities)
    found = _earliest(Columns.concat(first))
    return _planned(Columns.concat(met), found, reached.identifiers, identity_mappings, truth_identity)


def _earliest(found: Columns) -> Columns:
    """The first opportunity of each campaign and home."""
    order = np.lexsort((found.micros, found.household_id, found.campaign_id))
    found = found.take(order)
    return found.take(run_starts(found.campaign_id, found.household_id))


def _counts(context: Context, plan: Columns, units: Columns) -> np.ndarray:
    """Planned exposures of each unit."""
    means, most = plan.mean_e4[units.campaign], plan.most[units.campaign]
    return frequency.exposure_count(context, chain(units.first_key), means, most)


def _runs(n: np.ndarray) -> list[tuple[int, int]]:
    """Runs of neighbouring units with about `_TIMES` exposures each; an empty one where there are no units."""
    total = np.cumsum(n)
    borders = np.unique(np.searchsorted(total, np.arange(_TIMES, n.sum(), _TIMES)) + 1)
    return list(pairwise([0, *borders[borders < len(n)].tolist(), len(n)]))


def _some(reached: Reached, low: int, high: int) -> Reached:
    """The units from `low` to `high` - 1 and their rows."""
    units = reached.units.take(np.arange(low, high))
    first = units.start[0] if len(units) else 0
    rows = reached.rows[first : first + units.count.sum()]
    return Reached(units.with_columns(start=units.start - first), rows, reached.identifiers)


def _times(context: Context, plan: Columns, units: Columns, n: np.ndarray) -> Columns:
    """One row per planned exposure inside the window: its unit, key, time and time since the flight began."""
    flight = plan.flight_us[units.campaign]
    part = flight // n
    jitter = frequency.jitter_range(n, part, plan.cut_us[units.campaign])

    unit, j = explode(n)
    exposure_id = units.first_key[unit] + j
    key = chain(exposure_id)
    position = j * part[unit] + context.draws("campaign_exposures").below("time", jitter[unit], key)
    campaign = units.campaign[unit]
    elapsed = frequency.clock_time(context, position, plan.curve[campaign], units.local_hour[unit])
    micros = plan.start_us[campaign] + elapsed
    kept = (micros < context.end) & ramped_up(context, key, elapsed)
    times = Columns(unit=unit, exposure_id=exposure_id, key=key, micros=micros, elapsed=elapsed)
    return times.where(kept)


def _met(context: Context, plan: Columns, reached: Reached, times: Columns, lives: Columns) -> tuple[Columns, Columns]:
    """Each exposure with the identifier it goes to (its place among those reached) and its cost; and opportunities.

    Without those that meet nobody, and those of held-out homes, which are opportunities all the same.
    """
    place = np.concatenate([np.zeros(0, np.int64), *_picked(context, reached, times)])
    times, place = times.where(place >= 0), place[place >= 0]
    units = reached.units
    campaign = units.campaign[times.unit]
    opportunities = _earliest(
        Columns(
            campaign_id=plan.campaign_id[campaign], household_id=units.household_id[times.unit], micros=times.micros
        )
    )
    held = held_out(context, plan.campaign_id[units.campaign], units.household_id)[times.unit]
    times, place, campaign = times.where(~held), place[~held], campaign[~held]
    is_viewable = viewable(context, times.key, plan.view_limit[campaign])
    priced = np.flatnonzero(is_viewable & (plan.click_micro[campaign] > 0))
    clicks_cost = np.zeros(len(times), np.int64)
    may_click = _may_click(
        context,
        plan.take(campaign[priced]),
        times.take(priced),
        reached.identifiers.individual_id[place[priced]],
        lives,
    )
    clicks_cost[priced] = np.where(may_click, plan.click_micro[campaign[priced]], 0)
    met = Columns(
        exposure_id=times.exposure_id,
        campaign_id=plan.campaign_id[campaign].astype(np.int32),
        channel_code=plan.channel_code[campaign].astype(np.int8),
        micros=times.micros,
        is_viewable=is_viewable,
        cost_micro=plan.impression_micro[campaign] + clicks_cost,
        identifier=place,
    )
    return met, opportunities


def _may_click(
    context: Context, plan: Columns, times: Columns, individual_id: np.ndarray, lives: Columns
) -> np.ndarray:
    """Whether viewable exposures may be clicked: a campaign that pays for clicks sets money aside for them."""
    limit = worn(context, plan.click_limit, times.elapsed, plan.flight_us)
    shown = Columns(individual_id=individual_id, advertiser_id=plan.advertiser_id, micros=times.micros)
    curious = clicks.curious(context, times.key, individual_id, times.micros, limit)
    return curious | ((plan.click_limit > 0) & clicks.on_the_way(context, shown, lives))


def costs(plan: Columns, campaign_exposures: Columns, response_events: Columns) -> np.ndarray:
    """What exposures cost, in millionths of a USD: their own price, or that of the click that followed.

    Parameters
    ----------
    plan : Columns
        See `campaign_plan`.
    campaign_exposures, response_events : Columns
        Tables 8 and 9 of the same households.
    """
    place = Lookup(plan.campaign_id)[campaign_exposures.campaign_id]
    clicked = response_events.exposure_id.values[response_events.response_type == "click"]
    is_clicked = np.isin(campaign_exposures.exposure_id, clicked)
    return plan.impression_micro[place] + np.where(is_clicked, plan.click_micro[place], 0)


def _picked(context: Context, reached: Reached, times: Columns) -> Iterator[np.ndarray]:
    """Place among the identifiers of one that is alive then, -1 where none is; for some exposures at a time."""
    start, count = reached.units.start[times.unit], reached.units.count[times.unit]
    born, died = reached.identifiers.alive_from[reached.rows], reached.identifiers.alive_to[reached.rows]
    d = context.draws("campaign_exposures")
    total = np.cumsum(count)
    cuts = np.searchsorted(total, np.arange(_STEP, total[-1] if len(total) else 0, _STEP))
    for low, high in zip([0, *cuts], [*cuts, len(times)], strict=True):
        exposure, number = explode(count[low:high])
        row = start[low:high][exposure] + number
        at = times.micros[low:high][exposure]
        alive = np.flatnonzero((born[row] <= at) & (died[row] >= at))
        living = np.bincount(exposure[alive], minlength=high - low)
        first = np.cumsum(living) - living
        meets = np.flatnonzero(living)
        pick = d.below("row", living[meets], times.key[low:high][meets])
        place = np.full(high - low, -1, np.int64)
        place[meets] = reached.rows[row[alive[first[meets] + pick]]]
        yield place


def _planned(
    met: Columns, opportunities: Columns, identifiers: Columns, identity_mappings: Columns, truth_identity: Columns
) -> Planned:
    """Keep of the identifiers those that are met: what the graph says of them, and who really stands behind."""
    is_met = np.zeros(len(identifiers), bool)
    is_met[met.identifier] = True
    place = (np.cumsum(is_met) - 1).astype(np.int32)
    mapping = identifiers.mapping[is_met]
    said = identity_mappings.select("mapping_id", "individual_id", "device_id", "device_type", "identifier_type")
    return Planned(
        met.with_columns(identifier=place[met.identifier]),
        said.take(mapping).with_columns(
            actor_id=truth_identity.actor_id[mapping], identifier=identifiers.identifier[is_met]
        ),
        opportunities,
    )


def make(context: Context, planned: Planned, stops: Columns) -> tuple[Columns, np.ndarray, np.ndarray]:
    """The exposures of the homes of a plan, until budgets are spent.

    Parameters
    ----------
    context : Context
    planned : Planned
        See `plan`.
    stops : Columns
        See `budgets.stops`.

    Returns
    -------
    (Columns, ndarray of int64, ndarray of bool)
        Columns of the table, by rising key, ``cost`` what each may cost at most (see `costs`); per row a hash of the
        identifier's type and value; and whether the person who is said to have been met has really been.
    """
    rows = running(context, planned, stops)
    met = planned.identifiers.take(rows.identifier)
    d, key = context.draws("campaign_exposures"), chain(rows.exposure_id)
    channel = rows.channel_code.astype(np.int64)
    slots = context.of(inventory.prepare)
    slot = channel * TICKETS + d.below("slot", TICKETS, key)
    creative = d.between("creative", 1, CREATIVES, key)
    is_timed, played = _played(d, key, context.of(prepare).complete_e4[channel])
    shown = Columns(
        exposure_id=rows.exposure_id,
        campaign_id=rows.campaign_id.astype(np.int64),
        creative_id=ids.creative_id(rows.campaign_id.astype(np.int64), creative),
        individual_id=met.individual_id,
        household_id=ids.household_of(met.individual_id),
        mapping_id=met.mapping_id,
        device_id=met.device_id,
        device_type=met.device_type,
        placement=slots.placement.take(slot),
        publisher=slots.publisher.take(slot),
        app_or_site=_app_or_site(slots, slot, met.identifier_type),
        ip_address=_ip_address(context, met, rows.micros),
        exposure_ts=rows.micros,
        is_viewable=rows.is_viewable,
        view_seconds=np.where(rows.is_viewable, _view_seconds(d, key, creative, is_timed, played), 0),
        completion_rate=Nullable(played / SCALE, is_timed),
        cost=rows.cost_micro,
    )
    return shown, met.identifier, met.actor_id == met.individual_id


def _played(d: Draws, key: np.ndarray, complete_e4: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Whether ads play, and ten-thousandths played: all of it, or at least 14 % (two seconds of fifteen)."""
    is_timed = complete_e4 >= 0
    timed, played = np.flatnonzero(is_timed), np.zeros(len(key), np.int64)
    complete = d.below("complete", SCALE, key[timed]) < complete_e4[timed]
    played[timed] = np.where(complete, SCALE, d.between("played", 1_400, SCALE - 1, key[timed]))
    return is_timed, played


def _view_seconds(
    d: Draws, key: np.ndarray, creative: np.ndarray, is_timed: np.ndarray, played: np.ndarray
) -> np.ndarray:
    """Timed ads of 15 or 30 seconds as far as they played; others skewed, 1 to 83, about 21 on average."""
    length = np.where(creative == 1, 15, 30)
    product = d.below("view_seconds", 64, key) * d.below("view_more", 64, key)
    return np.where(is_timed, length * played // SCALE, 1 + product // 48)


def _app_or_site(slots: Inventory, slot: np.ndarray, identifier_type: Coded) -> Coded:
    """Sites for cookies, apps for devices, nothing for email."""
    place = np.where(identifier_type == "cookie", slots.site[slot], slots.app[slot])
    return Coded(place, slots.places).where(identifier_type != "email")


def _ip_address(context: Context, met: Columns, micros: np.ndarray) -> pa.StringArray:
    """The address that the device of the person really met had then; null without a device."""
    has_device = ~met.device_type.is_null()
    on, place = np.flatnonzero(has_device), np.zeros(len(met), np.int32)
    found, place[on] = addresses.device_ips(context, met.actor_id[on], met.device_type.take(on), micros[on])
    return found.take(pa.array(place, mask=~has_device))
