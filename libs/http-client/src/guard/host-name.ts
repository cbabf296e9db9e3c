/** The name in the form in which names are compared: lower case, without trailing dots. */
export function canonicalName(name: string): string {
  return name.toLowerCase().replace(/\.+$/, '');
}

/** RFC 6761: `localhost` and everything below it is this machine, whatever a name server says. */
export function isLocalhost(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost');
}
