export type { Descriptor, Digest } from './descriptor.ts';
export type { Fetcher, Pusher, ReadableStore, ReferrerLister, Store } from './ports.ts';
export { OciError, type OciErrorCode, type OciErrorOptions } from './errors.ts';
