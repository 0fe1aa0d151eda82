// Numbers as people write them and as fields show them; idgraph_widgets/notation.py reads the same.

export const significant = (value, digits = 6) => Number(Number(value).toPrecision(digits));

const SPACES = " \u00a0\u2009\u202f";
const WRITTEN = new RegExp(
  `^([-+]?)(\\d(?:[\\d.,_'’${SPACES}]*[\\d.,])?|[.,]\\d+)(?:e([-+]?\\d{1,4}))?[${SPACES}]*([km%]?)$`,
  "i",
);
const GROUPED = new RegExp(`^[1-9]\\d{0,2}([.,_'’${SPACES}])\\d{3}(?:\\1\\d{3})*$`);

// All numbers that a text can mean in a field, the one by the field's own notation (a point before decimals) first.
// A share is written in percent and kept as a fraction.
function readings(text, { whole = false, percent = false } = {}) {
  const match = WRITTEN.exec(text.trim().replace("−", "-"));
  if (!match) return [];
  const [, sign, digits, exponent, suffix] = match,
    scale = suffix.toLowerCase();
  if (scale && (scale === "%") !== percent) return [];
  const shift = Number(exponent || 0) + (percent ? -2 : { k: 3, m: 6 }[scale] || 0);
  const found = [];
  for (const mark of [".", ","]) {
    const [integer, decimals = "", ...more] = digits.split(mark);
    // A comma in a whole number parts thousands, unless it is written in thousands: 1,5k.
    const stray = whole && mark === "," && !scale && digits.includes(mark);
    if (more.length || stray || /\D/.test(decimals) || !(/^\d*$/.test(integer) || GROUPED.test(integer))) continue;
    const plain = integer.replace(/\D/g, ""),
      value = Number(`${sign}${plain || "0"}.${decimals || "0"}e${shift}`);
    // What a computer's number cannot hold would be another number.
    const held = Number.isFinite(value) && (value !== 0 || !/[1-9]/.test(plain + decimals));
    if (held && !(whole && Math.abs(value) > Number.MAX_SAFE_INTEGER)) found.push(value);
  }
  const integers = whole ? found.filter(Number.isInteger) : [];
  return [...new Set(integers.length ? integers : found)];
}

// The number that a text means in a field; null for nothing; the text itself where it is no number, or can be two.
export function understood(text, field = {}) {
  const written = text.trim();
  if (written === "") return null;
  let found = readings(written, field);
  const { whole = false, low = null, top = null } = field;
  const own = whole ? !/[.km]/i.test(written) : written.includes(".");
  if (found.length > 1 && own) return found[0];
  if (found.length > 1)
    found = found.filter((value) => (low === null || value >= low) && (top === null || value <= top));
  return found.length === 1 ? found[0] : written;
}

// All digits of a number, as one edits it.
export function exact(value, percent) {
  if (value === null || value === undefined) return "";
  if (typeof value !== "number" || !percent) return String(value);
  const [digits, exponent = 0] = String(value).split("e");
  return String(Number(`${digits}e${Number(exponent) + 2}`));
}

// A number as one reads it. Thousands are parted in whole numbers only: elsewhere a comma can be a decimal one.
export function shown(value, { percent = false, whole = false, digits = 7 } = {}) {
  if (typeof value !== "number") return exact(value);
  return significant(percent ? value * 100 : value, digits).toLocaleString("en-US", {
    maximumFractionDigits: 6,
    useGrouping: whole,
  });
}
