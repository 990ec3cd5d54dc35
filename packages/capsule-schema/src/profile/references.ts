import type { Document } from 'yaml';
import { quote } from '../quote.ts';
import type { ReferenceType } from './field-type.ts';
import { patchDefect, pathReadingDefect, yamlReadingDefect } from './inline-text.ts';
import type { Judgement, Refusal } from './judgement.ts';
import { type LocalPath, missingDetail, parseLocalPath, type PathTarget } from './local-path.ts';
import { fieldAt, type ReferencePlace } from './reference-place.ts';
import type { Reference } from './walked-fields.ts';

/** A generator, transformer or validator: the file that holds it, or what the text at a field says. */
export type PluginSource = { readonly file: string } | { readonly field: string; readonly documents: readonly Document[] };

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

/** A reference that is being judged. */
interface PlacedReference extends Reference {
  readonly judgement: Judgement;
  readonly place: ReferencePlace;
}

/**
 * Judges one reference by its type, and refuses it if what it names is not in the package.
 * @returns the plugin that it names, if its type is one of a plugin.
 */
export async function judgeReference(
  judgement: Judgement,
  place: ReferencePlace,
  { type, field, text }: Reference,
): Promise<PluginSource | undefined> {
  if (text === '' && !field.endsWith(']')) return undefined; // the same as an absent field
  const reference: PlacedReference = { judgement, place, type, field, text };
  const target = targets[type];
  if (target !== undefined) return judgePath(reference, target);
  if (type === '[key=]path to file') return judgeFileSource(reference);
  if (type === 'chart home') return judgeChartHome(reference);
  if (type === 'plugin or path') return judgePathOrInline(reference);
  if (type === 'patch or path') return void (await judgePathOrInline(reference));
  if (type === 'inline patch') return judgePatch(reference);
  return refuseProfile(reference, helmArgumentDefect(type, text));
}

function judgePath(reference: PlacedReference, target: PathTarget): undefined {
  const path = findTarget(reference, parseLocalPath(reference.text, reference.place.directory), target);
  // helm's `--values` takes several files in one argument, split as a line of CSV.
  const isSplit = reference.type === 'path to values file' && path !== undefined && /[,"\n]/.test(path);
  return refuseProfile(reference, isSplit ? 'Helm takes a path with a comma or a quote for two: rename the directory' : undefined);
}

// `[key=]path`; kustomize refuses a second "=", which no path of the profile has.
function judgeFileSource(reference: PlacedReference): undefined {
  const { text, place } = reference;
  const at = text.indexOf('=');
  if (at >= 0 && !sourceKey.test(text.slice(0, at))) {
    return refuse(reference, { reason: 'spelling', detail: 'The key before "=" should be of A-Z a-z 0-9 . _ -.' });
  }
  findTarget(reference, parseLocalPath(text.slice(at + 1), place.directory), 'file');
  return undefined;
}

function judgeChartHome(reference: PlacedReference): undefined {
  const { judgement, place, text } = reference;
  if (text === '.') return undefined;
  const found = parseLocalPath(text, place.directory);
  if (found.path === undefined) return refuse(reference, found);
  if (judgement.tree.directories.has(found.path)) return undefined;
  return refuse(reference, { reason: 'missing', detail: 'The package has no such directory.' });
}

async function judgePathOrInline(reference: PlacedReference): Promise<PluginSource | undefined> {
  const { judgement, place, text, type } = reference;
  const found = parseLocalPath(text, place.directory);
  if (found.path === undefined && text.includes('\n')) return judgeInline(reference);
  if (type === 'plugin or path' && found.path !== undefined && judgement.tree.kustomizationsIn(found.path).length > 0) {
    return refuseProfile(reference, 'a directory can patch what it lists: name each file of plugins');
  }
  const file = findTarget(reference, found, 'file');
  return file === undefined ? undefined : { file };
}

/** The path that a reference names, if the package has it; else the reference is refused. */
function findTarget(reference: PlacedReference, found: LocalPath, target: PathTarget): string | undefined {
  if (found.path === undefined) return refuse(reference, found);
  const detail = missingDetail(reference.judgement.tree, found, target);
  return detail === undefined ? found.path : refuse(reference, { reason: 'missing', detail });
}

async function judgeInline(reference: PlacedReference): Promise<PluginSource | undefined> {
  const { judgement, text, field } = reference;
  const asPath = pathReadingDefect(text);
  if (asPath !== undefined) return refuse(reference, inline(asPath));
  const parsed = await judgement.reader.inline(text, `the text at ${field}`);
  if (parsed.content === undefined) return refuseUnreadable(reference, parsed.problem);
  const asYaml = text.startsWith('---') ? 'it should not begin with a document mark' : yamlReadingDefect(parsed.content);
  if (asYaml !== undefined) return refuse(reference, inline(asYaml));
  return { field, documents: parsed.content };
}

async function judgePatch(reference: PlacedReference): Promise<undefined> {
  const { judgement, text, field } = reference;
  const parsed = await judgement.reader.patch(text, `the patch at ${field}`);
  if (parsed.content === undefined) return refuseUnreadable(reference, parsed.problem);
  return refuseProfile(reference, patchDefect(parsed.content));
}

// Source: kustomize v5, api/types/helmchartargs.go, `AsHelmArgs`; api/internal/builtins/HelmChartInflationGenerator.go.
function helmArgumentDefect(type: ReferenceType, text: string): string | undefined {
  if (text.startsWith('-')) return 'it begins with "-", so that Helm takes it for an option';
  if (type === 'chart name' && !chartName.test(text)) return "a chart's name should be of A-Z a-z 0-9 . _ -";
  if (type === 'name template' && text.includes('{{'))
    return 'a name that Helm computes can read the environment: write the name';
  return undefined;
}

type Why = Pick<Refusal, 'reason' | 'detail'>;

function inline(defect: string): Why {
  const detail = `It can be read as a path and as YAML: ${defect}. Or put it into a file, and name the file.`;
  return { reason: 'spelling', detail };
}

function refuse({ judgement, place, field, text }: PlacedReference, { reason, detail }: Why): undefined {
  judgement.refuse({ file: place.file, field: fieldAt(place, field), reference: text, reason, detail });
}

function refuseProfile({ judgement, place, field, text }: PlacedReference, defect: string | undefined): undefined {
  if (defect === undefined) return;
  const shown = text.includes('\n') ? '' : `${quote(text)}: `;
  judgement.refuseProfile(place.file, fieldAt(place, field), `${shown}${defect}`);
}

function refuseUnreadable({ judgement, place, field }: PlacedReference, problem: string): undefined {
  judgement.refuseUnreadable(place.file, fieldAt(place, field), problem);
}
