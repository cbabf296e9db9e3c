import type { CodesByStatus, WebhookOperation } from '../document.ts';

/** An operation with all that is to be known for calling it. */
export interface PlacedOperation {
  readonly method: string;
  /** Of the path; undefined where the hub is the one who calls. */
  readonly path: string | undefined;
  readonly operation: WebhookOperation & { readonly 'x-error-codes'?: CodesByStatus };
}
