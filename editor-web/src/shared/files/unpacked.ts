// unpacked.ts — a file as it is, or what a gzip file holds.
//
// In: bytes. Out: bytes, or why not. Promise: a small file that holds more than any memory is given up at the limit.

export async function unpacked(bytes: Uint8Array<ArrayBuffer>, most: number): Promise<Uint8Array<ArrayBuffer> | 'damaged' | 'tape-too-large'> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  try {
    const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip')).getReader();
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      parts.push(read.value);
      size += read.value.byteLength;
      if (size > most) {
        void reader.cancel();
        return 'tape-too-large';
      }
    }
  } catch {
    return 'damaged';
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}
