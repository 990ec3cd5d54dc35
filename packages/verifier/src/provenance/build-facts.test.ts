import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { provenanceTypes, readBuildFacts } from './build-facts.ts';
import { githubAttestation, githubBuilder, producers, slsaGenerator } from './testing/producers.ts';

const from = { repository: 'https://github.com/example/app', commit: '0cc4cd87f40ae606d1822d5652b552f8c50a4668' };
const library = { uri: 'git+https://github.com/other/library@v1', digest: { gitCommit: '9'.repeat(40) } };
const current = 'https://slsa.dev/provenance/v1';

function read(predicate: unknown, predicateType = current) {
  return readBuildFacts(predicateType, predicate);
}

/** A predicate of SLSA v1 that says this. */
function build(definition: object, metadata?: object): unknown {
  return { buildDefinition: { externalParameters: {}, ...definition }, runDetails: { builder: { id: 'b' }, metadata } };
}

describe('the facts of a build', () => {
  test.each(producers)('are read from what %s writes', (_name, produce) => {
    const { predicateType, predicate } = produce(from);

    expect(provenanceTypes).toContain(predicateType);
    expect(read(predicate, predicateType)?.sources).toEqual([{ repository: from.repository, commits: [from.commit] }]);
  });

  test('name the builder', () => {
    expect(read(githubAttestation(from).predicate)?.builder).toBe(githubBuilder);
  });

  test('are the stated source, whatever the build depends on beside', () => {
    const resolvedDependencies = [library, { uri: `git+${from.repository}@refs/heads/main`, digest: { gitCommit: from.commit } }];

    expect(read(build({ externalParameters: { workflow: { repository: from.repository } }, resolvedDependencies }))?.sources).toEqual([
      { repository: from.repository, commits: [from.commit] },
    ]);
  });

  test('are every stated source: one that differs is not hidden by another', () => {
    const externalParameters = { workflow: { repository: from.repository }, source: library };

    expect(read(build({ externalParameters }))?.sources.map(({ repository }) => repository)).toEqual([
      from.repository,
      'https://github.com/other/library',
    ]);
  });

  test('have no source where the build depends on two repositories and states none', () => {
    const resolvedDependencies = [library, { uri: `git+${from.repository}`, digest: { sha1: from.commit } }];

    expect(read(build({ resolvedDependencies }))?.sources).toEqual([]);
  });

  test('have two commits where two are named for one source', () => {
    const uri = `git+${from.repository}`;
    const resolvedDependencies = [{ uri, digest: { sha1: from.commit, gitCommit: '1'.repeat(40) } }];

    expect(read(build({ resolvedDependencies }))?.sources).toEqual([{ repository: from.repository, commits: ['1'.repeat(40), from.commit] }]);
  });

  test('believe what BuildKit fetched before what its client said', () => {
    const metadata = { buildkit_metadata: { vcs: { source: from.repository, revision: from.commit } } };
    const sources = read(build({ externalParameters: { configSource: library } }, metadata))?.sources;

    expect(sources).toEqual([{ repository: 'https://github.com/other/library', commits: ['9'.repeat(40)] }]);
  });

  test.each([
    ['no object', 'x'],
    ['no builder', { ...githubAttestation(from).predicate, runDetails: {} }],
    ['no parameters', { buildDefinition: {}, runDetails: { builder: { id: 'b' } } }],
    ['the predicate of the other version', slsaGenerator(from).predicate],
  ])('are not read from %s', (_what, predicate) => {
    expect(read(predicate)).toBeUndefined();
  });

  test('are read from any JSON without an error', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), fc.jsonValue(), (externalParameters, resolvedDependencies, metadata) => {
        read({ buildDefinition: { externalParameters, resolvedDependencies }, runDetails: { builder: { id: '' }, metadata } });
        read({ builder: { id: '' }, invocation: externalParameters, materials: resolvedDependencies, metadata }, 'https://slsa.dev/provenance/v0.2');
      }),
    );
  });
});
