import { Config } from '../config.ts';
import { secureJoin } from '../secure-join.ts';
import type { StepContext, StepResult } from '../step.ts';
import { isYamlFile, type ResourceName, writeRendered } from '../write-resources.ts';

const unknown = ['useReleaseName', 'ignoreMissingValueFiles', 'buildDependencies', 'includeCRDs', 'disableHooks', 'apiVersions'];

/** What Helm takes the cluster for where nothing is said. Source: Helm v3.19.5, as Kargo links it, pkg/chartutil/capabilities.go. */
export const defaultKubeVersion = 'v1.20.0';

/** Renders a chart into one file, or in the flat layout, one a resource. Source: Kargo v1.11.2, builtin/helm_template_runner.go. */
export async function helmTemplate({ config: raw, workDir, project, services: { renderer } }: StepContext): Promise<StepResult> {
  const config = new Config('helm-template', raw).without(...unknown);
  const outPath = config.text('outPath');
  if (!isYamlFile(outPath) && config.optionalText('outLayout') !== 'flat') {
    throw new Error('the interpreter knows only one file and the flat layout of helm-template');
  }
  const text = await renderer.helmTemplate({
    chart: secureJoin(workDir, config.text('path')),
    name: config.text('releaseName'),
    namespace: config.optionalText('namespace') || project,
    valuesFiles: config.texts('valuesFiles').map((path) => secureJoin(workDir, path)),
    values: config.list('setValues').map(readValue),
    kubeVersion: config.optionalText('kubeVersion') || defaultKubeVersion,
    skipTests: config.flag('skipTests'),
  });
  writeRendered(secureJoin(workDir, outPath), text, fileName);
  return { status: 'Succeeded' };
}

/** Every resource without a name becomes `resource-0`: the number is never raised, so that only the last one is left. */
function fileName({ group, kind, name, namespace }: ResourceName): readonly string[] {
  return name === '' ? ['resource', '0'] : [group.replaceAll('.', '_'), kind, namespace, name];
}

function readValue(raw: unknown): { readonly key: string; readonly value: string; readonly isLiteral: boolean } {
  const value = new Config('helm-template', raw);
  return { key: value.text('key'), value: value.optionalText('value') ?? '', isLiteral: value.flag('literal') };
}
