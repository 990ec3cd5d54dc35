import { chartFields, chartLockFields, requirementsFields } from './field-table.ts';
import type { Fields } from './field-type.ts';
import type { Judgement } from './judgement.ts';
import { joinPath } from './package-tree.ts';
import { walkFields } from './walk-fields.ts';
import type { PlainFields, PlainValue, WalkedFields } from './walked-fields.ts';

/** What a chart says of itself, as far as it is judged. */
export interface ChartMetadata {
  readonly name: string | undefined;
  readonly version: string | undefined;
  readonly dependencies: readonly ChartDependency[];
}

/** A chart that another one needs. */
export interface ChartDependency {
  readonly name: string;
  /** A version or a range; empty where any version will do. */
  readonly version: string;
}

/** Reads a chart's Chart.yaml; undefined if it cannot be judged. That is reported when the chart itself is judged. */
export async function readChartMetadata(judgement: Judgement, directory: string): Promise<ChartMetadata | undefined> {
  const walked = await walkChartFile(judgement, joinPath(directory, 'Chart.yaml'), chartFields);
  return typeof walked === 'string' ? undefined : metadataOf(walked.values);
}

/** Reads a file of a chart, and refuses what is not within the table. */
export async function judgeChartFile(
  judgement: Judgement,
  directory: string,
  name: ChartFileName,
): Promise<ChartMetadata | undefined> {
  const file = joinPath(directory, name);
  const walked = await walkChartFile(judgement, file, tables[name]);
  if (typeof walked === 'string') {
    judgement.refuseUnreadable(file, '', walked);
    return undefined;
  }
  judgement.refuseDefects(file, walked.defects);
  return metadataOf(walked.values);
}

/** The files in which a chart says what it is and what it depends on. */
export type ChartFileName = 'Chart.yaml' | 'Chart.lock' | 'requirements.yaml' | 'requirements.lock';

const tables: Readonly<Record<ChartFileName, Fields>> = {
  'Chart.yaml': chartFields,
  'Chart.lock': chartLockFields,
  'requirements.yaml': requirementsFields,
  'requirements.lock': chartLockFields,
};

async function walkChartFile(judgement: Judgement, file: string, fields: Fields): Promise<WalkedFields | string> {
  const { content, problem } = await judgement.reader.yaml(file);
  if (content === undefined) return problem;
  const [document, ...others] = content;
  if (document === undefined || others.length > 0) return 'it is not one YAML document';
  const refusal = 'Helm would take it instead of what Chart.yaml says: keep only dependencies here';
  return walkFields(document, fields, { program: 'Helm', isOpen: true, refusal });
}

function metadataOf(values: PlainFields): ChartMetadata {
  const dependencies = (Array.isArray(values['dependencies']) ? values['dependencies'] : [])
    .filter((entry: PlainValue) => typeof entry === 'object' && !Array.isArray(entry))
    .map((entry: PlainFields) => ({ name: textOf(entry['name']) ?? '', version: textOf(entry['version']) ?? '' }));
  return {
    name: textOf(values['name']),
    version: textOf(values['version']),
    dependencies,
  };
}

function textOf(value: PlainValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
