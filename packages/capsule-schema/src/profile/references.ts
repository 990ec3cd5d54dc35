import { quote } from '../quote.ts';
import type { ReferenceType } from './field-type.ts';
import { patchDefect, pathReadingDefect, yamlReadingDefect } from './inline-text.ts';
import type { Judgement, Refusal } from './judgement.ts';
import { missingDetail, parseLocalPath, type PathTarget } from './local-path.ts';
import type { Reference } from './walked-fields.ts';

/** Where the references of a document stand. */
export interface ReferencePlace {
  /** The file that is named in findings. */
  readonly file: string;
  /** The directory that paths start from: that of the kustomization, also for a plugin's configuration elsewhere. */
  readonly directory: string;
  /** The field that holds the document, where it is a text in another; else empty. */
  readonly field: string;
}

/** A generator, transformer or validator: the file that holds it, or the text that it is. */
export type PluginSource = { readonly file: string } | { readonly field: string; readonly text: string };

const targets: Partial<Readonly<Record<ReferenceType, PathTarget>>> = {
  'path to file': 'file',
  'path to values file': 'file',
  'path to directory': 'directory',
  'path to component': 'directory',
  'path to file or directory': 'file or directory',
};

// They become parts of file names and arguments of the command.
const chartName = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
const sourceKey = /^[A-Za-z0-9._-]+$/;

/**
 * Judges one reference by its type, and refuses it where it does not name what lies in the package.
 * @returns the plugin that it names, where its type is one of a plugin.
 */
export async function judgeReference(
  judgement: Judgement,
  place: ReferencePlace,
  reference: Reference,
): Promise<PluginSource | undefined> {
  const { type, text } = reference;
  if (text === '' && !reference.field.endsWith(']')) return undefined; // as good as absent
  const target = targets[type];
  if (target !== undefined) return judgePath(judgement, place, reference, target);
  if (type === '[key=]path to file') return judgeFileSource(judgement, place, reference);
  if (type === 'chart home') return judgeChartHome(judgement, place, reference);
  if (type === 'plugin or path') return judgePathOrInline(judgement, place, reference);
  if (type === 'patch or path') return void (await judgePathOrInline(judgement, place, reference));
  if (type === 'inline patch') return judgePatch(judgement, place, reference);
  return refuseProfile(judgement, place, reference, helmArgumentDefect(type, text));
}

