import { type Document, parseAllDocuments } from 'yaml';
import { findOutsideReferences } from '@release-capsule/schema';
import type { Fields } from '../../../packages/capsule-schema/src/profile/field-type.ts';
import {
  chartFields,
  chartLockFields,
  kustomizationFields,
  pluginFields,
} from '../../../packages/capsule-schema/src/profile/field-table.ts';
import type { OutsideReason } from '../../../packages/capsule-schema/src/profile/outside-reference.ts';
import { walkFields } from '../../../packages/capsule-schema/src/profile/walk-fields.ts';
import { decode, readYamlDocuments } from '../../../packages/capsule-schema/src/yaml/read-yaml.ts';
import type { DrawnText, Kind } from './draw-document.ts';

/** A document of an accepted text, as the judge reads it. */
export interface JudgedDocument {
  readonly fields: Fields;
  /** Everything in it, as the library reads it. Undefined where an alias names nothing, which Go must refuse. */
  readonly content: unknown;
  /** What the judge takes from it. */
  readonly values: unknown;
}

// What a reference names is no matter of how the text is read.
const ofReferences: ReadonlySet<OutsideReason> = new Set(['missing', 'unvendored', 'version', 'escapes']);

/** Judges a text as a file of a package, and reads it as the judge does. Undefined where it is refused for how it is written. */
export async function readAsJudged(drawn: DrawnText): Promise<readonly JudgedDocument[] | undefined> {
  if (drawn.kind === 'inline plugin' && !drawn.text.includes('\n')) return undefined; // it is a path, or nothing
  const files = packageOf(drawn);
  const read = (path: string): Uint8Array => Buffer.from(files[path] ?? '');
  const findings = await findOutsideReferences({ paths: Object.keys(files), read });
  if (findings.some(({ reason }) => !ofReferences.has(reason))) return undefined;
  const text = drawn.kind === 'inline plugin' ? drawn.text : decode(Buffer.from(drawn.text), 'it');
  return readYamlDocuments(text, 'it').map((document) => readDocument(document, drawn.kind));
}

/** Reads a text as the library does by itself, which the judge does not leave it at. */
export function readUnjudged({ kind, text }: DrawnText): readonly JudgedDocument[] {
  const documents = parseAllDocuments(text, { uniqueKeys: false, logLevel: 'silent' });
  return Array.isArray(documents) ? documents.map((document) => readDocument(document, kind)) : [];
}

function readDocument(document: Document, kind: Kind): JudgedDocument {
  const fields = fieldsOf(document, kind);
  const { values } = walkFields(document, fields, { program: 'it', isOpen: true });
  return { fields, values, content: contentOf(document) };
}

function contentOf(document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: -1 });
  } catch (error) {
    if (error instanceof ReferenceError) return undefined; // an alias in data that has no anchor
    throw error;
  }
}

function fieldsOf(document: Document, kind: Kind): Fields {
  if (kind === 'kustomization') return kustomizationFields;
  if (kind === 'Chart.yaml') return chartFields;
  return kind === 'Chart.lock' ? chartLockFields : (pluginFields.get(String(document.get('kind'))) ?? {});
}

function packageOf({ kind, text }: DrawnText): Readonly<Record<string, string>> {
  if (kind === 'Chart.yaml') return { 'Chart.yaml': text };
  if (kind === 'Chart.lock') return { 'Chart.yaml': `${chart}dependencies: [{name: a}]\n`, 'Chart.lock': text };
  if (kind === 'plugin') return { ...beside, 'kustomization.yaml': 'generators: [p.yaml]\n', 'p.yaml': text };
  const kustomization = kind === 'kustomization' ? text : `generators:\n- ${JSON.stringify(text)}\n`;
  return { ...beside, 'kustomization.yaml': kustomization };
}

const chart = 'name: app\nversion: 1.0.0\n';
const beside: Readonly<Record<string, string>> = {
  'a.yaml': '',
  'gen.yaml': 'apiVersion: builtin\nkind: HashTransformer\n',
  'base/kustomization.yaml': 'kind: Kustomization\n',
  'part/kustomization.yaml': 'kind: Component\n',
  'charts/app/Chart.yaml': chart,
};
