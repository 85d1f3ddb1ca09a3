const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (value: number): string => String(value).padStart(2, '0');

/** The same text for all of a second: every request needs three of these. */
const everySecond = (write: (now: Date) => string): (() => string) => {
  let second = -1;
  let text = '';
  return () => {
    const now = Math.floor(Date.now() / 1000);
    if (now !== second) {
      second = now;
      text = write(new Date(now * 1000));
    }
    return text;
  };
};

const clock = (date: Date): string =>
  `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;

const zone = (date: Date, colon: string): string => {
  const minutes = Math.abs(date.getTimezoneOffset());
  const sign = date.getTimezoneOffset() > 0 ? '-' : '+';
  return `${sign}${two(Math.floor(minutes / 60))}${colon}${two(minutes % 60)}`;
};

const day = (date: Date, separator: string): string =>
  [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join(separator);

/** `01/Mar/2026:12:00:00 +0000` */
export const logTime = everySecond(
  date =>
    `${two(date.getDate())}/${months[date.getMonth()]}/${date.getFullYear()}:${clock(date)} ${zone(date, '')}`,
);

/** `2026-03-01T12:00:00+00:00` */
export const isoTime = everySecond(date => `${day(date, '-')}T${clock(date)}${zone(date, ':')}`);

/** `2026/03/01 12:00:00`, as in the error log. */
export const errorTime = everySecond(date => `${day(date, '/')} ${clock(date)}`);

/** `Sun, 01 Mar 2026 12:00:00 GMT`, as in headers. */
export const httpTime = everySecond(date => date.toUTCString());
