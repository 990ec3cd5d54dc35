import { isKustomization } from '@release-capsule/schema';
import { posix } from 'node:path';
import { allTexts } from './mapping.ts';
import { parseDocuments, splitDocuments } from './parse-documents.ts';
import { templateFolders } from './template-folders.ts';
import { templateActions } from './template-parts.ts';

/** The files of a package as far as what applies them is concerned. */
export interface PackageTexts {
  readonly paths: readonly string[];
  /** The text of a file of the package; empty where it is none. */
  readonly read: (path: string) => Promise<string>;
}

const notes = /^(.*\/|)templates\/(?:.*\/)?[^/]*NOTES\.txt$/s;
const prose = /\.md$/i;
const template = /(?:^|\/)templates\//;

/**
 * Tells whether a text is only shown to people: a chart's NOTES.txt, or Markdown. It is not where a kustomization names
 * it, where a template takes it in, or where it defines templates itself; a template that computes names may take it in.
 * Sources: Helm v3 and v4, pkg/action, `renderResources`: what ends in NOTES.txt is taken out of what is applied.
 */
export async function isNeverApplied(path: string, files: PackageTexts): Promise<boolean> {
  const chart = notes.exec(path)?.[1];
  const isNotes = chart !== undefined && files.paths.includes(`${chart}Chart.yaml`);
  if (!isNotes && (!prose.test(path) || isInTemplates(path, files))) return false;
  if (await isNamed(path, files)) return false;
  if (!isNotes) return !(await isTakenIn(path, files, mayReadProse));
  return !(await isTemplateItself(path, files)) && !(await isTakenIn(path, files, mayIncludeNotes));
}

function isInTemplates(path: string, { paths }: PackageTexts): boolean {
  return templateFolders(paths).some((folder) => path.startsWith(folder));
}

async function isNamed(path: string, { paths, read }: PackageTexts): Promise<boolean> {
  for (const kustomization of paths.filter(isKustomization)) {
    const texts = splitDocuments(await read(kustomization)).flatMap(parseDocuments).flatMap(({ value }) => allTexts(value));
    if (texts.some((text) => posix.join(posix.dirname(kustomization), text) === path)) return true;
  }
  return false;
}

async function isTemplateItself(path: string, { read }: PackageTexts): Promise<boolean> {
  return templateActions(await read(path)).some((action) => /^-?\s*(?:define|block)\b/.test(action));
}

async function isTakenIn(path: string, { paths, read }: PackageTexts, mayTake: (action: string) => boolean): Promise<boolean> {
  for (const each of paths.filter((other) => other !== path && template.test(other))) {
    if (templateActions(await read(each)).some(mayTake)) return true;
  }
  return false;
}

// `include (print $.Template.BasePath "/NOTES.txt") .` renders it like any other template.
function mayIncludeNotes(action: string): boolean {
  if (action.includes('NOTES')) return true;
  if (!action.includes('BasePath')) return false;
  return !/\.yaml"|\.yml"|\.tpl"|\.json"/.test(action);
}

function mayReadProse(action: string): boolean {
  if (!/\.Files\b/.test(action)) return false;
  const named = [...action.matchAll(/"((?:[^"\\]|\\.)*)"|`([^`]*)`/g)].map((match) => match[1] ?? match[2] ?? '');
  if (named.length === 0) return true;
  return named.some((text) => /\.md$/i.test(text) || /[*?\]}/]$/.test(text) || (/[*?[{]/.test(text) && !/\.[a-z]{2,5}$/i.test(text)));
}
