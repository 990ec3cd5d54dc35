import type { ReleaseRecord } from '@release-capsule/schema';
import { describe, expect, test } from 'vitest';
import { judgeSbom } from './sbom.ts';
import { appDigest, lockedDigest, otherDigest, record } from './testing/release.ts';

function judge(sbom: unknown, of: ReleaseRecord = record) {
  return judgeSbom({ kept: new Map([['metadata/sbom.json', Buffer.from(typeof sbom === 'string' ? sbom : JSON.stringify(sbom))]]) }, of);
}

function cyclonedx(component: object): unknown {
  return { bomFormat: 'CycloneDX', specVersion: '1.6', metadata: { component } };
}

describe('the SBOM in a capsule', () => {
  test.each([
    ['SBOM_DESCRIBES_PACKAGE', record.package.digest],
    ['SBOM_DESCRIBES_IMAGE', appDigest],
  ])('%s', (code, digest) => {
    expect(judge(cyclonedx({ version: digest }))).toMatchObject({ claim: 'SBOM', state: 'proven', code, evidence: { digest } });
  });

  test('SBOM_OTHER_SUBJECT: it is of something else, be it an image that the record only locks', () => {
    for (const version of [lockedDigest, `sha256:${'9'.repeat(64)}`]) {
      expect(judge(cyclonedx({ version }))).toMatchObject({ state: 'refuted', code: 'SBOM_OTHER_SUBJECT', evidence: { got: [version] } });
    }
  });

  test('SBOM_OTHER_SUBJECT: without an application image, an SBOM of one is of something else', () => {
    const { image: _image, ...locking } = record;

    expect(judge(cyclonedx({ version: appDigest }), locking)).toMatchObject({ code: 'SBOM_OTHER_SUBJECT', evidence: { wanted: otherDigest } });
  });

  test('SBOM_NO_SUBJECT: it names nothing by digest', () => {
    expect(judge(cyclonedx({ name: 'ghcr.io/example/app', version: 'v1' }))).toMatchObject({ state: 'refuted', code: 'SBOM_NO_SUBJECT' });
  });

  test.each([['no JSON', '{'], ['another document', '{}'], ['nothing', '']])('SBOM_MALFORMED: it is %s', (_what, text) => {
    expect(judge(text)).toMatchObject({ state: 'refuted', code: 'SBOM_MALFORMED' });
  });
});
