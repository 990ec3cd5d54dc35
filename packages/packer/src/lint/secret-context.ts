import { field, isMapping, type Mapping } from './mapping.ts';

/** What a Secret says of itself, by which some of its values are known to be no secrets. */
export interface SecretContext {
  /** `type`, empty where it has none. */
  readonly type: string;
  /** The label by which Argo CD finds its repositories and clusters. */
  readonly argoType: string;
  /** The label by which Kargo finds its credentials. */
  readonly kargoType: string;
  /** Whether argocd-vault-plugin is told where to look up `<key>`. */
  readonly hasVaultPath: boolean;
}

/** A value's place in a Secret. */
export interface ValuePlace {
  readonly key: string;
  /** Whether it stands in base64, as in `data`. */
  readonly isEncoded: boolean;
  readonly context: SecretContext;
}

export const argoLabel = 'argocd.argoproj.io/secret-type';
export const kargoLabel = 'kargo.akuity.io/cred-type';
export const vaultPathAnnotation = 'avp.kubernetes.io/path';

/** A Secret that says nothing of itself. */
export const noContext: SecretContext = { type: '', argoType: '', kargoType: '', hasVaultPath: false };

/** Reads what a parsed Secret says of itself. */
export function contextOf(secret: Mapping): SecretContext {
  const metadata = mappingOf(secret['metadata']);
  const labels = mappingOf(metadata['labels']);
  return {
    type: textOf(secret['type']),
    argoType: textOf(labels[argoLabel]),
    kargoType: textOf(labels[kargoLabel]),
    hasVaultPath: textOf(mappingOf(metadata['annotations'])[vaultPathAnnotation]) !== '',
  };
}

/** Gets the name of an object; empty where it has none, or one that is no text. */
export function objectName(value: Mapping): string {
  const metadata = mappingOf(value['metadata']);
  return textOf(metadata['name'] ?? metadata['generateName']);
}

/** Gets a generator's name: its own field in a kustomization, that of its metadata in a file of its own. */
export function generatorName(generator: Mapping): string {
  return textOf(field(generator, 'name')) || objectName(generator);
}

function mappingOf(value: unknown): Mapping {
  return isMapping(value) ? value : {};
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
