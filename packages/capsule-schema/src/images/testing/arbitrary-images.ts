import fc from 'fast-check';
import type { ImageText } from '../image-text.ts';

const word = fc.stringMatching(/^[a-z0-9]{1,6}$/);
const component = fc.tuple(word, fc.constantFrom('', '.', '_', '__', '-', '---'), word).map((parts) => parts.join(''));
const registry = fc.constantFrom('ghcr.io/', 'docker.io/', 'index.docker.io/', 'localhost:5000/', 'GHCR.io/', '10.0.0.1:80/', '');

/** Makes names of images, with and without a registry. */
export const anImageName: fc.Arbitrary<string> = fc
  .tuple(registry, fc.array(component, { minLength: 1, maxLength: 3 }))
  .map(([host, parts]) => `${host}${parts.join('/')}`);

/** Makes tags. */
export const aTag: fc.Arbitrary<string> = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,10}$/);

/** Makes digests as registries give them. */
export const aDigest: fc.Arbitrary<string> = fc.stringMatching(/^[0-9a-f]{64}$/).map((hex) => `sha256:${hex}`);

/** Makes image references with any of tag and digest. */
export const anImage: fc.Arbitrary<ImageText> = fc
  .tuple(anImageName, fc.option(aTag), fc.option(aDigest))
  .map(([name, tag, digest]) => ({ name, ...(tag !== null && { tag }), ...(digest !== null && { digest }) }));
