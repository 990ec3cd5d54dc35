import { expect, it } from 'vitest';
import { nearestName } from './nearest-name.ts';

const names = ['apiVersion', 'kind', 'capsule', 'signers', 'threshold'];

it.each([
  ['treshold', 'threshold'],
  ['Capsule', 'capsule'],
  ['signer', 'signers'],
  ['kidn', 'kind'],
])('takes %s for %s', (typed, meant) => {
  expect(nearestName(typed, names)).toBe(meant);
});

it.each(['image', '', 'x'.repeat(100_000)])('takes %.20j for nothing that it is not', (typed) => {
  expect(nearestName(typed, names)).toBeUndefined();
});
