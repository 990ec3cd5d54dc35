import { describe, expect, it } from 'vitest';
import type { Descriptor } from '../descriptor.ts';
import { findContradiction } from './find-contradiction.ts';

const digest = `sha256:${'a'.repeat(64)}` as const;
const bare: Descriptor = { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest, size: 1 };
const referrer: Descriptor = { ...bare, artifactType: 'application/vnd.s', annotations: { a: '1', b: '2' } };

describe('findContradiction', () => {
  it.each([
    ['says nothing', {}],
    ['says what the manifest says', { artifactType: 'application/vnd.s', annotations: { a: '1', b: '2' } }],
    ['states the empty config, as older tools do', { artifactType: 'application/vnd.oci.empty.v1+json' }],
    ['adds what a tool wrote', { annotations: { a: '1', b: '2', 'io.containerd.image.name': 'x' } }],
    ['has only what a tool wrote', { annotations: { 'org.opencontainers.image.ref.name': 'v1' } }],
  ])('finds none where the entry %s', (_what, stated) => {
    expect(findContradiction({ ...bare, ...stated }, referrer)).toBeUndefined();
  });

  it('finds none where there is no entry', () => {
    expect(findContradiction(undefined, referrer)).toBeUndefined();
  });

  it.each([
    ['another artifact type', { artifactType: 'application/vnd.t' }],
    ['another value', { annotations: { a: '1', b: '3' } }],
    ['a key of the manifest\'s under another name', { annotations: { a: '1', c: '2' } }],
    ['some of the manifest\'s annotations', { annotations: { a: '1' } }],
    ['an inherited name as a key', { annotations: { a: '1', toString: '2' } }],
  ])('finds %s', (_what, stated) => {
    expect(findContradiction({ ...bare, ...stated }, referrer)).toMatchObject({ code: 'MANIFEST_INVALID' });
  });
});
