/** A unit's dimension, and how many of the dimension's base unit it is. */
interface Unit {
  dimension: string;
  factor: number;
}

const UNITS = new Map<string, Unit>();
define('time', 0.001, 'ms', 'millisecond', 'milliseconds');
define('time', 1, 's', 'sec', 'secs', 'second', 'seconds');
define('time', 60, 'min', 'mins', 'minute', 'minutes');
define('time', 3600, 'h', 'hr', 'hrs', 'hour', 'hours');
define('time', 86_400, 'd', 'day', 'days');
define('share', 1, '%', 'percent', 'per cent');
define('bits', 8, 'b', 'byte', 'bytes');
define('bits', 8e3, 'kb', 'kilobyte', 'kilobytes');
define('bits', 8e6, 'mb', 'megabyte', 'megabytes');
define('bits', 8e9, 'gb', 'gigabyte', 'gigabytes');
define('bits', 8192, 'kib', 'kibibyte', 'kibibytes');
define('bits', 8192 * 1024, 'mib', 'mebibyte', 'mebibytes');
define('bits', 8192 * 1024 ** 2, 'gib', 'gibibyte', 'gibibytes');
define('rate', 1, '/s', 'per second', 'requests/s', 'requests per second', 'req/s', 'rps');
define('rate', 1 / 60, '/min', 'per minute', 'requests/min', 'requests per minute', 'req/min');

function define(dimension: string, factor: number, ...names: string[]): void {
  for (const name of names) UNITS.set(name, { dimension, factor });
}

/** About, the digits with their marks and groups, the unit, a final dot. */
const WRITTEN =
  /^(?:[~≈=] ?|about )?([-+−]?(?:\d|[.,]\d)(?:[.,'_]?\d| (?=\d{3}(?!\d)))*(?:e[-+]?\d+)?) ?(.*?)\.?$/i;

/** `8.76`, `8,76`, `8 760`, `1,234,567.5`, `8.76 h`, `525.6 min`: the value in `unit`, or a sentence why not. */
export function readNumber(text: string, unit: string): number | string {
  const match = WRITTEN.exec(text.replace(/\s+/g, ' ').trim());
  if (!match) return `Type a number${unit === '' ? '' : `, in ${unit}`}.`;
  const [, digits = '', written = ''] = match;
  const value = readDigits(digits.replace('−', '-'));
  if (typeof value === 'string') return value;
  const factor = conversion(written.toLowerCase(), unit.toLowerCase());
  return factor === undefined ? `The unit ${written} does not fit here: ${askFor(unit)}.` : value * factor;
}

function askFor(unit: string): string {
  return unit === '' ? 'type the number alone' : `give the answer in ${unit}`;
}

/** `undefined` when one cannot be turned into the other. */
function conversion(from: string, to: string): number | undefined {
  const singular = (name: string) => name.replace(/s$/, '');
  if (from === '' || from === to || singular(from) === singular(to)) return 1;
  const [source, target] = [UNITS.get(from), UNITS.get(to)];
  return source && target && source.dimension === target.dimension
    ? source.factor / target.factor
    : undefined;
}

function readDigits(digits: string): number | string {
  const number = digits.replace(/[ '_]/g, '');
  const commas = number.split(',').length - 1;
  const points = number.split('.').length - 1;
  const value = Number(decimalPoint(number, commas, points));
  if (!Number.isFinite(value)) return `${digits} is not a number: write it like 8.76.`;
  // 8,760 is 8760 to one reader and 8.76 to the next; a guess would take a try from one of them.
  if (commas === 1 && points === 0 && /^[-+]?[1-9]\d{0,2},\d{3}$/.test(number)) {
    return `${digits} can be read in two ways: write ${number.replace(',', '')} or ${number.replace(',', '.')}.`;
  }
  return value;
}

/** Groups of thousands removed, and the decimal mark made a point. */
function decimalPoint(number: string, commas: number, points: number): string {
  if (commas > 0 && points > 0) {
    return number.lastIndexOf(',') > number.lastIndexOf('.')
      ? number.replaceAll('.', '').replace(',', '.')
      : number.replaceAll(',', '');
  }
  if (commas === 1) return number.replace(',', '.');
  const grouped = /^[-+]?\d{1,3}([.,]\d{3}){2,}$/.test(number);
  return grouped ? number.replace(/[.,]/g, '') : number;
}
