import { describe, expect, it } from 'vitest';
import { ImageNameCollector } from '../images/name-images.ts';
import type { ImageNaming, ReleaseRecord } from '../record/release-record.ts';
import { exampleRecord } from '../testing/records.ts';
import { compareNames, type NamedRepository, type NamesComparison } from './compare-names.ts';

const [redis] = exampleRecord().images;
const application = exampleRecord().image;

interface Case {
  readonly files: Readonly<Record<string, string>>;
  readonly kind?: 'kustomize' | 'helm';
  readonly naming?: Partial<NamedRepository>;
  readonly images?: ReleaseRecord['images'];
}

function compare({ files, kind = 'kustomize', naming = {}, images = [] }: Case): NamesComparison {
  const collector = new ImageNameCollector(kind);
  for (const [path, text] of Object.entries(files)) collector.add(path, Buffer.from(text));
  const image = application === undefined ? undefined : { ...application, names: [{ name: 'ghcr.io/example/app' }], ...naming };
  return compareNames({ kind, image, images }, collector.result(), Object.keys(files));
}

const spelled = (names: readonly { readonly name: string; readonly tag?: string | undefined }[]): readonly string[] =>
  names.map(({ name, tag }) => (tag === undefined ? name : `${name}:${tag}`));

describe('compareNames', () => {
  it('finds the names of a record shown, whatever tag stands there', () => {
    const comparison = compare({ files: { 'app.yaml': 'image: ghcr.io/example/app:1' } });
    expect(comparison).toEqual({ isNowhere: false, leftOut: [], ambiguous: [], unshown: [], unlocked: [] });
  });

  it.each<readonly [what: string, isNowhere: boolean, unshown: readonly string[], given: Case]>([
    ['a kustomize package that names another image', true, ['ghcr.io/example/app'], { files: { 'app.yaml': 'image: stefanprodan/podinfo' } }],
    ['a kustomize package that names none', true, ['ghcr.io/example/app'], { files: { 'app.yaml': 'kind: ConfigMap' } }],
    ['a kustomize package that names the image under another tag', true, ['ghcr.io/example/app:1'], {
      files: { 'app.yaml': 'image: ghcr.io/example/app:2' },
      naming: { names: [{ name: 'ghcr.io/example/app', tag: '1' }] },
    }],
    ['a kustomization that sets the tag', false, [], {
      files: { 'app.yaml': 'image: ghcr.io/example/app', 'kustomization.yaml': 'images: [{name: ghcr.io/example/app, newTag: "1"}]' },
      naming: { names: [{ name: 'ghcr.io/example/app', tag: '1' }] },
    }],
    ['a kustomization that inflates a chart', false, ['ghcr.io/example/app'], { files: { 'chart/Chart.yaml': 'name: app' } }],
    ['a chart', false, ['ghcr.io/example/app'], { files: { 'values.yaml': 'a: b' }, kind: 'helm' }],
  ])('tells of %s whether it can name the image: nowhere is %s', (_what, isNowhere, unshown, given) => {
    expect(compare(given)).toMatchObject({ isNowhere, unshown });
  });

  it('names each spelling of the repository that the record leaves out', () => {
    const files = { 'a.yaml': 'image: app:1', 'b.yaml': 'image: docker.io/library/app:2\nimage: index.docker.io/app' };
    const image = { repoURL: 'docker.io/library/app', names: [{ name: 'app' }] };
    const { leftOut, unlocked } = compare({ files, naming: image });
    expect(spelled(leftOut)).toEqual(['docker.io/library/app:2', 'index.docker.io/app']);
    expect(unlocked).toEqual([]);
  });

  it('tells a name without a tag from several programs under several tags', () => {
    const files = { 'a.yaml': 'image: ghcr.io/example/app:web\nimage: ghcr.io/example/app:worker\nimage: ghcr.io/example/app' };
    expect(compare({ files }).ambiguous).toEqual([{ name: 'ghcr.io/example/app', tags: ['web', 'worker'] }]);
    const { ambiguous, leftOut, unlocked } = compare({ files, naming: { names: [{ name: 'ghcr.io/example/app', tag: 'web' }] } });
    expect([ambiguous, leftOut, spelled(unlocked)]).toEqual([[], [], ['ghcr.io/example/app:worker']]);
  });

  it('lists what is not locked, by repository and tag', () => {
    const files = { 'a.yaml': 'image: ghcr.io/example/app\nimage: redis:7.4\nimage: docker.io/redis:6\nimage: envoy' };
    const locked = redis === undefined ? [] : [{ repoURL: redis.repoURL, digest: redis.digest, tag: '7.4' }];
    expect(spelled(compare({ files }).unlocked)).toEqual(['docker.io/redis:6', 'envoy', 'redis:7.4']);
    expect(spelled(compare({ files, images: locked }).unlocked)).toEqual(['docker.io/redis:6', 'envoy']);
    const named = locked.map((image) => ({ ...image, names: [{ name: 'envoy' }] }));
    expect(spelled(compare({ files, images: named }).unlocked)).toEqual(['docker.io/redis:6']);
  });

  const values = 'image: {repository: ghcr.io/example/app, tag: "", registry: ""}\nother: {image: redis:7.4}';
  it.each<readonly [paths: ImageNaming['values'], unshown: readonly string[]]>([
    [{ repository: 'image.repository' }, []],
    [{ repository: 'image.repository', tag: 'image.tag' }, []],
    [{ repository: 'image.repository', tag: 'image.version' }, ['values image.repository, image.version']],
    [{ repository: 'app.image.repository' }, ['values app.image.repository']],
    [{ image: 'other.image' }, ['values other.image']],
  ])('finds the values %j shown only where they set this image', (paths, unshown) => {
    expect(compare({ files: { 'values.yaml': values }, kind: 'helm', naming: { values: paths } }).unshown).toEqual(unshown);
  });

  it('says which names of locked images are not shown', () => {
    const images = redis === undefined ? [] : [{ ...redis, names: [{ name: 'redis', tag: '7.4' }, { name: 'valkey' }] }];
    expect(compare({ files: { 'a.yaml': 'image: ghcr.io/example/app\nimage: redis:7.4' }, images }).unshown).toEqual(['valkey']);
  });

  it('compares nothing where the package only locks images', () => {
    expect(compareNames({ kind: 'kustomize', images: [] }, { names: [], values: [] }, [])).toMatchObject({ isNowhere: false, leftOut: [], unshown: [] });
  });
});
