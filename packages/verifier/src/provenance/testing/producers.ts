/** Where a test's image was built from. */
export interface BuiltFrom {
  /** https://host/path. */
  readonly repository: string;
  readonly commit: string;
}

/** A predicate and its type, as a producer writes both. */
export interface ProducedPredicate {
  readonly predicateType: string;
  readonly predicate: Readonly<Record<string, unknown>>;
}

const current = 'https://slsa.dev/provenance/v1';
const former = 'https://slsa.dev/provenance/v0.2';
const baseImage = { uri: 'pkg:docker/alpine@3.22?platform=linux%2Famd64', digest: { sha256: 'ef'.repeat(32) } };

export const githubBuilder = 'https://github.com/example/app/.github/workflows/release.yml@refs/heads/main';
export const generatorBuilder =
  'https://github.com/slsa-framework/slsa-github-generator/.github/workflows/generator_container_slsa3.yml@refs/tags/v2.1.0';

/**
 * GitHub's artifact attestation.
 * Source: actions/attest-build-provenance v3; actions.github.io/buildtypes/workflow/v1.
 */
export function githubAttestation({ repository, commit }: BuiltFrom): ProducedPredicate {
  const predicate = {
    buildDefinition: {
      buildType: 'https://actions.github.io/buildtypes/workflow/v1',
      externalParameters: { workflow: { ref: 'refs/heads/main', repository, path: '.github/workflows/release.yml' } },
      internalParameters: { github: { event_name: 'push', repository_id: '1', repository_owner_id: '2', runner_environment: 'github-hosted' } },
      resolvedDependencies: [{ uri: `git+${repository}@refs/heads/main`, digest: { gitCommit: commit } }],
    },
    runDetails: { builder: { id: githubBuilder }, metadata: { invocationId: `${repository}/actions/runs/1/attempts/1` } },
  };
  return { predicateType: current, predicate };
}

/** The container generator of slsa-github-generator. Source: slsa-github-generator v2.1.0, internal/builders/container. */
export function slsaGenerator({ repository, commit }: BuiltFrom): ProducedPredicate {
  const source = { uri: `git+${repository}@refs/heads/main`, digest: { sha1: commit } };
  const predicate = {
    builder: { id: generatorBuilder },
    buildType: 'https://github.com/slsa-framework/slsa-github-generator/container@v1',
    invocation: { configSource: { ...source, entryPoint: '.github/workflows/release.yml' }, parameters: {}, environment: { github_run_id: '1' } },
    metadata: { buildInvocationID: '1-1', completeness: { parameters: true, environment: false, materials: false }, reproducible: false },
    materials: [source],
  };
  return { predicateType: former, predicate };
}

/** The Docker based builder of slsa-github-generator. Source: slsa-github-generator v2.1.0, internal/builders/docker. */
export function slsaDockerBuilder({ repository, commit }: BuiltFrom): ProducedPredicate {
  const source = { uri: `git+${repository}@refs/heads/main`, digest: { sha1: commit } };
  const predicate = {
    buildDefinition: {
      buildType: 'https://slsa.dev/container-based-build/v0.1?draft',
      externalParameters: { source, builderImage: { uri: 'bash@sha256:1', digest: { sha256: '1' } }, configPath: '.github/build.toml' },
      resolvedDependencies: [source],
    },
    runDetails: { builder: { id: generatorBuilder } },
  };
  return { predicateType: current, predicate };
}

/** BuildKit, of a Git context. Source: BuildKit v0.24, docs/attestations/slsa-definitions.md, "SLSA v0.2". */
export function buildKitOfGit({ repository, commit }: BuiltFrom): ProducedPredicate {
  const source = { uri: `${repository}.git#refs/heads/main`, digest: { sha1: commit } };
  const predicate = {
    builder: { id: '' },
    buildType: 'https://mobyproject.org/buildkit@v1',
    invocation: { configSource: { ...source, entryPoint: 'Dockerfile' }, parameters: { frontend: 'dockerfile.v0' } },
    materials: [baseImage, source, { uri: 'https://github.com/other/library.git#v1', digest: { sha1: '9'.repeat(40) } }],
    metadata: { buildStartedOn: '2026-11-20T09:00:00Z', 'https://mobyproject.org/buildkit@v1#metadata': {} },
  };
  return { predicateType: former, predicate };
}

