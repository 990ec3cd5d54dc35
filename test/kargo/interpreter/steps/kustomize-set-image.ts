import { existsSync, lstatSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { Config } from '../config.ts';
import type { FreightImage } from '../expression/freight-functions.ts';
import { secureJoin } from '../secure-join.ts';
import type { StepContext, StepResult } from '../step.ts';

interface KustomizeImage {
  readonly name: string;
  readonly newName?: string;
  readonly newTag?: string;
  readonly digest?: string;
}

/** Sets images in a Kustomization; those it has under other names stay. Source: Kargo v1.11.2, builtin/kustomize_image_setter.go. */
export async function kustomizeSetImage({ config: raw, workDir, freight }: StepContext): Promise<StepResult> {
  const config = new Config('kustomize-set-image', raw);
  const wanted = config.list('images').map(readImage);
  const images = wanted.length > 0 ? wanted : freight.images.map(imageOfFreight);
  const path = findKustomization(secureJoin(workDir, config.text('path')));
  const document = parseDocument(readFileSync(path, 'utf8'));
  const { images: current = [] } = (document.toJS() ?? {}) as { readonly images?: readonly KustomizeImage[] };
  const all = new Map([...current, ...images].map((image) => [image.name, image]));
  document.set('images', document.createNode([...all.values()].toSorted((one, other) => (one.name < other.name ? -1 : 1))));
  writeFileSync(path, String(document));
  return { status: 'Succeeded', output: { commitMessage: `Updated ${config.text('path')} to use new image` } };
}

function imageOfFreight({ repoURL, tag = '', digest = '' }: FreightImage): KustomizeImage {
  return { name: repoURL, newTag: tag, digest };
}

function readImage(raw: unknown): KustomizeImage {
  const image = new Config('kustomize-set-image', raw);
  const [newName, newTag, digest] = ['newName', 'tag', 'digest'].map((key) => image.optionalText(key) || undefined);
  const name = image.optionalText('name') || image.text('image');
  const version = digest === undefined ? { newTag } : { digest };
  return JSON.parse(JSON.stringify({ name, newName, ...version }));
}

/** Finds the one Kustomization of a directory. */
function findKustomization(directory: string): string {
  const paths = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'].map((name) => join(directory, name));
  const [found, ...more] = paths.filter((path) => existsSync(path) && lstatSync(path).isFile());
  if (found === undefined || more.length > 0) throw new Error(`expected one Kustomization file in ${directory}`);
  return found;
}
