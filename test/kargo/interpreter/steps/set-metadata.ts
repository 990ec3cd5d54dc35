import { Config } from '../config.ts';
import { failed, type StepContext, type StepResult } from '../step.ts';

/** Writes into the status of Stages and Freight. Source: Kargo v1.11.2, pkg/promotion/runner/builtin/metadata_setter.go. */
export async function setMetadata({ config: raw, services: { metadata } }: StepContext): Promise<StepResult> {
  for (const each of new Config('set-metadata', raw).list('updates')) {
    const update = new Config('set-metadata', each);
    const kind = update.text('kind');
    if (kind !== 'Stage' && kind !== 'Freight') throw failed(`unknown kind ${kind}`);
    const before = metadata[kind].get(update.text('name')) ?? {};
    metadata[kind].set(update.text('name'), { ...before, ...update.map('values') });
  }
  return { status: 'Succeeded' };
}
