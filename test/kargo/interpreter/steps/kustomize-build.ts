import { Config } from '../config.ts';
import { secureJoin } from '../secure-join.ts';
import type { StepContext, StepResult } from '../step.ts';
import { writeRendered } from '../write-resources.ts';

/** Builds a Kustomization into one file, or one a resource. Source: Kargo v1.11.2, pkg/promotion/runner/builtin/kustomize_builder.go. */
export async function kustomizeBuild({ config: raw, workDir, services: { renderer } }: StepContext): Promise<StepResult> {
  const config = new Config('kustomize-build', raw).without('outputFormat', 'plugin');
  const rendered = await renderer.kustomizeBuild(secureJoin(workDir, config.text('path')));
  writeRendered(secureJoin(workDir, config.text('outPath')), rendered, ({ kind, name, namespace }) => [namespace, `${kind}-${name}`]);
  return { status: 'Succeeded' };
}
