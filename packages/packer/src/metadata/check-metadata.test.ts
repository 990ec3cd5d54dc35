import { expect, it } from 'vitest';
import { PackError } from '../errors.ts';
import { checkProvenance, checkSbom } from './check-metadata.ts';

it('tells the kind of an SBOM that was given', () => {
  expect(checkSbom(Buffer.from('{"bomFormat":"CycloneDX","specVersion":"1.6"}'))).toBe('cyclonedx');
});

it.each([
  ['an SBOM', checkSbom],
  ['a provenance', checkProvenance],
])('refuses what is not %s, and says what would be', (_, check) => {
  let refused: unknown;
  try {
    check(Buffer.from('{}'));
  } catch (error) {
    refused = error;
  }

  expect(refused).toBeInstanceOf(PackError);
  expect(refused).toMatchObject({ code: 'METADATA_INVALID', hint: expect.stringContaining('Give') });
});
