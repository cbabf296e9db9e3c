/** What a child process can be asked to do: functions of one structured-cloneable argument. */
export type Calls<C> = { readonly [K in keyof C]: (input: never) => Promise<unknown> };

export interface Question {
  readonly id: number;
  readonly name: string;
  readonly input: unknown;
}

export type Reply =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly problem: string };

/** Something a child tells without having been asked. */
export interface Told {
  readonly told: number;
}
