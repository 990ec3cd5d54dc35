import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Files } from '../../releases/git-repository.ts';
import type { CapsuleShelf, ShelfOptions } from './capsule-shelf.ts';
import { type Hosts, Originals, patchOriginal } from './originals.ts';
import { ownSources, ownStageBranch } from './own-gitops.ts';
import { chartForms, helmPackage, kustomizePackage } from './packages.ts';

/** A set of manifests that are replayed, and what stands around them. */
export interface Scenario {
  readonly name: string;
  readonly isThere: boolean;
  readonly project: string;
  readonly stages: readonly string[];
  readonly shelf: ShelfOptions;
  /** Who makes the Freight, and what it holds: the image, the capsule, or both. */
  readonly warehouse: { readonly name: string; readonly holds: 'image' | 'capsule' | 'images' };
  /** The directory of a deployment, in the GitOps repository. */
  readonly home: (deployment: string) => string;
  readonly stage: (name: string, hosts: Hosts) => string;
  readonly tasks?: (hosts: Hosts) => readonly string[];
  readonly warehouseManifest: (hosts: Hosts) => string;
  readonly main: (shelf: CapsuleShelf) => Files;
  readonly branches: Readonly<Record<string, Files>>;
}

const ownShelf = { repository: 'team/web-capsule', imageRepository: 'ghcr.io/example/web' };
const ownPackage = kustomizePackage({ deployment: 'web', container: 'main', image: 'web' });

/** The fixture that asks the verify service. */
export const ownKustomize: Scenario = {
  ...own('by-tag.yaml'),
  name: 'our fixture, by tag and with the service',
  shelf: { ...ownShelf, kind: 'kustomize', files: ownPackage, naming: { names: [{ name: 'web' }] } },
  warehouse: { name: 'images', holds: 'image' },
};

/** The fixture that only compares. */
export const ownHelm: Scenario = {
  ...own('by-comparison.yaml'),
  name: 'our fixture, by comparison alone',
  shelf: { ...ownShelf, kind: 'helm', files: helmPackage('web'), naming: { values: chartForms['one value'].paths } },
  warehouse: { name: 'pairs', holds: 'images' },
};

const originalShelf = { repository: 'code-dot-org/codeai-release-capsule', imageRepository: 'ghcr.io/code-dot-org/code-dot-org' };
const originalPackage = kustomizePackage({ deployment: 'cdo-dashboard', container: 'dashboard', image: 'code-dot-org' });
const deployments = ['staging', 'test', 'levelbuilder', 'production'];

/** The original that asks its own verify service. */
export const originalKustomize: Scenario = {
  ...original('oci-release-capsule-kustomize'),
  name: 'the original for kustomize',
  stages: ['staging', 'test', 'levelbuilder', 'review-infra-changes'],
  shelf: { ...originalShelf, kind: 'kustomize', files: originalPackage, naming: { names: [{ name: 'code-dot-org' }] } },
  warehouse: { name: 'codeai-image', holds: 'image' },
};

/** The original for charts, which asks nobody. */
export const originalHelm: Scenario = {
  ...original('oci-release-capsule-helm'),
  name: 'the original for Helm',
  stages: deployments,
  shelf: { ...originalShelf, kind: 'helm', files: helmPackage('codeai'), naming: { values: chartForms['one value'].paths } },
  warehouse: { name: 'kargo-project-codeai', holds: 'images' },
};

type Common = Omit<Scenario, 'name' | 'shelf' | 'warehouse'>;

function own(file: string): Common {
  const text = readFileSync(fileURLToPath(new URL(`../fixtures/${file}`, import.meta.url)), 'utf8');
  const hosted = ({ gitopsUrl, capsuleRepository, serviceUrl = '' }: Hosts): string => {
    const gitops = text.replaceAll('https://git.example/gitops.git', gitopsUrl);
    return gitops.replaceAll('registry.example/team/web-capsule', capsuleRepository).replaceAll('http://verify.example', serviceUrl);
  };
  return {
    isThere: true,
    project: 'web',
    stages: ['staging'],
    home: (deployment) => `apps/web/deployments/${deployment}`,
    stage: (_name, hosts) => hosted(hosts),
    warehouseManifest: hosted,
    main: () => ownSources,
    branches: { 'stage/staging': ownStageBranch },
  };
}

function original(folder: string): Common {
  const originals = new Originals(folder);
  const home = (deployment: string): string => `apps/codeai/deployments/${deployment}`;
  return {
    isThere: originals.areThere,
    project: 'kargo-project-codeai',
    stages: [],
    home,
    stage: (name, hosts) => patchOriginal(originals.stage(name), hosts),
    warehouseManifest: ({ capsuleRepository }) => {
      return originals.manifest('warehouse.yaml').replaceAll(`ghcr.io/${originalShelf.repository}`, capsuleRepository);
    },
    main: (shelf) => ({ ...withScalars(originals.files()), ...gates(shelf) }),
    branches: Object.fromEntries(deployments.map((name) => [`stage/${name}`, { [`${home(name)}/deploy/README.md`]: 'rendered\n' }])),
  };
}

/**
 * The wrapper template with words to replace instead of empty lists: `yaml-update` sets scalars alone, so with the template as it
 * stands no Kargo goes on (a test shows it). The Stages stay as they are.
 */
function withScalars(files: Files): Files {
  const path = 'apps/codeai/kargo/templates/deploy/kustomization.yaml';
  const template = files[path];
  if (typeof template !== 'string') return files;
  return { ...files, [path]: template.replace(/^(resources|components): \[\]$/gm, '$1: replace-me') };
}

/** What says that the old release process has come so far: the gate of the later Stages. */
function gates({ app }: CapsuleShelf): Files {
  const gate = `tag: ${app.tag}\nrevision: "${app.record.gitCommit}"\nmergedAt: "2026-11-20T00:00:00Z"\n`;
  const path = (name: string): string => `warehouses/codeai/legacy-gitflow/${name}/merged/${app.tag}.yaml`;
  return Object.fromEntries(deployments.map((name) => [path(name), gate]));
}
