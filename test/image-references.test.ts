import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { looksLikeRegistry, parseReferenceParts, referencePatterns } from '@release-capsule/core';
import { parseReference } from '@release-capsule/oci';
import { parseImageText, parsePinnedImage, parseRepository } from '@release-capsule/schema';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { workspaceRoot } from './rules/source-files.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const maxClientCharacters = 255; // of registry and repository together: OCI distribution-spec, "Pulling manifests"

/** Texts that are near the grammar: its pieces in any order, and names in which one piece is another. */
const pieces = ['a', 'b1', 'Z', '0', '.', '..', ':', '/', '@', '-', '--', '_', '__', '[', ']', '::1', '5000', '99999', 'ghcr.io', 'localhost', digest, ' '];
const nearTexts = fc.oneof(
  fc.string({ unit: fc.constantFrom(...pieces), maxLength: 8 }),
  fc
    .tuple(fc.constantFrom('ghcr.io', 'GHCR.io', 'a', '[::1]:80', 'ghcr..io', '10.0.0.1', 'h:0', 'my_org'), fc.string({ unit: fc.constantFrom(...pieces), maxLength: 5 }))
    .map((parts) => parts.join('/')),
);

function take<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}

describe('an image reference', () => {
  test.each([`ghcr..io/x@${digest}`, `ghcr.io:0/x@${digest}`, `ghcr.io./x@${digest}`, `127.1/x@${digest}`, `[1]/x@${digest}`, `-ghcr.io/x@${digest}`])(
    'that no registry client opens is refused before it is packed: %.30s',
    (text) => {
      expect(take(() => parseReference(text))).toBeUndefined();
      expect(() => parsePinnedImage(text)).toThrow(expect.objectContaining({ code: 'IMAGE_INVALID' }));
    },
  );

  test('that a release may name can be opened, and the reverse', () => {
    fc.assert(
      fc.property(nearTexts, (text) => {
        const packed = take(() => parsePinnedImage(text));
        const opened = take(() => parseReference(text));
        const first = text.slice(0, Math.max(0, text.indexOf('/')));
        // Without a registry a client would have to guess one.
        if (packed !== undefined && looksLikeRegistry(first) && packed.repoURL.length <= maxClientCharacters) expect(opened).toBeDefined();
        if (opened?.kind === 'registry' && opened.digest?.startsWith('sha256:') === true) {
          expect(packed).toMatchObject({ digest: opened.digest, ...(opened.tag !== undefined && { tag: opened.tag }) });
        }
      }),
      { numRuns: 5000 },
    );
  });

  test('is of the one grammar wherever one is read', () => {
    fc.assert(
      fc.property(nearTexts, (text) => {
        const parts = parseReferenceParts(text);
        if (parts === undefined) {
          expect([take(() => parsePinnedImage(text)), take(() => parseRepository(text)), parseImageText(text)]).toEqual([undefined, undefined, undefined]);
          if (!text.startsWith('oci:')) expect(take(() => parseReference(text))).toBeUndefined();
        } else {
          expect(parseImageText(text) !== undefined).toBe(!text.startsWith('['));
        }
      }),
      { numRuns: 5000 },
    );
  });
});

type Definitions = Readonly<Record<string, { readonly pattern?: string }>>;

/** The patterns of a JSON Schema by the name of their definition. */
function definitions(path: string): Definitions {
  return (JSON.parse(readFileSync(join(workspaceRoot, 'packages', path), 'utf8')) as { readonly $defs: Definitions }).$defs;
}

test.each([
  ['capsule-schema/schema/release.schema.json', { repository: 'repository', imageName: 'plainName', tag: 'tag', digest: 'digest' }],
  ['verifier/schema/policy.schema.json', { repository: 'repository', digest: 'digest' }],
  ['verifier/schema/promotion-request.schema.json', { repository: 'name', tag: 'tag' }],
  ['verifier/schema/verify-request.schema.json', { repository: 'name', tag: 'tag' }],
] as const)('%s has the patterns of the grammar', (path, expected) => {
  const found = definitions(path);
  const patterns = Object.keys(expected).map((name) => [name, found[name]?.pattern]);
  expect(patterns).toEqual(Object.entries(expected).map(([name, part]) => [name, referencePatterns[part]]));
});

test('the schema of a Freight has them too', () => {
  const text = readFileSync(join(workspaceRoot, 'packages/verifier/schema/freight.schema.json'), 'utf8');
  for (const pattern of [referencePatterns.name, referencePatterns.tag.replace('^', '^(').replace('$', ')?$')]) expect(text).toContain(JSON.stringify(pattern));
});

test('no file of ours has a grammar of its own', () => {
  const files = ['oci/src/reference/registry-reference.ts', 'oci/src/reference/tag.ts', 'capsule-schema/src/names/image-reference.ts', 'capsule-schema/src/images/image-text.ts'];
  const patterns = files.filter((path) => /\[A?-?Z?a-z0-9[^\]]*\]/i.test(readFileSync(join(workspaceRoot, 'packages', path), 'utf8')));
  expect(patterns).toEqual([]);
});
