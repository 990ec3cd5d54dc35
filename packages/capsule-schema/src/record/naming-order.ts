import type { JsonValue } from '../json/canonical-json.ts';
import type { ImageName, ImageNaming } from './release-record.ts';

/** Rebuilds how an image is named, with its keys in the schema's order. */
export function namingInOrder({ names, values }: Partial<ImageNaming>): { readonly [key: string]: JsonValue } {
  return {
    ...(names !== undefined && { names: names.map(nameInOrder) }),
    ...(values !== undefined && { values: pathsInOrder(values) }),
  };
}

function nameInOrder({ name, tag }: ImageName): { readonly [key: string]: JsonValue } {
  return { name, ...(tag !== undefined && { tag }) };
}

function pathsInOrder(values: NonNullable<ImageNaming['values']>): { readonly [key: string]: JsonValue } {
  if ('image' in values) return { image: values.image };
  const { repository, tag, digest, registry } = values;
  return {
    repository,
    ...(tag !== undefined && { tag }),
    ...(digest !== undefined && { digest }),
    ...(registry !== undefined && { registry }),
  };
}
