import { quote } from '@release-capsule/schema';
import { isSameRepository } from '../repository-name.ts';
import type { Freight } from './freight.ts';

const maxNamed = 4; // a Freight may hold a thousand

/** Lists repositories, each once, and no more than a person reads. */
export function listRepositories(repositories: readonly string[]): string {
  const names = [...new Set(repositories)];
  const named = names.slice(0, maxNamed).map((name) => quote(name));
  return [...named, ...(names.length > maxNamed ? [`and ${names.length - maxNamed} more`] : [])].join(', ');
}

/** Says what a Freight holds images of. */
export function heldText({ images }: Pick<Freight, 'images'>): string {
  if (images.length === 0) return 'no image';
  const isOne = images.every(({ repoURL }) => repoURL === images[0]?.repoURL);
  return `${isOne ? 'an image' : 'images'} of ${listRepositories(images.map(({ repoURL }) => repoURL))}`;
}

/**
 * Says that a Freight belongs to another application: it holds no image of a repository that is named. Nothing where it
 * holds one, or where no repository is named.
 */
export function otherRepositoryText(freight: Pick<Freight, 'images'>, named: readonly (string | undefined)[]): string | undefined {
  const wanted = named.filter((name) => name !== undefined);
  const isHeld = freight.images.some(({ repoURL }) => wanted.some((name) => isSameRepository(name, repoURL)));
  if (wanted.length === 0 || isHeld) return undefined;
  return `this Freight holds ${heldText(freight)}; the policy is about ${wanted.map((name) => quote(name)).join(' and ')}`;
}
