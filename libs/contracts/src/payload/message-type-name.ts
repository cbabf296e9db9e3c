/** What a type name looks like. */
export const messageTypePattern = /^[a-z][a-z0-9_.-]*(:[a-z0-9][a-z0-9_.-]*)+$/;

/** Characters a type name may have at most. */
export const maxMessageTypeLength = 255;

/** Whether `name` may be a message type: lower case, colon notation, at most 255 characters. */
export function isMessageType(name: string): boolean {
  return name.length <= maxMessageTypeLength && messageTypePattern.test(name);
}

/** Whether messages of this type ask an endpoint for messages: they need no payload. */
export function isPoll(type: string): boolean {
  return type.endsWith(':poll');
}
