/**
 * Memory for a secret, to be zeroed by who made it. It has a buffer of its own: a small typed array
 * would lie in the heap of V8, whose collector moves it and leaves the old bytes behind, and a
 * small Buffer in a block shared with others.
 */
export function secretBytes(length: number): Buffer {
  return Buffer.from(new ArrayBuffer(length));
}

/** A copy of a secret in memory of its own. */
export function secretCopy(bytes: Uint8Array): Buffer {
  const copy = secretBytes(bytes.length);
  copy.set(bytes);
  return copy;
}
