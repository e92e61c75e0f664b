/** 96 random bits; `crypto.randomUUID` is missing on plain http that is not localhost. */
export function newRandomId(): string {
  return [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
