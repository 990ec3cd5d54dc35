import type { JsonValue } from '../json/canonical-json.ts';
import { namingInOrder } from '../record/naming-order.ts';
import { schemaVersion } from '../record/release-record.ts';
import { writeCanonicalYaml } from '../yaml/write-canonical-yaml.ts';
import type { ImageLock, LockedImageEntry, LockRendering } from './image-lock.ts';

/**
 * Writes `capsule.lock.yaml`: the same lock gives the same bytes, so that a diff shows what has changed.
 * @throws {SchemaError} `RECORD_INVALID` if a text holds a lone surrogate.
 */
export function formatImageLock({ image, images, rendered }: ImageLock): Uint8Array {
  return writeCanonicalYaml({
    apiVersion: schemaVersion,
    kind: 'ImageLock',
    ...(image !== undefined && { image: { repository: image.repository, ...namingInOrder(image) } }),
    images: images.map(entryInOrder),
    ...(rendered !== undefined && { rendered: renderingInOrder(rendered) }),
  });
}

type Mapping = { readonly [key: string]: JsonValue };

function entryInOrder({ repository, tag, digest, ...named }: LockedImageEntry): Mapping {
  return { repository, ...(tag !== undefined && { tag }), digest, ...namingInOrder(named) };
}

function renderingInOrder({ by: { kustomize, helm }, kubeVersion, values, probe }: LockRendering): Mapping {
  return {
    by: { ...(kustomize !== undefined && { kustomize }), ...(helm !== undefined && { helm }) },
    ...(kubeVersion !== undefined && { kubeVersion }),
    ...(values !== undefined && { values: [...values] }),
    ...(probe !== undefined && { probe }),
  };
}
