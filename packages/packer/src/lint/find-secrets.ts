import { readFile } from '../source/read-file.ts';
import type { SourceFile } from '../source/source.ts';
import { secretsInText } from './secrets-in-text.ts';

/** A Secret with data. Its values are never kept. */
export interface IncludedSecret {
  /** The file, below the package's root. */
  readonly file: string;
  /** The Secret's own name, or that of the generator; empty where it has none or it cannot be read. */
  readonly name: string;
  /** The keys whose values stand in the package. */
  readonly keys: readonly string[];
}

/** Which files may hold Secrets, and how to stop. */
export interface FindSecretsOptions {
  /** Paths below the package's root, exactly. */
  readonly allowedSecrets: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

const manifestPath = /(?:\.(?:ya?ml|json|tpl|tmpl|gotmpl)|(?:^|\/)Kustomization)$/i;

/**
 * Finds Kubernetes Secrets whose values stand in the package: whoever can pull the capsule can read them.
 *
 * Looked at are manifests (YAML and JSON, several documents, lists), Helm templates, kustomize's `secretGenerator` and
 * patches that stand in a kustomization. Not a finding: a value that is empty, that SOPS encrypted, or that a template
 * takes from elsewhere. Packed charts (`.tgz`) and other files are not looked into.
 */
export async function findSecrets(
  files: Iterable<Pick<SourceFile, 'path' | 'content'>>,
  { allowedSecrets, signal }: FindSecretsOptions,
): Promise<readonly IncludedSecret[]> {
  const allowed = new Set(allowedSecrets);
  const found: IncludedSecret[] = [];
  for (const file of files) {
    if (allowed.has(file.path) || !manifestPath.test(file.path)) continue;
    const bytes = await readFile(file, signal);
    if (!couldHoldSecret(bytes)) continue;
    for (const secret of secretsInText(bytes.toString('utf8'))) found.push({ file: file.path, ...secret });
  }
  return found;
}

// Nearly every file ends here; decoding and splitting a manifest of megabytes costs far more.
function couldHoldSecret(bytes: Buffer): boolean {
  return bytes.includes('Secret') || bytes.includes('secretGenerator') || bytes.includes('secretgenerator');
}
