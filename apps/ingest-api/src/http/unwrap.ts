import { isJsonObject, type JsonObject } from '@crossdock/core';

/** `{"mapping": {…}}` is taken as `{…}`: the original's clients send both. */
export function unwrap(body: JsonObject, name: string): JsonObject {
  const inner = body[name];
  return isJsonObject(inner) && Object.keys(body).length === 1 ? inner : body;
}
