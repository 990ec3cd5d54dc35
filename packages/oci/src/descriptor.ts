/**
 * A digest that OCI allows: `<algorithm>:<lower-case hex>`. The format of capsules uses `sha256` alone.
 * Source: OCI image-spec v1.1.1, descriptor.md, "Digests".
 */
export type OciDigest = `sha256:${string}` | `sha512:${string}`;

/**
 * Says what a piece of content is and how to recognise it.
 * `size` is in bytes. `data`, where present, is the content itself in base64; it is checked against digest and
 * size like any other content before it is used.
 * Source: OCI image-spec v1.1.1, descriptor.md.
 */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: OciDigest;
  readonly size: number;
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly data?: string;
}
