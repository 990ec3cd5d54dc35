import { isJsonObject } from '@release-capsule/oci';
import { predicateTypes } from '@release-capsule/schema';
import { type GitSource, normaliseGitUri, readGitSource } from './git-source.ts';

/** What a provenance says of a build, as far as a release is compared with it. */
export interface BuildFacts {
  /** The builder's id; BuildKit leaves it empty where nobody has named it. */
  readonly builder: string;
  /** What was built: as it is stated, in each place that states it, else the only Git repository of the build. */
  readonly sources: readonly GitSource[];
}

/** The predicate types that are provenance. */
export const provenanceTypes: readonly string[] = [predicateTypes.provenance, 'https://slsa.dev/provenance/v0.2'];

type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Reads the predicate of a provenance, in the shapes that builders write. Nothing where it is not one.
 * Source: SLSA v1.1 and v0.2, build provenance; GitHub's build type workflow/v1 (actions/attest-build-provenance v3);
 * slsa-github-generator v2.1; BuildKit v0.24, docs/attestations/slsa-definitions.md.
 */
export function readBuildFacts(predicateType: string, predicate: unknown): BuildFacts | undefined {
  if (!isJsonObject(predicate)) return undefined;
  return predicateType === predicateTypes.provenance ? readCurrent(predicate) : readFormer(predicate);
}

function readCurrent({ buildDefinition, runDetails }: JsonObject): BuildFacts | undefined {
  if (!isJsonObject(buildDefinition) || !isJsonObject(runDetails)) return undefined;
  const { externalParameters, resolvedDependencies } = buildDefinition;
  const builder = builderId(runDetails);
  if (!isJsonObject(externalParameters) || builder === undefined) return undefined;
  const { workflow, source, configSource } = externalParameters;
  const stated = [workflow, source, configSource].map(readStated).filter((found) => found !== undefined);
  return { builder, sources: complete(stated, { metadata: runDetails['metadata'], dependencies: resolvedDependencies }) };
}

function readFormer(predicate: JsonObject): BuildFacts | undefined {
  const { invocation, materials, metadata } = predicate;
  const builder = builderId(predicate);
  if (builder === undefined) return undefined;
  const stated = isJsonObject(invocation) ? readStated(invocation['configSource']) : undefined;
  return { builder, sources: complete(stated === undefined ? [] : [stated], { metadata, dependencies: materials }) };
}

function builderId({ builder }: JsonObject): string | undefined {
  return isJsonObject(builder) && typeof builder['id'] === 'string' ? builder['id'] : undefined;
}

/** Reads a source that is stated as one: `uri` and `digest`, or `repository` and perhaps `commit`, or an address alone. */
function readStated(value: unknown): GitSource | undefined {
  if (typeof value === 'string') return { repository: normaliseGitUri(value), commits: [] };
  if (!isJsonObject(value)) return undefined;
  const { uri, repository = uri, commit } = value;
  if (typeof repository !== 'string' || repository === '') return undefined; // a local directory, to BuildKit
  const commits = readGitSource({ ...value, uri: repository })?.commits ?? [];
  return { repository: normaliseGitUri(repository), commits: typeof commit === 'string' ? [...commits, commit] : commits };
}

interface BuildContext {
  readonly metadata: unknown;
  readonly dependencies: unknown;
}

/**
 * Gives every stated source its commit, which GitHub keeps among the dependencies. Where none is stated: what the client
 * told BuildKit, else the dependency that is a Git repository, if it is the only one. Of several, each could be a library.
 */
function complete(stated: readonly GitSource[], { metadata, dependencies }: BuildContext): readonly GitSource[] {
  const resolved = Array.isArray(dependencies) ? dependencies.map(readGitSource).filter((found) => found !== undefined) : [];
  if (stated.length > 0) return stated.map((source) => withCommits(source, resolved));
  const told = toldToBuildKit(metadata);
  if (told !== undefined) return [told];
  const repositories = new Set(resolved.map(({ repository }) => repository));
  return repositories.size === 1 ? resolved : [];
}

function withCommits(source: GitSource, resolved: readonly GitSource[]): GitSource {
  if (source.commits.length > 0) return source;
  const same = resolved.filter(({ repository }) => repository === source.repository);
  return { ...source, commits: same.flatMap(({ commits }) => commits) };
}

const buildKitMetadata = ['buildkit_metadata', 'https://mobyproject.org/buildkit@v1#metadata'];

function toldToBuildKit(metadata: unknown): GitSource | undefined {
  if (!isJsonObject(metadata)) return undefined;
  const own = buildKitMetadata.map((key) => metadata[key]).find(isJsonObject);
  const { source, revision } = isJsonObject(own?.['vcs']) ? own['vcs'] : {};
  if (typeof source !== 'string' || typeof revision !== 'string') return undefined;
  return { repository: normaliseGitUri(source), commits: [revision] };
}
