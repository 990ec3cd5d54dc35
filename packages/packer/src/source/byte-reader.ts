/** Reads a stream piece by piece: lines, and runs of bytes of known length, without gathering them. */
export class ByteReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(stream: AsyncIterable<Uint8Array>) {
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  /** Reads a line of at most `maxBytes`, without its newline; undefined where the stream ends or the line is longer. */
  async line(maxBytes: number): Promise<string | undefined> {
    for (;;) {
      const end = this.#rest.subarray(0, maxBytes + 1).indexOf(0x0a);
      if (end >= 0) {
        const line = this.#rest.toString('latin1', 0, end);
        this.#rest = this.#rest.subarray(end + 1);
        return line;
      }
      if (this.#rest.length > maxBytes || !(await this.#more())) return undefined;
    }
  }

  /** Reads between one and `maxBytes` bytes; undefined where the stream ends. */
  async some(maxBytes: number): Promise<Uint8Array | undefined> {
    while (this.#rest.length === 0) if (!(await this.#more())) return undefined;
    const bytes = this.#rest.subarray(0, maxBytes);
    this.#rest = this.#rest.subarray(bytes.length);
    return bytes;
  }

  async #more(): Promise<boolean> {
    const next = await this.#chunks.next();
    if (next.done === true) return false;
    const chunk = Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength);
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    return true;
  }
}
