import { Config } from '../config.ts';
import { failed, type StepContext, type StepResult } from '../step.ts';

/**
 * Writes into the status of Stages and Freight. Those of the promotion are there, and those that were written about before.
 * Source: Kargo v1.11.2, pkg/promotion/runner/builtin/metadata_setter.go.
 */
export async function setMetadata({ config: raw, stage, freight, services: { metadata } }: StepContext): Promise<StepResult> {
  const own = { Stage: stage, Freight: freight.name };
  for (const each of new Config('set-metadata', raw).list('updates')) {
    const update = new Config('set-metadata', each);
    const kind = update.text('kind');
    if (kind !== 'Stage' && kind !== 'Freight') throw failed(`unsupported kind "${kind}"`);
    const name = update.text('name');
    const before = metadata[kind].get(name);
    if (before === undefined && name !== own[kind]) throw new Error(`error getting ${kind}: "${name}" not found`);
    metadata[kind].set(name, { ...before, ...update.map('values') });
  }
  return { status: 'Succeeded' };
}