/** BuildKit, of a directory of which the client said where it is from. Source: the same; `vcs`. */
export function buildKitOfDirectory({ repository, commit }: BuiltFrom): ProducedPredicate {
  const predicate = {
    builder: { id: 'https://github.com/example/app/actions/runs/1/attempts/1' },
    buildType: 'https://mobyproject.org/buildkit@v1',
    invocation: { configSource: { entryPoint: 'Dockerfile' }, parameters: { locals: [{ name: 'context' }] } },
    materials: [baseImage],
    metadata: { 'https://mobyproject.org/buildkit@v1#metadata': { vcs: { source: `${repository}.git`, revision: commit } } },
  };
  return { predicateType: former, predicate };
}

/** The same in SLSA v1. Source: BuildKit v0.24, docs/attestations/slsa-definitions.md, "SLSA v1". */
export function buildKitCurrent({ repository, commit }: BuiltFrom): ProducedPredicate {
  const predicate = {
    buildDefinition: {
      buildType: 'https://github.com/moby/buildkit/blob/master/docs/attestations/slsa-definitions.md',
      externalParameters: { configSource: { path: 'Dockerfile' }, request: { frontend: 'dockerfile.v0', args: { source: 'docker/dockerfile:1' } } },
      internalParameters: { builderPlatform: 'linux/amd64' },
      resolvedDependencies: [baseImage],
    },
    runDetails: {
      builder: { id: '' },
      metadata: { invocationID: 'rpv7', buildkit_metadata: { vcs: { source: repository.replace('https://github.com/', 'git@github.com:'), revision: commit } } },
    },
  };
  return { predicateType: current, predicate };
}

/** Tekton Chains, which states no source but among the dependencies. Source: Tekton Chains v0.25, docs/slsa-provenance.md. */
export function tektonChains({ repository, commit }: BuiltFrom): ProducedPredicate {
  const predicate = {
    buildDefinition: {
      buildType: 'https://tekton.dev/chains/v2/slsa',
      externalParameters: { runSpec: { pipelineRef: { name: 'release' } } },
      resolvedDependencies: [
        { name: 'pipeline', uri: 'oci://example.com/bundle', digest: { sha256: 'ab'.repeat(32) } },
        { name: 'inputs/result', uri: `git+${repository}.git`, digest: { sha1: commit } },
      ],
    },
    runDetails: { builder: { id: 'https://tekton.dev/chains/v2' } },
  };
  return { predicateType: current, predicate };
}

/** A capsule's own. Source: docs/format.md, "Generated provenance". */
export function capsulePacker({ repository, commit }: BuiltFrom): ProducedPredicate {
  const predicate = {
    buildDefinition: {
      buildType: 'https://release-capsule.dev/build-types/pack/v1',
      externalParameters: { name: 'app', package: { kind: 'kustomize' }, source: { repository, commit, path: '.', include: [], exclude: [], dereferenced: [] } },
      resolvedDependencies: [{ uri: `git+${repository}@${commit}`, digest: { gitCommit: commit } }],
    },
    runDetails: { builder: { id: 'https://release-capsule.dev/builders/pack/v1' } },
  };
  return { predicateType: current, predicate };
}

/** Every producer whose provenance counts, by name. */
export const producers: readonly (readonly [string, (from: BuiltFrom) => ProducedPredicate])[] = [
  ['GitHub artifact attestations', githubAttestation],
  ['slsa-github-generator, container', slsaGenerator],
  ['slsa-github-generator, docker-based', slsaDockerBuilder],
  ['BuildKit of a Git context', buildKitOfGit],
  ['BuildKit of a directory', buildKitOfDirectory],
  ['BuildKit in SLSA v1', buildKitCurrent],
  ['Tekton Chains', tektonChains],
  ['capsule attest', capsulePacker],
];
