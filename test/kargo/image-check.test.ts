import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { digestOf } from '../releases/release.ts';
import { workspaceRoot } from '../rules/source-files.ts';
import { evaluateExpression } from './interpreter/expression/evaluate-expression.ts';
import { readTask } from './interpreter/manifest.ts';

interface Output {
  readonly name: string;
  readonly fromExpression: string;
}

/** The expressions by which a task reads what was rendered. */
function checkOf(task: string): readonly Output[] {
  const text = readFileSync(join(workspaceRoot, `deploy/kargo/release-capsule/${task}.yaml`), 'utf8');
  return readTask(text).steps.find((step) => step.as === 'images')?.config?.['outputs'] as readonly Output[];
}

const check = checkOf('render-kustomize');
const repository = 'ghcr.io/acme/web';
const digest = digestOf('a');
const pinned = `${repository}@${digest}`;

/** What the check finds in a text, for a release whose image the package calls `web`, too. */
function found(text: string): Readonly<Record<string, unknown>> {
  const released = 'ghcr[.]io/acme/web(:[A-Za-z0-9_][A-Za-z0-9_.-]*)?@' + digest;
  const values = { data: { text, names: 'web|acme/tools:v1[.]0|ghcr[.]io/acme/web', released, digest } };
  return Object.fromEntries(check.map(({ name, fromExpression }) => [name, evaluateExpression(fromExpression, { values })]));
}

test('both tasks read what was rendered in the same way', () => {
  expect(check.map(({ name }) => name)).toEqual(['isThere', 'others']);
  expect(checkOf('render-helm')).toEqual(check);
});

describe('the check of what was rendered', () => {
  test.each([
    `image: ${pinned}`, `  - image: "${pinned}"`, `image: '${repository}:v1@${digest}'\n`, `{name: a, image: ${pinned}}`,
    `{"image": "${pinned}", "name": "a"}`, `{"image":"${pinned}"}`, `initImage: ${pinned} # a comment`, `imageName: ${pinned}`, `reference: ${pinned}`,
  ])('finds the released image in %s', (text) => {
    expect(found(text)).toEqual({ isThere: true, others: '' });
  });

  test.each([
    ['image: web', 'web'], ['image: "web:1.0"', 'web:1.0'], [`image: web@${digestOf('b')}`, `web@${digestOf('b')}`], ['image: acme/tools:v1.0', 'acme/tools:v1.0'],
    [`image: ${repository}`, repository], [`{"image":"${repository}:1"}`, `${repository}:1}`], [`image: ${pinned}:1`, `${pinned}:1`],
    [`image: ${repository}:${digest}`, `${repository}:${digest}`], [`image: docker.io/${pinned}`, `docker.io/${pinned}`], [`spec:\n  imageName: web\n`, 'web'],
    ['image: docker.io/acme/tools:v1.0', 'docker.io/acme/tools:v1.0'], ['image: docker.io/library/web', 'docker.io/library/web'],
    ['image: >-\n  web:1', '>-'], ['image: !!str web:1', '!!str web:1'], ['image: *x', '*x'], ['image: &x web', '&x web'],
    [`image: ${repository}:1@${digest}0`, `${repository}:1@${digest}0`], [`baseImage: web`, 'web'],
  ])('finds what would run instead in %s', (text, other) => {
    expect(found(`image: ${pinned}\n${text}`)).toEqual({ isThere: true, others: other });
    expect(found(text)['isThere']).toBe(false);
  });

  test.each(['image: webs', 'image: acme/web', 'image: acme/tools:v1-0', 'image: acme/tools', 'image: ghcrxio/acme/web', 'name: web', 'image:\n  repository: web', 'image: ""'])(
    'leaves %j to others',
    (text) => {
      expect(found(text)).toEqual({ isThere: false, others: '' });
    },
  );

  test('finds each of the image’s names, under any tag, wherever it stands between the images of others', () => {
    const tag = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,20}$/);
    const quote = fc.constantFrom('"', "'", '');
    const others = fc.array(fc.constantFrom('busybox:1.37', 'acme/tools:v2.0', 'quay.io/acme/web:1', 'webs'));
    fc.assert(
      fc.property(tag, quote, others, others, fc.constantFrom('web', repository), (version, mark, before, after, name) => {
        const image = `${name}:${version}`;
        const text = [...before, pinned, image, ...after].map((each) => `- name: a\n  image: ${mark}${each}${mark}\n`).join('');
        expect(found(text)).toEqual({ isThere: true, others: image });
      }),
    );
  });
});
