import { posix } from 'node:path';
import { readFile } from '../source/read-file.ts';
import type { SourceFile } from '../source/source.ts';
import { manifestText } from './manifest-text.ts';
import { couldHoldSecret, maxWholeBytes } from './scan-large-file.ts';
import { secretsInPatchText } from './secrets-in-kustomization.ts';
import { secretsInText, type TextKind } from './secrets-in-text.ts';

/** A Secret with data. Its values are never kept. */
export interface IncludedSecret {
  /** The file, below the package's root. */
  readonly file: string;
  /** The Secret's own name, or that of the generator; empty where it has none or it cannot be read. */
  readonly name: string;
  /** The keys whose values stand in the package. */
  readonly keys: readonly string[];
}

/** What is looked at of a file. */
export type LintedFile = Pick<SourceFile, 'path' | 'size' | 'content'>;

/** Which files may hold Secrets, and how to stop. */
export interface FindSecretsOptions {
  /** Paths below the package's root, exactly. */
  readonly allowedSecrets: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

const manifestPath = /\.(?:ya?ml|json|tpl|tmpl|gotmpl)$/i;
const kustomizationPath = /(?:^|\/)(?:kustomization\.ya?ml|Kustomization)$/;

/**
 * Finds Kubernetes Secrets whose values stand in the package: whoever can pull the capsule can read them.
 *
 * Looked at is every file that is text, whatever its name, since kustomize takes any name for a resource: manifests
 * (several documents, lists, objects inside others), Helm templates, kustomize's generators, and patches that are
 * aimed at Secrets. Not a finding: a value that is empty, that SOPS encrypted, or that a template takes from elsewhere.
 * Packed charts (`.tgz`) are not looked into, and nothing is rendered.
 */
export async function findSecrets(
  files: Iterable<LintedFile>,
  { allowedSecrets, signal }: FindSecretsOptions,
): Promise<readonly IncludedSecret[]> {
  const allowed = new Set(allowedSecrets);
  const looked = [...files].filter(({ path }) => !allowed.has(path));
  const found: IncludedSecret[] = [];
  const patches = new Set<string>();
  for (const file of looked) {
    const kind = textKind(file.path);
    const text = kind.isKustomization ? await wholeText(file, signal) : await textOf(file, signal);
    const findings = secretsInText(text, kind);
    for (const secret of findings.secrets) found.push({ file: file.path, ...secret });
    for (const patch of findings.patches) patches.add(posix.join(posix.dirname(file.path), patch));
  }
  const reported = new Set(found.map(({ file }) => file));
  for (const file of looked.filter(({ path }) => patches.has(path) && !reported.has(path))) {
    // A patch need not say what it is aimed at: it is read whole, however large.
    for (const secret of secretsInPatchText(await wholeText(file, signal))) found.push({ file: file.path, ...secret });
  }
  return found;
}

function textKind(path: string): TextKind {
  const isKustomization = kustomizationPath.test(path);
  return { isKustomization, isManifest: isKustomization || manifestPath.test(path) };
}

async function textOf(file: LintedFile, signal: AbortSignal | undefined): Promise<string> {
  if (file.size > maxWholeBytes && !(await couldHoldSecret(file, signal))) return '';
  return wholeText(file, signal);
}

async function wholeText(file: LintedFile, signal: AbortSignal | undefined): Promise<string> {
  return manifestText(await readFile(file, signal)) ?? '';
}
