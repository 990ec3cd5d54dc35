import { Config } from '../config.ts';
import { secureJoin } from '../secure-join.ts';
import type { StepContext, StepResult } from '../step.ts';
import { readResources, writeResources } from '../write-resources.ts';

/** Builds a Kustomization, one file a resource. Source: Kargo v1.11.2, pkg/promotion/runner/builtin/kustomize_builder.go. */
export async function kustomizeBuild({ config: raw, workDir, services: { renderer } }: StepContext): Promise<StepResult> {
  const config = new Config('kustomize-build', raw).without('outputFormat', 'plugin');
  const rendered = readResources(await renderer.kustomizeBuild(secureJoin(workDir, config.text('path'))));
  writeResources(secureJoin(workDir, config.text('outPath')), rendered, ({ kind, name, namespace }) => [namespace, kind, name]);
  return { status: 'Succeeded' };
}
