import { validate } from '#generated/verdict';
import { describe, expect, it } from 'vitest';
import type { ReleaseRecord } from '@release-capsule/schema';
import { claimNames } from './claim.ts';
import { findingTable } from './finding-table.ts';
import { notJudged, proven, refuted } from './finding.ts';
import { reportVerdict } from './report.ts';

const commit = '0cc4cd87f40ae606d1822d5652b552f8c50a4668';
const digest = `sha256:${'a'.repeat(64)}` as const;
const record: ReleaseRecord = {
  schemaVersion: 'release-capsule/v1',
  name: 'app',
  gitCommit: commit,
  image: { repoURL: 'ghcr.io/example/app', tag: `git-${commit}`, digest, names: [{ name: 'app' }] },
  images: [],
  package: { kind: 'kustomize', path: 'package/kustomize', digest },
  metadata: { provenancePath: 'metadata/provenance.json', sbomPath: 'metadata/sbom.json' },
  source: {
    repoURL: 'https://github.com/example/app',
    path: 'k8s',
    include: [],
    exclude: [],
    dereferenced: [],
    additions: [],
  },
  annotations: {},
};

describe('reportVerdict', () => {
  it('obeys the published schema, with everything known', () => {
    const report = reportVerdict({
      outcome: 'refused',
      enforced: false,
      stoppedBy: ['PAIR', 'SIGNATURE'],
      capsule: { digest, repository: 'ghcr.io/example/app-capsule', tag: `git-${commit}` },
      record,
      signers: [digest],
      freightName: 'f'.repeat(40),
      policyDigest: digest,
      findings: [
        proven('DIGEST_MATCHES', 'it matches', { evidence: { digest } }),
        refuted('SIGNER_DENIED', 'denied', { evidence: { signers: [digest], count: 1, retired: false } }),
        ...claimNames.map((claim) => notJudged(claim, 'not reached')),
      ],
    });

    expect(validate(JSON.parse(JSON.stringify(report))), JSON.stringify(validate.errors)).toBe(true);
    expect(report).toMatchObject({ accepted: false, enforced: false, wouldStop: ['PAIR', 'SIGNATURE'], release: { name: 'app', gitCommit: commit } });
  });

  it('obeys the published schema, with nothing known', () => {
    const report = reportVerdict({
      outcome: 'unknown',
      enforced: true,
      stoppedBy: ['PAIR'],
      capsule: {},
      signers: [],
      policyDigest: digest,
      findings: [],
    });

    expect(validate(JSON.parse(JSON.stringify(report))), JSON.stringify(validate.errors)).toBe(true);
    expect(Object.keys(report)).not.toContain('release');
    expect(Object.keys(report)).not.toContain('wouldStop');
  });

  it('says accepted exactly where the outcome does', () => {
    const report = (outcome: 'accepted' | 'refused' | 'unknown') =>
      reportVerdict({ outcome, enforced: true, stoppedBy: [], capsule: {}, signers: [], policyDigest: digest, findings: [] });

    expect([report('accepted').accepted, report('refused').accepted, report('unknown').accepted]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('has codes that the schema can hold', () => {
    for (const code of Object.keys(findingTable)) expect(code).toMatch(/^[A-Z_]+$/);
  });
});