function judgePath(judgement: Judgement, place: ReferencePlace, reference: Reference, target: PathTarget): undefined {
  const found = parseLocalPath(reference.text, place.directory);
  if (found.path === undefined) return refuse(judgement, place, reference, found);
  const missing = missingDetail(judgement.tree, found, target);
  if (missing !== undefined) return refuse(judgement, place, reference, { reason: 'missing', detail: missing });
  // helm's `--values` takes several files in one argument, split as a line of CSV.
  const isSplit = reference.type === 'path to values file' && /[,"\n]/.test(found.path);
  return refuseProfile(
    judgement,
    place,
    reference,
    isSplit ? 'Helm takes a path with a comma or a quote for two: rename the directory' : undefined,
  );
}

// `[key=]path`; kustomize refuses a second "=", which no path of the profile has.
function judgeFileSource(judgement: Judgement, place: ReferencePlace, reference: Reference): undefined {
  const at = reference.text.indexOf('=');
  if (at >= 0 && !sourceKey.test(reference.text.slice(0, at))) {
    return refuse(judgement, place, reference, {
      reason: 'spelling',
      detail: 'The key before "=" should be of A-Z a-z 0-9 . _ -.',
    });
  }
  const found = parseLocalPath(reference.text.slice(at + 1), place.directory);
  if (found.path === undefined) return refuse(judgement, place, reference, found);
  const missing = missingDetail(judgement.tree, found, 'file');
  return missing === undefined ? undefined : refuse(judgement, place, reference, { reason: 'missing', detail: missing });
}

function judgeChartHome(judgement: Judgement, place: ReferencePlace, reference: Reference): undefined {
  if (reference.text === '.') return undefined;
  const found = parseLocalPath(reference.text, place.directory);
  if (found.path === undefined) return refuse(judgement, place, reference, found);
  if (judgement.tree.directories.has(found.path)) return undefined;
  return refuse(judgement, place, reference, { reason: 'missing', detail: 'The package has no such directory.' });
}

async function judgePathOrInline(
  judgement: Judgement,
  place: ReferencePlace,
  reference: Reference,
): Promise<PluginSource | undefined> {
  const { text, type } = reference;
  const found = parseLocalPath(text, place.directory);
  if (found.path === undefined && text.includes('\n')) return judgeInline(judgement, place, reference);
  if (found.path === undefined) return refuse(judgement, place, reference, found);
  if (type === 'plugin or path' && judgement.tree.kustomizationsIn(found.path).length > 0) {
    return refuseProfile(judgement, place, reference, 'a directory can patch what it lists: name each file of plugins');
  }
  const missing = missingDetail(judgement.tree, found, 'file');
  if (missing !== undefined) return refuse(judgement, place, reference, { reason: 'missing', detail: missing });
  return { file: found.path };
}

async function judgeInline(judgement: Judgement, place: ReferencePlace, reference: Reference): Promise<PluginSource | undefined> {
  const { text, field } = reference;
  const asPath = pathReadingDefect(text);
  if (asPath !== undefined) return refuse(judgement, place, reference, inline(asPath));
  const parsed = await judgement.reader.inline(text, `the text at ${field}`);
  if (parsed.content === undefined) return refuseUnreadable(judgement, place, reference, parsed.problem);
  const asYaml = text.startsWith('---') ? 'it should not begin with a document mark' : yamlReadingDefect(parsed.content);
  if (asYaml !== undefined) return refuse(judgement, place, reference, inline(asYaml));
  return { field, text };
}

async function judgePatch(judgement: Judgement, place: ReferencePlace, reference: Reference): Promise<undefined> {
  const parsed = await judgement.reader.patch(reference.text, `the patch at ${reference.field}`);
  if (parsed.content === undefined) return refuseUnreadable(judgement, place, reference, parsed.problem);
  return refuseProfile(judgement, place, reference, patchDefect(parsed.content));
}

// Source: kustomize v5, api/types/helmchartargs.go, `AsHelmArgs`; api/internal/builtins/HelmChartInflationGenerator.go.
function helmArgumentDefect(type: ReferenceType, text: string): string | undefined {
  if (text.startsWith('-')) return 'it begins with "-", so that Helm takes it for an option';
  if (type === 'chart name' && !chartName.test(text)) return "a chart's name should be of A-Z a-z 0-9 . _ -";
  if (type === 'name template' && text.includes('{{'))
    return 'a name that Helm computes can read the environment: write the name';
  return undefined;
}

function inline(defect: string): Why {
  return {
    reason: 'spelling',
    detail: `It can be read as a path and as YAML: ${defect}. Or put it into a file, and name the file.`,
  };
}

type Why = Pick<Refusal, 'reason' | 'detail'>;

function refuse(judgement: Judgement, place: ReferencePlace, { field, text }: Reference, { reason, detail }: Why): undefined {
  judgement.refuse({ file: place.file, field: fieldAt(place, field), reference: text, reason, detail });
}

function refuseProfile(
  judgement: Judgement,
  place: ReferencePlace,
  { field, text }: Reference,
  defect: string | undefined,
): undefined {
  if (defect === undefined) return;
  const shown = text.includes('\n') ? '' : `${quote(text)}: `;
  judgement.refuseProfile(place.file, fieldAt(place, field), `${shown}${defect}`);
}

function refuseUnreadable(judgement: Judgement, place: ReferencePlace, { field }: Reference, problem: string): undefined {
  judgement.refuseUnreadable(place.file, fieldAt(place, field), problem);
}

/** Names a field of a document that may stand in another one's text. */
export function fieldAt({ field: owner }: Pick<ReferencePlace, 'field'>, field: string): string {
  if (owner === '') return field;
  return field === '' ? owner : `${owner}.${field}`;
}
