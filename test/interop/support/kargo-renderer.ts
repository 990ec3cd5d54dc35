import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Renderer } from '../../kargo/interpreter/renderer.ts';
import { toolPath } from '../tools.ts';
import { runToSuccess } from './run-program.ts';

/** Renders with kustomize and Helm as programs; what Kargo has compiled in is the same code. */
export function kargoRenderer(home: string): Renderer {
  mkdirSync(join(home, 'helm'), { recursive: true });
  const run = (tool: 'kustomize' | 'helm', args: readonly string[]): Promise<string> => {
    return runToSuccess(toolPath(tool), args, { cwd: home, env: { HOME: home, PATH: '/usr/bin:/bin' } });
  };
  return {
    kustomizeBuild: (directory) => run('kustomize', ['build', '--load-restrictor', 'LoadRestrictionsNone', directory]),
    helmTemplate({ chart, name, namespace, valuesFiles, values }) {
      const files = valuesFiles.flatMap((file) => ['--values', file]);
      const set = values.flatMap(({ key, value, isLiteral }) => [isLiteral ? '--set-literal' : '--set', `${key}=${value}`]);
      return run('helm', ['template', name, chart, '--namespace', namespace, ...files, ...set]);
    },
  };
}
