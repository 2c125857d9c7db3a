// Moments as the server writes them (web/number.py): in Sweden's time, wherever the browser is.

const SWEDISH = document.documentElement.lang !== "en";
const FORMAT = new Intl.DateTimeFormat(SWEDISH ? "sv-SE" : "en-GB", {
  timeZone: "Europe/Stockholm", hourCycle: "h23",
  day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit",
});

const partsOf = (time) =>
  Object.fromEntries(FORMAT.formatToParts(new Date(time)).map(({ type, value }) => [type, value]));

/** The time of day: 14.03. */
export function clock(time) {
  const { hour, minute } = partsOf(time);
  return `${hour}${SWEDISH ? "." : ":"}${minute}`;
}

/** Day and time: 12 mars 2026 kl. 14.03. */
export function moment(time) {
  const { day, month, year } = partsOf(time);
  return `${day} ${month} ${year}${SWEDISH ? " kl." : ","} ${clock(time)}`;
}
