import { describe, expect, it } from 'vitest';
import type { Policy } from '../policy/policy.ts';
import { judgeIdentity } from './identity.ts';
import { policy, record } from './testing/release.ts';

const capsuleRepository = 'ghcr.io/example/app-capsule';
const codes = (input: Parameters<typeof judgeIdentity>[0]) => judgeIdentity(input).map(({ code }) => code);

describe('judgeIdentity', () => {
  it('proves a release that is in everything as the policy says', () => {
    expect(judgeIdentity({ record, policy, capsuleRepository })).toMatchObject([
      { claim: 'IDENTITY', state: 'proven', code: 'IDENTITY_MATCHES', evidence: { name: 'app' } },
    ]);
  });

  it('refutes a sibling\'s capsule of the same commit', () => {
    expect(codes({ record: { ...record, name: 'worker' }, policy, capsuleRepository })).toEqual(['NAME_DIFFERS']);
  });

  it('refutes a capsule copied to another repository', () => {
    expect(codes({ record, policy, capsuleRepository: 'ghcr.io/evil/app-capsule' })).toEqual([
      'CAPSULE_REPOSITORY_DIFFERS',
    ]);
  });

  it('compares repositories in their normal form', () => {
    const spelledOtherwise = 'GHCR.io:443/example/app-capsule';

    expect(codes({ record, policy, capsuleRepository: spelledOtherwise })).toEqual(['IDENTITY_MATCHES']);
  });

  it('takes a capsule from a layout, which has no repository', () => {
    expect(codes({ record, policy })).toEqual(['IDENTITY_MATCHES']);
  });

  it('refutes an image of another repository, a look-alike too', () => {
    const other = (repoURL: string) => ({ ...record, image: { ...record.image, repoURL } });

    expect(codes({ record: other('ghcr.io/example/app2'), policy })).toEqual(['IMAGE_REPOSITORY_DIFFERS']);
    expect(codes({ record: other('ghcr.io/ex\u0430mple/app'), policy })).toEqual(['IMAGE_REPOSITORY_DIFFERS']);
  });

  it('refutes a record without the image that the policy names', () => {
    const { image: _image, ...withoutImage } = record;

    expect(codes({ record: withoutImage, policy })).toEqual(['IMAGE_NOT_RECORDED']);
  });

  it('refutes another source', () => {
    const source = { ...record.source, repoURL: 'https://github.com/evil/app', path: 'k8s' };

    expect(codes({ record: { ...record, source }, policy })).toEqual([
      'SOURCE_REPOSITORY_DIFFERS',
      'SOURCE_PATH_DIFFERS',
    ]);
  });

  it('does not take a source without TLS for the same one with it', () => {
    const source = { ...record.source, repoURL: 'http://github.com/example/app' };

    expect(codes({ record: { ...record, source }, policy })).toEqual(['SOURCE_REPOSITORY_DIFFERS']);
  });

  it('refutes a package for another tool', () => {
    expect(codes({ record, policy: { ...policy, packageKind: 'helm' } })).toEqual(['PACKAGE_KIND_DIFFERS']);
  });

  it('compares nothing but the name where the policy states nothing else', () => {
    const { image: _image, source: _source, packageKind: _kind, capsule, ...rest } = policy;
    const lean: Policy = { ...rest, capsule: { name: 'app', signers: capsule.signers, threshold: 1 } };

    expect(codes({ record, policy: lean, capsuleRepository: 'example.com/elsewhere' })).toEqual(['IDENTITY_MATCHES']);
    expect(codes({ record: { ...record, name: 'App' }, policy: lean })).toEqual(['NAME_DIFFERS']);
  });
});
