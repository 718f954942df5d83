// Times as feeds write them.

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/** Zones by name, in minutes (RFC 822, section 5, and some that are common in feeds). Others are taken for UTC. */
const ZONES = new Map([
  ["est", -300], ["edt", -240], ["cst", -360], ["cdt", -300], ["mst", -420], ["mdt", -360], ["pst", -480], ["pdt", -420],
  ["bst", 60], ["cet", 60], ["cest", 120], ["eet", 120], ["eest", 180], ["jst", 540],
]);

const RFC822 =
  /^(?:[a-z]+\.?,?\s+)?(\d{1,2})[\s-]+([a-z]{3})[a-z]*\.?[\s-]+(\d{4}|\d{2}),?\s+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*(\S*)/i;

/**
 * In milliseconds since 1970; null where nobody can tell.
 * @param {string} text
 */
export function parseDate(text) {
  const found = RFC822.exec(text.trim());
  if (!found) {
    const time = Date.parse(text.trim());
    return Number.isNaN(time) ? null : time;
  }
  const [, day, name, year, hour, minute, second, zone] = found;
  const month = MONTHS.indexOf(name.toLowerCase());
  if (month < 0) return null;
  const short = Number(year);
  const full = year.length === 4 ? short : short + (short < 70 ? 2000 : 1900);
  const time = Date.UTC(full, month, Number(day), Number(hour), Number(minute), Number(second ?? 0));
  return time - offset(zone) * 60_000;
}

/** @param {string} zone In minutes from UTC. */
function offset(zone) {
  const number = /^(?:gmt|utc?)?([+-])(\d{1,2}):?(\d{2})?/i.exec(zone);
  if (!number) return ZONES.get(zone.toLowerCase()) ?? 0;
  const minutes = Number(number[2]) * 60 + Number(number[3] ?? 0);
  return number[1] === "-" ? -minutes : minutes;
}

/**
 * `itunes:duration`, in seconds: "3723", "62:03" or "1:02:03".
 * @param {string} text
 */
export function parseDuration(text) {
  if (!/^\s*\d+(\.\d+)?\s*$|^\s*\d+(:\d{1,2}){1,2}(\.\d+)?\s*$/.test(text)) return null;
  return text.split(":").reduce((total, part) => total * 60 + Math.floor(Number(part)), 0);
}

/** @param {number} seconds As a clock shows it. */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (/** @type {number} */ part) => String(part).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}
