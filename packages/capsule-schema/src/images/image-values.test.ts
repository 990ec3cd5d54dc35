import { describe, expect, it } from 'vitest';
import { parseForeignYamlDocuments } from '../yaml/parse-foreign-yaml.ts';
import { imagesInValues } from './image-values.ts';

const find = (text: string): readonly unknown[] =>
  imagesInValues(parseForeignYamlDocuments(Buffer.from(text), { what: 'values', maxBytes: 65_536 })[0]);
const digest = `sha256:${'a'.repeat(64)}`;

describe('imagesInValues', () => {
  it('finds repository and tag', () => {
    expect(find('image: {repository: ghcr.io/a/b, tag: "1.0", pullPolicy: Always}')).toEqual([
      { image: { name: 'ghcr.io/a/b', tag: '1.0' }, paths: { repository: 'image.repository', tag: 'image.tag' } },
    ]);
  });

  it('finds repository, tag and digest that are empty, as helm create writes them', () => {
    expect(find(`image: {repository: nginx, tag: "", digest: ""}`)).toEqual([
      { image: { name: 'nginx' }, paths: { repository: 'image.repository', tag: 'image.tag', digest: 'image.digest' } },
    ]);
    expect(find(`image: {repository: nginx, digest: "${digest}"}`)).toEqual([
      { image: { name: 'nginx', digest }, paths: { repository: 'image.repository', digest: 'image.digest' } },
    ]);
  });

  it('finds a registry apart', () => {
    expect(find('web: {image: {registry: docker.io, repository: a/b, tag: "1"}}')).toEqual([
      {
        image: { name: 'docker.io/a/b', tag: '1' },
        paths: { repository: 'web.image.repository', tag: 'web.image.tag', registry: 'web.image.registry' },
      },
    ]);
  });

  it('finds a registry beside a key that is called image', () => {
    expect(find('controller: {image: {registry: registry.k8s.io, image: ingress/controller, tag: v1}}')).toEqual([
      {
        image: { name: 'registry.k8s.io/ingress/controller', tag: 'v1' },
        paths: { repository: 'controller.image.image', tag: 'controller.image.tag', registry: 'controller.image.registry' },
      },
    ]);
  });

  it('puts a global registry before every repository', () => {
    expect(find('global: {imageRegistry: mirror.example}\nimage: {registry: docker.io, repository: a/b, tag: "1"}')).toMatchObject([
      { image: { name: 'mirror.example/a/b' } },
    ]);
    expect(find('global: {imageRegistry: ""}\nimage: {registry: docker.io, repository: a/b}')).toMatchObject([{ image: { name: 'docker.io/a/b' } }]);
  });

  it('finds an image as text, and a tag beside it', () => {
    expect(find('image: nginx:1\nsidecarImage: redis\nb: {image: c, tag: "2"}\nd: {image: e, imageTag: "3"}')).toEqual([
      { image: { name: 'nginx', tag: '1' }, paths: { image: 'image' } },
      { image: { name: 'redis' }, paths: { image: 'sidecarImage' } },
      { image: { name: 'c', tag: '2' }, paths: { repository: 'b.image', tag: 'b.tag' } },
      { image: { name: 'e', tag: '3' }, paths: { repository: 'd.image', tag: 'd.imageTag' } },
    ]);
  });

  it('finds name and tag below a key that ends in image, and nowhere else', () => {
    expect(find('image: {name: nginx, tag: "1"}')).toEqual([
      { image: { name: 'nginx', tag: '1' }, paths: { repository: 'image.name', tag: 'image.tag' } },
    ]);
    expect(find('serviceAccount: {name: app, tag: "1"}\nchart: {repository: app}')).toEqual([]);
  });

  it('leaves out the tag that YAML has read as a number', () => {
    expect(find('image: {repository: nginx, tag: 1.10}')).toEqual([
      { image: { name: 'nginx' }, paths: { repository: 'image.repository', tag: 'image.tag' } },
    ]);
  });

  it('offers no path through a list, or through a key with a dot', () => {
    expect(find('pods: [{image: nginx}]\na.b: {image: {repository: c, tag: "1"}}')).toEqual([
      { image: { name: 'nginx' }, paths: undefined },
      { image: { name: 'c', tag: '1' } },
    ]);
  });

  it('finds none where there is none', () => {
    expect(find('image: {}\nimages: [a]\nb: {image: "{{ x }}"}\nimage2: nginx')).toEqual([]);
    expect(imagesInValues(null)).toEqual([]);
  });
});
