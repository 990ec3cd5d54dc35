import type { Application } from '../applications.ts';
import { Config } from '../config.ts';
import { isRecord } from '../expression/values.ts';
import { StepError, type StepContext, type StepResult } from '../step.ts';
import { argocdWakeUp } from './argocd-update.ts';

/**
 * Waits until Applications are healthy and nothing is being synced; which revision that is it does not ask. One that becomes
 * degraded meanwhile ends the wait. Source: Kargo v1.11.2, pkg/promotion/runner/builtin/argocd_waiter.go.
 */
export async function argocdWait({ config: raw, alias, state, services: { applications } }: StepContext): Promise<StepResult> {
  if (applications === undefined) throw new Error('Argo CD integration is disabled on this controller; cannot wait');
  const apps = new Config('argocd-wait', raw).list('apps').map((each) => new Config('argocd-wait', each).without('selector', 'waitFor'));
  const found = apps.map((app) => {
    const [name, namespace] = [app.text('name'), app.optionalText('namespace') ?? 'argocd'];
    const application = applications.look(namespace, name);
    if (application === undefined) throw new Error(`unable to find Argo CD Application "${name}" in namespace "${namespace}"`);
    return application;
  });
  const healthStatus = Object.fromEntries(found.map(({ namespace, name, health }) => [`${namespace}/${name}`, health]));
  found.forEach((application) => assertNotWorse(application, state[alias], healthStatus));
  const isReady = found.every(({ sync, health }) => sync?.phase !== 'Running' && health === 'Healthy');
  return { status: isReady ? 'Succeeded' : 'Running', output: { healthStatus }, retryAfter: argocdWakeUp };
}

function assertNotWorse({ namespace, name, health }: Application, earlier: unknown, healthStatus: Readonly<Record<string, string>>): void {
  const statuses = isRecord(earlier) ? earlier['healthStatus'] : undefined;
  const before = isRecord(statuses) ? statuses[`${namespace}/${name}`] : undefined;
  if (health !== 'Degraded' || typeof before !== 'string' || before === 'Degraded' || before === 'Unknown') return;
  const message = `Argo CD Application "${name}" in namespace "${namespace}" health has regressed from ${before} to ${health}`;
  throw new StepError(message, { terminal: true, output: { healthStatus } });
}
