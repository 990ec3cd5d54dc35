import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SchemaError } from '../errors.ts';
import { refusal } from '../testing/refusal.ts';
import { findImages, type FindImagesOptions } from './find-images.ts';

const digest = `sha256:${'a'.repeat(64)}`;

function find(text: string, options?: FindImagesOptions): readonly string[] {
  return findImages(text, options).map(({ path, text: image }) => `${path.join('.')} ${image}`);
}

const pod = (image: string): string => `{containers: [{name: a, image: ${image}}]}`;

describe('findImages', () => {
  it('says which object, where and how it is spelled', () => {
    const text = `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\nspec:\n  template:\n    spec:\n      containers:\n        - image: nginx:1@${digest}\n`;

    expect(findImages(text)).toEqual([
      {
        image: { name: 'nginx', tag: '1', digest },
        text: `nginx:1@${digest}`,
        object: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' },
        path: ['spec', 'template', 'spec', 'containers', 0, 'image'],
        range: [text.indexOf('nginx'), text.length - 1],
      },
    ]);
  });

  it.each([
    ['init containers', 'spec: {initContainers: [{image: a}], containers: [{image: b}]}', ['spec.initContainers.0.image a', 'spec.containers.0.image b']],
    ['ephemeral containers', 'spec: {ephemeralContainers: [{image: a}]}', ['spec.ephemeralContainers.0.image a']],
    ['image volumes', 'spec: {volumes: [{name: v, image: {reference: a, pullPolicy: Always}}]}', ['spec.volumes.0.image.reference a']],
    ['cron jobs', `kind: CronJob\nspec: {jobTemplate: {spec: {template: {spec: ${pod('a')}}}}}`, ['spec.jobTemplate.spec.template.spec.containers.0.image a']],
    ['a custom resource with pod templates deep inside', `kind: My\nspec: {x: [{y: {z: ${pod('a')}}}]}`, ['spec.x.0.y.z.containers.0.image a']],
    ['JSON', '{"kind":"Pod","spec":{"containers":[{"image":"a\\/b:1"}]}}', ['spec.containers.0.image a/b:1']],
    ['several documents', `---\nspec: ${pod('a')}\n---\n# nothing\n---\nspec: ${pod('b')}\n`, ['spec.containers.0.image a', 'spec.containers.0.image b']],
    [
      'a list of objects',
      `kind: List\nitems:\n- {kind: Pod, spec: ${pod('a')}}\n- {kind: PodList, items: [{kind: Pod, spec: ${pod('b')}}]}`,
      ['spec.containers.0.image a', 'spec.containers.0.image b'],
    ],
    ['a block scalar', 'spec:\n  containers:\n  - image: >-\n      a/b:1\n', ['spec.containers.0.image a/b:1']],
    ['quotes and escapes', 'spec: {containers: [{image: \'a\'}, {image: "\\x62:1"}]}', ['spec.containers.0.image a', 'spec.containers.1.image b:1']],
    ['a tag', `spec: ${pod('!!str a')}`, ['spec.containers.0.image a']],
    ['an alias', 'x: &i a\nspec: {containers: [{image: *i}]}', ['spec.containers.0.image a']],
    ['a list that an alias stands for', 'spec: {containers: &c [{image: a}], initContainers: *c}', ['spec.containers.0.image a', 'spec.initContainers.0.image a']],
    ['a merge key', 'x: &b {image: a, name: n}\nspec: {containers: [{<<: *b}]}', ['spec.containers.0.image a']],
    ['merge keys in a list: the first wins', 'x: [&a {image: a}, &b {image: b}]\nspec: {containers: [{<<: [*a, *b]}]}', ['spec.containers.0.image a']],
    ['a key given twice: each', 'spec: {containers: [{image: a, image: b}]}', ['spec.containers.0.image a', 'spec.containers.0.image b']],
    ['CRLF', 'spec:\r\n  containers:\r\n  - image: a\r\n', ['spec.containers.0.image a']],
  ])('finds images in %s', (_, text, images) => {
    expect(find(text)).toEqual(images);
  });

  it.each([
    ['what a merge key brings and the mapping itself replaces', 'x: &b {image: a}\nspec: {containers: [{<<: *b, image: b}]}', ['spec.containers.0.image b']],
    ['a quoted merge key', 'x: &b {image: a}\nspec: {containers: [{"<<": *b}]}', []],
    ['volumes that are a list of texts', 'spec: {volumes: [a, b]}', []],
    ['values that are not set', 'spec: {containers: [{image: }, {image: ~}, {image: null}, {image: ""}, null, {}]}', []],
    ['other keys and kinds', 'kind: Foo\nspec: {image: a, containers: {image: b}, volumes: [{image: c}]}', []],
    ['texts that hold manifests', 'kind: ConfigMap\ndata: {a: "containers: [{image: a}]"}', []],
  ])('finds nothing else in %s', (_, text, images) => {
    expect(find(text)).toEqual(images);
  });

  it('finds what is no image in an image field, and says so', () => {
    for (const text of ['"{{ x }}"', '"Nginx"', '!!binary abcd', '!x nginx', '"a:1\\n"']) {
      expect(findImages(`spec: ${pod(text)}`)).toMatchObject([{ image: undefined }]);
    }
  });

  it.each([
    ['monitoring.coreos.com/v1', 'Prometheus', 'spec: {image: a, thanos: {image: b}}', ['a', 'b']],
    [
      'argoproj.io/v1alpha1',
      'Workflow',
      'spec: {templates: [{container: {image: a}}, {script: {image: b}}, {sidecars: [{image: c}]}, {containerSet: {containers: [{image: d}]}}]}',
      ['a', 'b', 'c', 'd'],
    ],
    ['argoproj.io/v1alpha1', 'CronWorkflow', 'spec: {workflowSpec: {templates: [{steps: [[{inline: {container: {image: a}}}]]}]}}', ['a']],
    ['tekton.dev/v1', 'Pipeline', 'spec: {tasks: [{taskSpec: {steps: [{image: a}], sidecars: [{image: b}], stepTemplate: {image: c}}}]}', ['a', 'b', 'c']],
    ['postgresql.cnpg.io/v1', 'Cluster', 'spec: {imageName: a}', ['a']],
    ['kafka.strimzi.io/v1', 'Kafka', 'spec: {kafka: {image: a}, entityOperator: {topicOperator: {image: b}}}', ['a', 'b']],
    ['monitoring.example.com/v1', 'Prometheus', 'spec: {image: a}', []],
    ['v1', 'Prometheus', 'spec: {image: a}', []],
  ])('knows the fields of %s %s', (apiVersion, kind, spec, images) => {
    const text = `apiVersion: ${apiVersion}\nkind: ${kind}\n${spec}`;

    expect(findImages(text).map((found) => found.text)).toEqual(images);
    expect(findImages(`kind: List\nitems: [${JSON.stringify({ apiVersion, kind })}]\n`)).toEqual([]);
  });

  it('knows them where the object stands inside another', () => {
    expect(find('kind: Sensor\nspec: {trigger: {resource: {apiVersion: argoproj.io/v1alpha1, kind: Workflow, spec: {templates: [{script: {image: a}}]}}}}')).toEqual([
      'spec.trigger.resource.spec.templates.0.script.image a',
    ]);
  });

  it('takes fields of others, with any key, any way and dots in keys', () => {
    const text = 'apiVersion: x.io/v1\nkind: My\nspec: {image: a, "b.c": {d: [{image: e}]}}\nf: {g: {h: {version: i}}}';

    expect(find(text, { imageFields: [{ kind: 'My', path: 'spec.image' }] })).toEqual(['spec.image a']);
    expect(find(text, { imageFields: [{ kind: 'My', apiGroup: 'y.io', path: 'spec.image' }] })).toEqual([]);
    expect(find(text, { imageFields: [{ path: 'spec.b\\.c.d[].image' }] })).toEqual(['spec.b.c.d.0.image e']);
    expect(find(text, { imageFields: [{ path: 'f.**.version' }, { path: '*.image' }] })).toEqual(['spec.image a', 'f.g.h.version i']);
  });

  it.each(['', '.', 'a..b', '[].a', 'a.[]', 'a b', 'a[0]', '**', 'a.**', '**.**.a', 'a]', 'a\\'])('refuses %j as the path of a field', (path) => {
    expect(() => findImages('a: b', { imageFields: [{ path }] })).toThrow(refusal('IMAGE_FIELD_INVALID'));
  });

  it('takes the last of a key that an object has twice', () => {
    expect(findImages(`kind: A\nkind: Pod\nspec: ${pod('a')}`)).toMatchObject([{ object: { kind: 'Pod' } }]);
  });

  it('names an object that gets its name later, and two of one name in two namespaces', () => {
    const object = (metadata: string): string => `{kind: Pod, metadata: ${metadata}, spec: ${pod('a')}}`;

    expect(findImages(`${object('{generateName: x-}')}\n---\n${object('{name: a, namespace: b}')}\n---\n${object('{name: a, namespace: c}')}`).map((found) => found.object)).toEqual([
      { apiVersion: '', kind: 'Pod', generateName: 'x-' },
      { apiVersion: '', kind: 'Pod', namespace: 'b', name: 'a' },
      { apiVersion: '', kind: 'Pod', namespace: 'c', name: 'a' },
    ]);
  });
});

