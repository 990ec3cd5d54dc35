import { Config } from '../config.ts';
import { secureJoin } from '../secure-join.ts';
import type { StepContext, StepResult } from '../step.ts';
import { readResources, type ResourceName, writeResources } from '../write-resources.ts';

const unknown = ['useReleaseName', 'ignoreMissingValueFiles', 'buildDependencies', 'includeCRDs', 'disableHooks', 'skipTests'].concat(
  ['kubeVersion', 'apiVersions'],
);

/** Renders a chart in the flat layout, one file a resource. Source: Kargo v1.11.2, builtin/helm_template_runner.go. */
export async function helmTemplate({ config: raw, workDir, project, services: { renderer } }: StepContext): Promise<StepResult> {
  const config = new Config('helm-template', raw).without(...unknown);
  if (config.optionalText('outLayout') !== 'flat') throw new Error('the interpreter knows only the flat layout of helm-template');
  const text = await renderer.helmTemplate({
    chart: secureJoin(workDir, config.text('path')),
    name: config.text('releaseName'),
    namespace: config.optionalText('namespace') || project,
    valuesFiles: config.texts('valuesFiles').map((path) => secureJoin(workDir, path)),
    values: config.list('setValues').map(readValue),
  });
  writeResources(secureJoin(workDir, config.text('outPath')), readResources(text), fileName);
  return { status: 'Succeeded' };
}

function fileName({ group, kind, name, namespace }: ResourceName): readonly string[] {
  return [group.replaceAll('.', '_'), kind, namespace, name];
}

function readValue(raw: unknown): { readonly key: string; readonly value: string; readonly isLiteral: boolean } {
  const value = new Config('helm-template', raw);
  return { key: value.text('key'), value: value.optionalText('value') ?? '', isLiteral: value.flag('literal') };
}
