// Shares that keep their sum of one.

const UNIT = 1e6;

// The others take up the difference in proportion, in whole millionths, so that the sum stays exact. What is no number
// stays as it was written, to be mended by whoever wrote it.
export function rebalanced(shares, fixedNames, locked) {
  const names = Object.keys(shares);
  const numbers = names.filter((name) => typeof shares[name] === "number");
  const isHeld = (name) => fixedNames.includes(name) || locked.has(name);
  const units = new Map(numbers.map((name) => [name, Math.round(shares[name] * UNIT)]));
  const free = numbers.filter((name) => !isHeld(name));
  const room = numbers.filter(isHeld).reduce((left, name) => left - units.get(name), UNIT);
  if (!free.length || room < 0) return null;
  const total = free.reduce((sum, name) => sum + units.get(name), 0);
  let rest = room;
  for (const name of free) {
    units.set(name, Math.floor(total > 0 ? (room * units.get(name)) / total : room / free.length));
    rest -= units.get(name);
  }
  const biggest = free.reduce((best, name) => (units.get(name) > units.get(best) ? name : best), free[0]);
  units.set(biggest, units.get(biggest) + rest);
  return Object.fromEntries(names.map((name) => [name, units.has(name) ? units.get(name) / UNIT : shares[name]]));
}

export const sumOf = (shares) =>
  Object.values(shares).reduce((sum, share) => sum + (typeof share === "number" ? share : 0), 0);
