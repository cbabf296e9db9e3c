/** Why a variable's text cannot be used: what it should be instead, as a noun phrase that ends in an example where that helps. */
export class Problem {
  readonly wanted: string;
  constructor(wanted: string) {
    this.wanted = wanted;
  }
}

const HIGHEST_PORT = 65_535;
const LABEL = /^[A-Za-z0-9._-]{1,100}$/;
/** A name, an IPv4 address, or an IPv6 address in brackets, and the port. */
const HOST_AND_PORT = /^(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+):(\d{1,5})$/;

export const text = (value: string): string => value;

export const integer =
  (min: number, max: number) =>
  (value: string): number | Problem => {
    const number = Number(value);
    return /^\d+$/.test(value) && number >= min && number <= max ? number : new Problem(`a whole number from ${min} to ${max}`);
  };

export const oneOf =
  <const W extends string>(...words: readonly W[]) =>
  (value: string): W | Problem =>
    words.find((word) => word === value) ?? new Problem(`one of ${words.join(', ')}`);

export const yesNo = (value: string): boolean | Problem =>
  value === '1' || value === 'true' ? true : value === '0' || value === 'false' ? false : new Problem('1 or 0');

/** Parts between commas, without the blanks around them. */
export const list = (value: string): readonly string[] =>
  value
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');

export const ports = (value: string): readonly number[] | Problem => {
  const numbers = list(value).map(Number);
  return numbers.every((port) => Number.isInteger(port) && port > 0 && port <= HIGHEST_PORT)
    ? numbers
    : new Problem('port numbers, separated by commas');
};

export const brokers = (value: string): readonly string[] | Problem => {
  const entries = list(value);
  const legal = entries.every((entry) => {
    const port = Number(HOST_AND_PORT.exec(entry)?.[1] ?? 0);
    return port > 0 && port <= HIGHEST_PORT;
  });
  return legal ? entries : new Problem('host:port, several separated by commas, such as kafka-1:9092,kafka-2:9092');
};

export const label = (value: string): string | Problem =>
  LABEL.test(value) ? value : new Problem('up to 100 letters, digits, dots, - and _');

export const word = (value: string): string | Problem =>
  /^[a-z]{1,10}$/.test(value) ? value : new Problem('up to ten lower-case letters');

export const postgresUrl = (value: string): string | Problem =>
  /^postgres(?:ql)?:\/\//.test(value) && URL.canParse(value)
    ? value
    : new Problem('an address such as postgres://user:password@host:5432/crossdock');
