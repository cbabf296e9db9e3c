import { errorDocsPath } from '@crossdock/contracts';

const description = `The open commerce message hub: push JSON messages in; it routes them by rules, delivers, retries, and shows why.

- **Tokens**: a store's token opens that store, the administrator's every store. Of other stores, nobody learns whether they exist.
- **Bodies** are JSON (\`application/json\` or \`application/*+json\`), UTF-8. Everything that is wrong with one is told at once. Payloads are stored and delivered byte for byte: numbers beyond 2^53, the order of keys and signatures survive. Numbers elsewhere are read as JavaScript reads them.
- **Errors** of the original hub's routes are \`{error, errors}\`, with \`code\` and \`hint\` added; the other routes answer problem documents (RFC 9457). \`x-error-codes\` lists, by status, the codes of each operation; [the catalogue](${errorDocsPath}) explains them.
- **Without a route**: an unknown path is 404, another method 405 with \`Allow\`, both in the form of the routes that begin alike; what cannot be read is refused in the original's form. \`x-answers-without-route\` lists the codes.
- **HEAD** works wherever GET does. A trailing \`/\` and a \`.json\` suffix of a path are ignored.
- **Changes** may carry \`If-Match\` with the \`ETag\` of what they change; if it is another by now, they are refused with 412. A PUT of what is there already changes nothing.
- **Lists** of our own have \`next\`, which goes on as \`after\`; it is null at the end. Times are ISO 8601 in UTC.`;

/** `info` of the document. The version is that of the API. */
export const about = {
  title: 'Crossdock',
  version: '0.1.0',
  summary: 'The open commerce message hub.',
  description,
  license: { name: 'MIT', identifier: 'MIT' },
} as const;
