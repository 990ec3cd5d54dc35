import { posix } from 'node:path';
import { compareUtf8, isKustomization } from '@release-capsule/schema';
import { parseAllDocuments } from 'yaml';
import { PromoteError } from '../errors.ts';
import type { RenderedFiles } from '../render/write-package.ts';

/** The kustomizations of a package, as far as they are to be rendered. */
export interface KustomizeEntries {
  /** Every directory with a kustomization. */
  readonly all: readonly string[];
  /** Directories that nothing in the package refers to, `.` for its root. */
  readonly directories: readonly string[];
  /** Components that nothing in the package refers to. */
  readonly components: readonly string[];
  readonly inflatesCharts: boolean;
}

const maxEntries = 64; // each is a run of a program

/**
 * Finds what of a kustomize package has to be rendered so that each kustomization is once.
 * @throws {PromoteError} `LIMIT_EXCEEDED`.
 */
export async function kustomizeEntries(files: RenderedFiles): Promise<KustomizeEntries> {
  const known = new Map<string, Kustomization>();
  for (const path of files.paths.filter(isKustomization)) {
    known.set(posix.dirname(path), readKustomization(await files.read(path), posix.dirname(path)));
  }
  const referred = new Set([...known.values()].flatMap(({ refersTo }) => refersTo));
  const loose = [...known].filter(([directory]) => !referred.has(directory)).sort(([a], [b]) => compareUtf8(a, b));
  if (loose.length > maxEntries) {
    throw new PromoteError('LIMIT_EXCEEDED', `the package has ${loose.length} kustomizations to render, more than ${maxEntries}`, {
      hint: 'Name the one that is deployed with --entry, or leave others out with exclude patterns.',
    });
  }
  const ofKind = (isComponent: boolean): readonly string[] =>
    loose.filter(([, one]) => one.isComponent === isComponent).map(([directory]) => directory);
  return {
    all: [...known.keys()].sort(compareUtf8),
    directories: ofKind(false),
    components: ofKind(true),
    inflatesCharts: [...known.values()].some(({ inflatesCharts }) => inflatesCharts),
  };
}

interface Kustomization {
  readonly isComponent: boolean;
  /** Paths below the package's root; those of files among them do no harm. */
  readonly refersTo: readonly string[];
  readonly inflatesCharts: boolean;
}

/** Which forms may stand here was judged before: the package is in the profile. */
function readKustomization(bytes: Uint8Array, directory: string): Kustomization {
  const documents = parseAllDocuments(Buffer.from(bytes).toString('utf8'), { logLevel: 'silent' });
  const value: unknown = Array.isArray(documents) ? documents[0]?.toJS() : undefined;
  const fields = new Map<string, unknown>(typeof value === 'object' && value !== null ? Object.entries(value) : []);
  const texts = ['resources', 'bases', 'components'].flatMap((key) => listOf(fields.get(key)));
  return {
    isComponent: fields.get('kind') === 'Component',
    refersTo: texts.filter((text) => typeof text === 'string').map((text) => posix.join(directory, text).replace(/(?<=.)\/+$/, '')),
    inflatesCharts: ['helmCharts', 'helmChartInflationGenerator'].some((key) => listOf(fields.get(key)).length > 0),
  };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
