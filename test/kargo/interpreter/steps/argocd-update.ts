import type { Application, Applications } from '../applications.ts';
import { Config } from '../config.ts';
import type { StepContext, StepResult } from '../step.ts';

const defaultNamespace = 'argocd'; // pkg/argocd/namespace.go
/** A stand-in: a change of the Application wakes the promotion. */
export const argocdWakeUp = 10_000;

/**
 * Has Argo CD sync Applications, and runs until it has. What was synced to another revision than was desired is synced again.
 * Source: Kargo v1.11.2, pkg/promotion/runner/builtin/argocd_updater.go, mustPerformUpdate.
 */
export async function argocdUpdate({ config: raw, project, stage, promotion, services }: StepContext): Promise<StepResult> {
  const { applications } = services;
  if (applications === undefined) throw new Error('Argo CD integration is disabled on this controller; cannot update');
  const updates = new Config('argocd-update', raw).list('apps').map((each) => new Config('argocd-update', each).without('selector'));
  const phases = updates.map((update) => {
    const application = find(applications, update, `${project}:${stage}`);
    return advance(applications, application, { promotion, desired: desiredRevision(application, update) });
  });
  return phases.every((phase) => phase === 'Succeeded') ? { status: 'Succeeded' } : { status: 'Running', retryAfter: argocdWakeUp };
}

function find(applications: Applications, update: Config, stage: string): Application {
  const [name, namespace] = [update.text('name'), update.optionalText('namespace') ?? defaultNamespace];
  const application = applications.look(namespace, name);
  if (application === undefined) throw new Error(`unable to find Argo CD Application "${name}" in namespace "${namespace}"`);
  if (application.authorizedStages.includes(stage)) return application;
  throw new Error(`Argo CD Application "${name}" in namespace "${namespace}" is not authorized`);
}

/** @throws {Error} where an update means a source that the Application does not have. */
function desiredRevision({ name, repoURL }: Application, update: Config): string | undefined {
  const sources = update.list('sources').map((each) => new Config('argocd-update', each).without('chart', 'helm', 'kustomize'));
  const own = sources.filter((source) => normalized(source.text('repoURL')) === normalized(repoURL));
  if (own.length < sources.length) throw new Error(`no source of Argo CD Application "${name}" matched update of source`);
  return own[0]?.optionalText('desiredRevision');
}

/** Source: Kargo v1.11.2, pkg/urls/git.go, NormalizeGit. */
function normalized(repoURL: string): string {
  return repoURL.toLowerCase().replace(/\/$/, '').replace(/\.git$/, '');
}

interface Wanted {
  readonly promotion: string;
  readonly desired: string | undefined;
}

function advance(applications: Applications, application: Application, { promotion, desired }: Wanted): 'Running' | 'Succeeded' {
  const { name, namespace, sync } = application;
  if (sync?.phase === 'Running') return 'Running'; // this promotion's operation, or one to wait for
  const isOwn = sync?.promotion === promotion;
  if (isOwn && sync.phase !== 'Succeeded') {
    throw new Error(`Argo CD Application "${name}" in namespace "${namespace}" failed with: ${sync.message ?? ''}`);
  }
  if (isOwn && (desired === undefined || sync.revision === desired)) return 'Succeeded';
  applications.startSync(application, promotion);
  return 'Running';
}
