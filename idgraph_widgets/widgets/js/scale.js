// Where a value stands on its slider.

import { significant } from "./notation.js";

export function scaleOf(field) {
  const { low, high, log, whole, step } = field;
  const ends = log ? [Math.log10(low), Math.log10(high)] : [low, high];
  const toSlider = (value) => (log ? Math.log10(Math.max(value, low)) : value);
  const fromSlider = (position) => {
    if (!log) return significant(whole ? Math.round(position) : position, 9);
    // Two digits are enough between the ends; the ends themselves may have more.
    if (position <= ends[0]) return low;
    if (position >= ends[1]) return high;
    const value = significant(10 ** position, 2);
    return Math.min(high, Math.max(low, whole ? Math.round(value) : value));
  };
  return { min: ends[0], max: ends[1], step: log ? (ends[1] - ends[0]) / 200 : step, toSlider, fromSlider };
}
