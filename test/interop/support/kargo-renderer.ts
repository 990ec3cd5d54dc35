import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Renderer } from '../../kargo/interpreter/renderer.ts';
import { toolPath } from '../tools.ts';
import { runToSuccess } from './run-program.ts';

/**
 * Kargo leaves the order alone, where the program would sort, and lets kustomize run Helm, which its image has.
 * Source: Kargo v1.11.2, builtin/kustomize_builder.go, kustomizeBuild; Dockerfile.
 */
const asKargo = ['--load-restrictor', 'LoadRestrictionsNone', '--reorder', 'none', '--enable-helm', '--helm-command', toolPath('helm3')];

/** Renders with kustomize and Helm as programs, of the lines that Kargo has compiled in. Source: Kargo v1.11.2, go.mod. */
export function kargoRenderer(home: string): Renderer {
  mkdirSync(join(home, 'helm'), { recursive: true });
  const run = (tool: 'kustomize571' | 'helm3', args: readonly string[]): Promise<string> => {
    return runToSuccess(toolPath(tool), args, { cwd: home, env: { HOME: home, PATH: '/usr/bin:/bin' } });
  };
  return {
    kustomizeBuild: (directory) => run('kustomize571', ['build', ...asKargo, directory]),
    helmTemplate({ chart, name, namespace, valuesFiles, values, kubeVersion, skipTests }) {
      const files = valuesFiles.flatMap((file) => ['--values', file]);
      const set = values.flatMap(({ key, value, isLiteral }) => [isLiteral ? '--set-literal' : '--set', `${key}=${value}`]);
      const given = ['--kube-version', kubeVersion, ...(skipTests ? ['--skip-tests'] : [])];
      return run('helm3', ['template', name, chart, '--namespace', namespace, ...given, ...files, ...set]);
    },
  };
}
