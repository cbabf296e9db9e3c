import type { SendFailureClass } from './sender.ts';

/** How a GET ends. */
export type GetResult =
  | {
      readonly kind: 'answered';
      readonly status: number;
      /** Names in lower case. */
      readonly headers: Readonly<Record<string, string>>;
      readonly body: Uint8Array;
      /** What answered, after redirects. */
      readonly url: string;
    }
  | {
      /** A redirect that is not followed. */
      readonly kind: 'redirected';
      readonly status: number;
      readonly because: 'other_origin' | 'too_many' | 'unreadable';
      /** Where it leads, bounded; as it was sent where it cannot be read, '' where nothing was sent. */
      readonly location: string;
      /** What answered with it. */
      readonly url: string;
    }
  | {
      readonly kind: 'failed';
      readonly failure: SendFailureClass;
      /** A sentence, safe to show to a tenant. */
      readonly detail: string;
      /** What was asked. */
      readonly url: string;
      /** Known when the headers had arrived. */
      readonly status?: number;
    };

/** Gets what strangers' servers have at a URL, without credentials; redirects are followed within the URL's origin only. */
export interface Getter {
  /**
   * Never throws for anything the other side does, and always ends.
   * @param timeoutMs for everything, redirects included
   */
  get(url: string, timeoutMs: number): Promise<GetResult>;
}