describe('findImages refuses', () => {
  it.each([
    ['YAML with an error', 'a: ['],
    ['an alias without an anchor', 'a: *b'],
    ['an alias in its own anchor', 'a: &a [*a]'],
    ['a control character', 'a: "\u0001"'],
    ['a line end that hides an image from one reader', '# a\u2028spec:\n'],
    ['a byte order mark inside', '---\n\ufeffspec:\n'],
    ['a lone carriage return', '# a\rspec:\n'],
    ['201 levels', `${'['.repeat(202)}${']'.repeat(202)}`],
    ['levels that exhaust the stack', '- '.repeat(100_000)],
    ['aliases that multiply', ['a0: &a0 [x]', ...Array.from({ length: 30 }, (_, level) => `a${level + 1}: &a${level + 1} [*a${level}, *a${level}]`)].join('\n')],
    ['a merge key after a key that it replaces for Go', 'x: &b {image: evil}\nspec: {containers: [{image: app, <<: *b}]}'],
    ['two merge keys', 'x: [&a {image: a}, &b {image: b}]\nspec: {containers: [{<<: *a, "c": d, <<: *b}]}'],
    ['the kind of an object from a merge key', 'x: &b {kind: Prometheus}\nobject: {<<: *b, apiVersion: monitoring.coreos.com/v1, spec: {image: a}}'],
    ['merge keys that multiply', ['a0: &a0 {x: y}', ...Array.from({ length: 30 }, (_, level) => `a${level + 1}: &a${level + 1} {<<: [*a${level}, *a${level}]}`)].join('\n')],
    ['aliases that nest', ['a0: &a0 [x]', ...Array.from({ length: 5000 }, (_, level) => `a${level + 1}: &a${level + 1} [*a${level}]`)].join('\n')],
  ])('%s', (_, text) => {
    expect(() => findImages(text)).toThrow(refusal('YAML_INVALID'));
  });

  it('more than 64 MiB, and more words than are parsed', { timeout: 60_000 }, () => {
    expect(() => findImages('#'.repeat(64 * 1024 * 1024 + 1))).toThrow(refusal('YAML_TOO_LARGE'));
    expect(() => findImages(`[${'[],'.repeat(1_500_000)}]`)).toThrow(refusal('YAML_TOO_LARGE'));
  });

  it('but not such line ends inside quotes, and no byte order mark before all', () => {
    expect(find(`\ufeffspec: ${pod('a')}`)).toEqual(['spec.containers.0.image a']);
    expect(find(`a: "x\u2028y"\nspec: ${pod('a')}`)).toEqual(['spec.containers.0.image a']);
  });

  it.each([
    '[', '- ', '{a: ', '? ', '&a ', '!a ', '*a ', '[]', '---\n', '%a\n', '...\n', '"', '"a"\n', "'a' ", '}', ']',
    'a: "b\n', 'a: 1\n', '- &a x\n', '- *a\n', '- a\n', ': ', 'a: |\n b\n', '#\n', 'a:\n', '? a\n', '&a\n', '"a": ', 'a: &a b\n', '!!str ',
  ])(
    'a text that repeats %j, or finds nothing in it, within time',
    { timeout: 20_000 },
    (piece) => {
      const started = performance.now();
      const text = `${piece.repeat(Math.floor((64 * 1024) / piece.length))}\n`;
      expect(outcome(text)).toSatisfy((found) => found instanceof SchemaError || (Array.isArray(found) && found.length === 0));
      expect(performance.now() - started).toBeLessThan(5000);
    },
  );

  it('nothing without saying why, for any text', () => {
    const pieces = fc.constantFrom('a', ': ', '- ', '\n', '  ', '&a ', '*a', '[', ']', '{', '}', ',', '|', '>', '"', "'", '#', '!!', '?', '---\n', '%', '<<', 'image', 'containers', '\r\n');
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: pieces, maxLength: 40 })), (text) => {
        expect(outcome(text)).toSatisfy((found) => found instanceof SchemaError || Array.isArray(found));
      }),
      { numRuns: 500 },
    );
  });
});

function outcome(text: string): unknown {
  try {
    return findImages(text);
  } catch (error) {
    return error;
  }
}
