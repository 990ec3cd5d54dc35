import { resolve } from 'node:path';
import {
  OciError,
  openLayout,
  openRegistry,
  parseReference,
  type Reference,
  type ReferrerLister,
  type Store,
} from '@release-capsule/oci';
import type { Context } from '../context.ts';
import { LazyLayout } from './lazy-layout.ts';
import { registryOptions } from './registry-options.ts';

/** A store that a reference names, and what else the reference says. */
export interface OpenedStore {
  readonly store: Store & ReferrerLister;
  readonly reference: Reference;
  /** Registry and repository, or `oci:DIRECTORY`: the reference without tag and digest. */
  readonly place: string;
}

/** How a store is opened. */
export interface OpenStoreOptions {
  /** Makes a layout that does not exist. */
  readonly create?: boolean;
  readonly plainHttp?: boolean;
}

/**
 * Opens the layout or repository that a reference names. Nothing is sent until it is used.
 * @throws {OciError} `REFERENCE_INVALID`, `LAYOUT_INVALID`, `CREDENTIALS_INVALID`.
 */
export async function openStore(text: string, options: OpenStoreOptions, context: Context): Promise<OpenedStore> {
  const reference = parseReference(text);
  if (reference.kind === 'layout') {
    const directory = resolve(context.cwd, reference.directory);
    const store = await openDirectory(directory, options.create ?? false, context.signal);
    return { store, reference, place: `oci:${reference.directory}` };
  }
  const { registry, repository } = reference;
  const store = openRegistry({ registry, repository }, registryOptions(options, context));
  return { store, reference, place: `${registry}/${repository}` };
}

async function openDirectory(directory: string, create: boolean, signal: AbortSignal): Promise<Store & ReferrerLister> {
  try {
    return await openLayout(directory, { create: false, signal });
  } catch (error) {
    if (create && error instanceof OciError && error.code === 'REPOSITORY_UNKNOWN') return new LazyLayout(directory, signal);
    throw error;
  }
}
