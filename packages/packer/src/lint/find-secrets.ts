import { isKustomization } from '@release-capsule/schema';
import { posix } from 'node:path';
import { readFile } from '../source/read-file.ts';
import type { SourceFile } from '../source/source.ts';
import type { FoundValue, GeneratorFile } from './found-value.ts';
import { valuesOfGenerator } from './generator-files.ts';
import { manifestText } from './manifest-text.ts';
import { isNeverApplied } from './never-applied.ts';
import { couldHoldSecret, maxWholeBytes } from './scan-large-file.ts';
import { spellExceptions } from './secret-exception.ts';
import { secretsInPatchText } from './secrets-in-kustomization.ts';
import { bothWays, secretsInText } from './secrets-in-text.ts';
import { templateFolders } from './template-folders.ts';

/** A value of a Secret that stands in the package. What it is, is never kept. */
export interface IncludedSecret extends FoundValue {
  /** The file, below the package's root. */
  readonly file: string;
  /** What an exception for this value, and for no other, is called: `FILE#Kind/name/key`. */
  readonly exception: string;
}

/** What is looked at of a file. */
export type LintedFile = Pick<SourceFile, 'path' | 'size' | 'content'>;

/** Which values may stand there, and how to stop. */
export interface FindSecretsOptions {
  /** Exceptions, each `FILE#Kind/name/key`. */
  readonly allowed: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

const manifestPath = /(?:\.(?:ya?ml|json|tpl|tmpl|gotmpl)|(?:^|\/)Kustomization)$/i;

/**
 * Finds the values of Kubernetes Secrets in the package: everyone who can pull the capsule can read them.
 *
 * Looked at is every file that is text, whatever its name, since kustomize takes any name for a resource: manifests
 * (several documents, lists, objects inside others), Helm templates, kustomize's generators with their files, and
 * patches that are aimed at Secrets. Not a finding: a value that is empty, that SOPS encrypted, that a specification
 * says is no secret, or that a template, a variable or a vault gives; and text that nothing applies.
 * Packed charts (`.tgz`) are not looked into, and nothing is rendered.
 */
export async function findSecrets(
  files: Iterable<LintedFile>,
  { allowed, signal }: FindSecretsOptions,
): Promise<readonly IncludedSecret[]> {
  const linted = new LintedPackage([...files], signal);
  const byFile = await linted.values();
  const found: (FoundValue & { readonly file: string })[] = [];
  for (const [file, values] of byFile) {
    if (values.length === 0 || (await isNeverApplied(file, linted))) continue;
    found.push(...values.map((value) => ({ file, ...value })));
  }
  const exceptions = spellExceptions(found);
  const excepted = new Set(allowed);
  const spelt = found.map((value, at) => ({ ...value, exception: exceptions[at] ?? '' }));
  return spelt.filter(({ exception }) => !excepted.has(exception));
}

/** The files of a package, and what is read of them. */
class LintedPackage {
  readonly paths: readonly string[];
  readonly #files: ReadonlyMap<string, LintedFile>;
  readonly #signal: AbortSignal | undefined;

  constructor(files: readonly LintedFile[], signal: AbortSignal | undefined) {
    this.#files = new Map(files.map((file) => [file.path, file]));
    this.paths = [...this.#files.keys()];
    this.#signal = signal;
  }

  /** Reads a file whole; empty where it is no text, or not there. */
  readonly read = async (path: string): Promise<string> => (await this.#whole(path)) ?? '';

  /** Finds the values in each file, in the order of the files. */
  async values(): Promise<ReadonlyMap<string, readonly FoundValue[]>> {
    const found = new Map<string, readonly FoundValue[]>();
    const patches = new Set<string>();
    const generators: { readonly from: string; readonly file: GeneratorFile }[] = [];
    const templates = templateFolders(this.paths);
    for (const path of this.paths) {
      const isManifest = manifestPath.test(path) || templates.some((each) => path.startsWith(each));
      const findings = secretsInText(await this.#looked(path), { isKustomization: isKustomization(path), isManifest });
      found.set(path, findings.values);
      for (const file of findings.files) generators.push({ from: path, file });
      for (const patch of findings.patches) patches.add(posix.join(posix.dirname(path), patch));
    }
    // A patch need not say what it is aimed at: it is read whole, however large.
    for (const path of this.paths.filter((each) => patches.has(each))) {
      found.set(path, bothWays(found.get(path) ?? [], secretsInPatchText(await this.read(path))));
    }
    const kustomizations = this.paths.filter(isKustomization).map((path) => posix.dirname(path));
    for (const { from, file } of generators) {
      const values = await valuesOfGenerator(file, from, { kustomizations, read: this.#whole });
      found.set(from, [...(found.get(from) ?? []), ...values]);
    }
    return found;
  }

  readonly #whole = async (path: string): Promise<string | undefined> => {
    const file = this.#files.get(path);
    return file === undefined ? undefined : manifestText(await readFile(file, this.#signal));
  };

  async #looked(path: string): Promise<string> {
    const file = this.#files.get(path);
    if (file === undefined) return '';
    const isLarge = file.size > maxWholeBytes && !isKustomization(path);
    return isLarge && !(await couldHoldSecret(file, this.#signal)) ? '' : this.read(path);
  }
}
