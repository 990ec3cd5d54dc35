import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Files } from '../../releases/git-repository.ts';

/** The manifests that a team wrote before there was this project: too much of another team's work to be in this repository. */
export class Originals {
  readonly #root: string;

  constructor(name: string) {
    this.#root = join(process.env['CAPSULE_APPLICATIONS'] ?? 'no applications', 'kargo-originals', name);
  }

  get areThere(): boolean {
    return existsSync(this.#root);
  }

  /** A manifest of the Kargo project. */
  manifest(path: string): string {
    return readFileSync(join(this.#root, 'apps/kargo-project-codeai', path), 'utf8');
  }

  stage(name: string): string {
    return this.manifest(`stages/${name}.yaml`);
  }

  /** Everything, as it lies in the GitOps repository. */
  files(): Files {
    const paths = readdirSync(this.#root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    return Object.fromEntries(paths.map((entry) => {
      const at = join(entry.parentPath, entry.name);
      return [at.slice(this.#root.length + 1), readFileSync(at, 'utf8')];
    }));
  }
}

/** Where the hosts are that the originals name. */
export interface Hosts {
  readonly gitopsUrl: string;
  readonly capsuleRepository: string;
  readonly serviceUrl?: string;
}

/**
 * Patches an original: other hosts, and the key of git-push that Kargo's schema has renamed since. Nothing else.
 * @throws {Error} where there is nothing to patch: then it is not the original that this was written for.
 */
export function patchOriginal(manifest: string, { gitopsUrl, capsuleRepository, serviceUrl }: Hosts): string {
  const service = 'http://codeai-release-verify.kargo-project-codeai.svc.cluster.local';
  const hosted = manifest
    .replaceAll('https://github.com/code-dot-org/k8s-gitops.git', gitopsUrl)
    .replaceAll('ghcr.io/code-dot-org/codeai-release-capsule', capsuleRepository)
    .replaceAll(service, serviceUrl ?? service);
  if (hosted === manifest) throw new Error('the manifest names none of the hosts that are patched');
  return hosted.replace(/^( +)branch: (\$\{\{ vars\.targetBranch \}\})$/gm, '$1targetBranch: $2');
}
