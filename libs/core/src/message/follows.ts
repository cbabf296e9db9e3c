/** Whether this event is the next one: false for one already applied, an error for one that left a gap. */
export function follows(state: { readonly version: number }, event: { readonly stream: string; readonly version: number }): boolean {
  if (event.version <= state.version) return false;
  if (event.version === state.version + 1) return true;
  throw new TypeError(`Stream ${event.stream}: event ${event.version} does not follow ${state.version}.`);
}
