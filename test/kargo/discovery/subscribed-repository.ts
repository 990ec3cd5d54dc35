/** A manifest as a registry answers for it. */
export interface AnsweredManifest {
  /** The header as it came: Kargo's client compares all of it. */
  readonly contentType: string;
  readonly digest: string;
  readonly body: Buffer;
}

/** The requests of which Kargo's discovery is made. */
export interface SubscribedRepository {
  readonly repoURL: string;
  listTags(): Promise<readonly string[]>;
  getManifest(tag: string): Promise<AnsweredManifest>;
  getBlob(digest: string): Promise<Buffer>;
}

const accepted = [
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.oci.image.index.v1+json',
].join(',');

/** Opens a repository of a real registry by plain HTTP. Source: go-containerregistry v0.21.7, pkg/v1/remote, `List` and `Get`. */
export function openSubscribed(repoURL: string, authorization?: () => Promise<string>): SubscribedRepository {
  const slash = repoURL.indexOf('/');
  const base = `http://${repoURL.slice(0, slash)}/v2/${repoURL.slice(slash + 1)}`;
  const get = async (path: string): Promise<Response> => {
    const headers = { accept: accepted, ...(authorization !== undefined && { authorization: await authorization() }) };
    const answer = await fetch(new URL(path, `${base}/`), { headers });
    if (!answer.ok) throw new Error(`${path} of ${repoURL}: ${answer.status}`);
    return answer;
  };
  return {
    repoURL,
    async listTags() {
      return listPages(get, 'tags/list?n=1000');
    },
    async getManifest(tag) {
      const answer = await get(`manifests/${tag}`);
      const digest = answer.headers.get('docker-content-digest') ?? '';
      return { contentType: answer.headers.get('content-type') ?? '', digest, body: Buffer.from(await answer.arrayBuffer()) };
    },
    async getBlob(digest) {
      return Buffer.from(await (await get(`blobs/${digest}`)).arrayBuffer());
    },
  };
}

async function listPages(get: (path: string) => Promise<Response>, first: string): Promise<readonly string[]> {
  const tags: string[] = [];
  for (let path: string | undefined = first; path !== undefined; ) {
    const answer: Response = await get(path);
    tags.push(...((await answer.json()) as { readonly tags: readonly string[] | null }).tags ?? []);
    path = /<([^>]+)>;\s*rel="?next"?/.exec(answer.headers.get('link') ?? '')?.[1];
  }
  return tags;
}
