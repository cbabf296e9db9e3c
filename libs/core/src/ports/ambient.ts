/** Milliseconds since the epoch. */
export type Clock = () => number;
/** A number drawn from [0, 1). */
export type Random = () => number;
/** A new 24-hex ObjectId. */
export type NewId = () => string;
/** SHA-256 of a text, as hex. */
export type Sha256 = (text: string) => string;
