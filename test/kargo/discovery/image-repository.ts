import type { SubscribedRepository } from './subscribed-repository.ts';

/** An application image as its build pushed it. */
export interface BuiltImage {
  readonly digest: string;
  readonly created: string;
}

/** A repository of application images whose tags can be moved, which is what rebuilding a commit does. */
export class ImageRepository implements SubscribedRepository {
  readonly repoURL: string;
  readonly #images = new Map<string, BuiltImage>();

  constructor(repoURL: string) {
    this.repoURL = repoURL;
  }

  push(tag: string, image: BuiltImage): void {
    this.#images.set(tag, image);
  }

  async listTags(): Promise<readonly string[]> {
    return [...this.#images.keys()];
  }

  async getManifest(tag: string): Promise<{ contentType: string; digest: string; body: Buffer }> {
    const { digest, created } = this.#images.get(tag) ?? { digest: '', created: '' };
    const config = Buffer.from(JSON.stringify({ created, architecture: 'amd64', os: 'linux' })).toString('base64');
    const body = Buffer.from(JSON.stringify({ schemaVersion: 2, config: { digest: 'inline', data: config } }));
    return { contentType: 'application/vnd.oci.image.manifest.v1+json', digest, body };
  }

  async getBlob(): Promise<Buffer> {
    throw new Error('the config stands in the manifest');
  }
}
