"""Items of one publisher or category, by taste profile: draws from a part of the catalog, weighed like the whole."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from idgraph_widgets.arrays import divided
from idgraph_widgets.draws import Draws

_WHOLE = 1 << 24
"""What the weights of a profile add up to, about: fine enough for the rarest item, coarse enough for any platform."""

_APART = 32
"""Bits between the weights of two profiles: one search finds profile and item."""

_STEP = 11
"""Bits of a step of the guide."""

_TRIES = 3
"""Items tried from where the guide points; the few that lie further are searched for."""


@dataclass(frozen=True)
class Within:
    """The catalog ordered by group.

    Attributes
    ----------
    item : ndarray of int64
        Rows of the catalog, by group.
    place : ndarray of int64
        Where each row of the catalog is in `item`.
    begins, ends : ndarray of int64
        Positions in `item` at which each group begins, and before which it ends.
    until : ndarray of int64
        By profile and position in `item`: the weights up to and with that item, above those of the profiles before.
    guide : ndarray of int32, shape (profiles, steps)
        Position in `item` that a weight of each step is looked for from.
    """

    item: np.ndarray
    place: np.ndarray
    begins: np.ndarray
    ends: np.ndarray
    until: np.ndarray
    guide: np.ndarray

    @classmethod
    def of(cls, group: np.ndarray, groups: int, weights: np.ndarray, part: np.ndarray | None = None) -> Within:
        """Groups of items, each with one at least.

        Parameters
        ----------
        group : ndarray of int
            Group of each item.
        groups : int
        weights : ndarray of float64, shape (profiles, items)
        part : ndarray of int, optional
            Orders the items of a group, so that it can be `divided`.
        """
        item = np.lexsort((group if part is None else part, group))
        begins = np.searchsorted(group[item], np.arange(groups + 1))
        shares = weights[:, item] / weights.sum(axis=1, keepdims=True)
        counts = np.rint(shares * _WHOLE).astype(np.int64)
        # What a profile does not like is not drawn, unless it likes nothing of the group.
        unliked = np.add.reduceat(counts, begins[:-1], axis=1) == 0
        counts[np.repeat(unliked, np.diff(begins), axis=1)] = 1
        until = counts.cumsum(axis=1)
        steps = np.arange((int(until.max()) >> _STEP) + 1, dtype=np.int64) << _STEP
        guide = np.stack([np.searchsorted(of_profile, steps, side="right") for of_profile in until]).astype(np.int32)
        until += np.arange(len(weights), dtype=np.int64)[:, None] << _APART
        begins = begins.astype(np.int64)
        return cls(item, np.argsort(item), begins[:-1], begins[1:], until.ravel(), guide)

    def divided(self, part: np.ndarray, parts: int) -> Within:
        """These groups, and after them smaller ones that follow the same order, some of them perhaps empty."""
        cuts = np.searchsorted(part[self.item], np.arange(parts + 1))
        return replace(self, begins=np.append(self.begins, cuts[:-1]), ends=np.append(self.ends, cuts[1:]))

    def draw(
        self,
        draws: Draws,
        stream: str,
        group: np.ndarray,
        profile: np.ndarray,
        keys: np.ndarray,
        without: np.ndarray | None = None,
    ) -> np.ndarray:
        """Row (int64) of the catalog, one of each row's group, as likely as people of the profile like it.

        Parameters
        ----------
        draws : Draws
        stream : str
        group, profile : ndarray of int64
        keys : ndarray of uint64
        without : ndarray of int64, optional
            A row of the catalog that is not to be drawn, in the group or not; -1 is drawn where the group has no other
            that people of the profile like.
        """
        row = profile * len(self.item)
        low, high = self._below(row + self.begins[group], profile), self.until[row + self.ends[group] - 1]
        if without is None:
            return self._at(low + draws.below(stream, high - low, keys), profile)
        place = row + self.place[without]
        # An item of another group lies outside these bounds, and leaves out nothing.
        out_low, out_high = np.clip(self._below(place, profile), low, high), np.clip(self.until[place], low, high)
        left = high - low - (out_high - out_low)
        at = low + draws.below(stream, np.maximum(left, 1), keys)
        at += np.where(at >= out_low, out_high - out_low, 0)
        return np.where(left > 0, self._at(np.minimum(at, high - 1), profile), -1)

    def _below(self, place: np.ndarray, profile: np.ndarray) -> np.ndarray:
        """The weights before a position of the profiles' rows."""
        return np.where(divided(place, len(self.item))[1] > 0, self.until[place - 1], profile << _APART)

    def _at(self, weight: np.ndarray, profile: np.ndarray) -> np.ndarray:
        """The items that these weights of the profiles' rows fall on."""
        row, step = profile * len(self.item), (weight & ((1 << _APART) - 1)) >> _STEP
        place = row + self.guide[profile, step]
        for _ in range(_TRIES):
            place += self.until[place] <= weight
        far = np.flatnonzero(self.until[place] <= weight)
        place[far] = np.searchsorted(self.until, weight[far], side="right")
        return self.item[place - row]
