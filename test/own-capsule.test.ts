import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parsePolicyText, unsupportedClaims } from '@release-capsule/verifier';
import { describe, expect, test } from 'vitest';
import { parseCapsuleConfig } from '../packages/packer/src/config/capsule-config.ts';
import { testRoot } from '../packages/verifier/src/trust/testing/test-root.ts';
import { workspaceRoot } from './rules/source-files.ts';

const directory = join(workspaceRoot, 'deploy/kubernetes/base/config');
const config = parseCapsuleConfig(readFileSync(join(workspaceRoot, 'capsule.yaml')));
const policy = await parsePolicyText(readFileSync(join(directory, 'capsule-verify.yaml')), {
  directory,
  readFile: async (path) => readFileSync(path),
  readPublicGoodRoot: async () => testRoot(),
});

describe('what this repository releases of itself', () => {
  test('is a package that is there, signed by the identity of the job', () => {
    expect(existsSync(join(workspaceRoot, config.package.from, 'base/kustomization.yaml'))).toBe(true);
    expect(config.sign).toMatchObject({ keyless: true });
  });

  test('is what the policy in that package accepts: one name, one repository, one path', () => {
    expect(unsupportedClaims(policy)).toEqual([]);
    expect(policy.capsule.name).toBe(config.name);
    expect(policy.capsule.repository).toBe(config.capsule?.repository);
    expect(policy.image?.repository).toBe(config.image?.repository);
    expect(policy.source?.path).toBe(config.package.from);
  });

  test('is signed by the workflow that the policy names', () => {
    const [signer] = policy.capsule.signers;
    const [, workflow = ''] = /(\.github\/workflows\/[^@]+)@refs\/heads\/main/.exec(JSON.stringify(signer)) ?? [];
    expect(readFileSync(join(workspaceRoot, workflow), 'utf8')).toContain('npm run --silent capsule -- release');
  });
});
