import { join } from 'node:path';
import { type Manifest, parseManifests } from '../../kargo/manifests/read-manifests.ts';
import { toolPath } from '../tools.ts';
import { workspace } from './make-repository.ts';
import { runToSuccess } from './run-program.ts';

/** Builds one of the examples below deploy/kargo, as a team does. */
export async function buildKargo(example: string, program: 'kustomize' | 'kustomize500' | 'kustomize571' = 'kustomize'): Promise<string> {
  return runToSuccess(toolPath(program), ['build', join(workspace, 'deploy/kargo', example)], { cwd: workspace, env: {} });
}

/** Builds the Warehouse of an example, for another repository of capsules. */
export async function buildWarehouse(example: string, capsuleRepository: string): Promise<Manifest> {
  const text = (await buildKargo(example)).replaceAll('ghcr.io/example/hello-capsule', capsuleRepository);
  const warehouse = parseManifests(text, example).find(({ kind }) => kind === 'Warehouse');
  if (warehouse === undefined) throw new Error(`deploy/kargo/${example} has no Warehouse`);
  return warehouse;
}
