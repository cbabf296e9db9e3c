/** What a child process can be asked to do: functions of one argument that can be sent between processes. */
export type Calls<C> = { readonly [K in keyof C]: (input: never) => unknown };

/** The other side of it. */
export type Handlers<C extends Calls<C>> = {
  readonly [K in keyof C]: (input: Parameters<C[K]>[0]) => ReturnType<C[K]> | Promise<ReturnType<C[K]>>;
};

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
