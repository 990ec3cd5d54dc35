import { describeDefects, type StepSchemas, stepSchemas } from '../schemas/step-schemas.ts';
import type { ManifestStep } from './read-manifests.ts';

/** What an expression may give where a text would not do: each value in turn, those of one step together. */
export type ExpressionSamples = Readonly<Record<string, readonly unknown[]>>;

const anyText = ['x'];

/**
 * Lists what Kargo's schema would have against a step's config once its expressions are evaluated. An expression gives its
 * samples, or any text.
 */
export function stepDefects(step: ManifestStep, samples: ExpressionSamples, schemas: StepSchemas = stepSchemas): readonly string[] {
  const { uses = '', config = {} } = step;
  const validate = schemas.get(uses);
  if (validate === undefined) return [`${uses} is no step of open-source Kargo that is known here`];
  const counts = Object.values(samples).map(({ length }) => length);
  const rounds = Array.from({ length: Math.max(1, ...counts) }, (_, round) => sampled(config, samples, round));
  const defects = rounds.flatMap((round) => (validate(round) ? [] : describeDefects(validate.errors ?? [])));
  return [...new Set(defects.map((defect) => `${uses}${defect}`))];
}

function sampled(value: unknown, samples: ExpressionSamples, round: number): unknown {
  if (typeof value === 'string') return sampledText(value, samples, round);
  if (Array.isArray(value)) return value.map((item) => sampled(item, samples, round));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, sampled(item, samples, round)]));
}

function sampledText(text: string, samples: ExpressionSamples, round: number): unknown {
  const whole = /^\$\{\{\s*((?:(?!\}\}).)*?)\s*\}\}\s*$/s.exec(text)?.[1];
  if (whole !== undefined) {
    const values = samples[whole] ?? anyText;
    return values[round % values.length];
  }
  return text.replaceAll(/\$\{\{.*?\}\}/gs, 'x');
}
