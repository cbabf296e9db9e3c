/** What an adapter throws for weather and races: a code of the error catalogue, and whether trying again can help. */
export class StoreError extends Error {
  readonly code: string;
  readonly retriable: boolean;

  constructor(code: string, message: string, retriable: boolean) {
    super(message);
    this.name = 'StoreError';
    this.code = code;
    this.retriable = retriable;
  }
}
