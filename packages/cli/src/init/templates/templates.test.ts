import fc from 'fast-check';
import { parseYaml } from '@release-capsule/schema';
import { describe, expect, test } from 'vitest';
import { checks } from '../check-answers.ts';
import { ciIdentity, type CiIdentity, hostingOf } from '../hosting.ts';
import type { InitAnswers } from '../init-answers.ts';
import { makeFiles } from '../make-files.ts';
import { yamlScalar } from './yaml-scalar.ts';

const read = (text: string): unknown => parseYaml(Buffer.from(text), { what: 'the file', maxBytes: 64 * 1024 });

/** Texts that mean something to YAML, to a shell, to GitHub's expressions or to GitLab's. */
const hostile = [
  "'", '"', ':', ': ', '#', ' #', '\n', '- ', '{', '}', '${{ secrets.A }}', '$(id)', '`id`',
  '&a', '*a', '!x', '|', '%', '@', '\\', '\u0085', '\u2028', '\uFEFF', 'é', '0x1', '1e3', 'no', '~', '---',
];
const hostileText = fc.array(fc.oneof(fc.constantFrom(...hostile), fc.string({ maxLength: 4, unit: 'grapheme' })), { maxLength: 6 }).map((parts) => parts.join(''));

describe('a YAML scalar', () => {
  test('is read as the text that it was made of, whatever that is', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(read(`a: ${yamlScalar(text)}\nb: [${yamlScalar(text)}]\nc: { d: ${yamlScalar(text)} }\n`)).toEqual({ a: text, b: [text], c: { d: text } });
      }),
    );
  });

  const doubtful = ['yes', 'NO', 'on', 'y', 'null', 'true', '1.5', '0o7', '.inf', '2026-01-02', '~', '', 'a: b', 'a #b', '- a', '12:30:45'];

  test.each(doubtful)('is quoted where it could be taken for something else: %j', (text) => {
    expect(yamlScalar(text)).toBe(JSON.stringify(text));
  });

  test.each(['main', 'ghcr.io/example/app', 'https://github.com/example/app', 'localhost:5000/app', 'release-1.2'])('is plain where people expect it: %s', (text) => {
    expect(yamlScalar(text)).toBe(text);
  });
});

const branches = ['main', "it's", 'a"b', 'feature/#1', "'''", 'a$(id)', '`id`', '%E2', 'a{b}', 'ümläut', 'on'];
const branch = fc.oneof(fc.constantFrom(...branches), hostileText).filter(isValid(checks.branch));
const paths = ['.', 'k8s/kustomize', "it's/a: b", 'a #b', '${{ github.token }}'];
const packagePath = fc.oneof(fc.constantFrom(...paths), hostileText).filter(isValid(checks.packagePath));
const path = fc.constantFrom('example/app', 'Group/sub/app.x', "o'brien/app", 'a%0Ab/app', '$(id)/app', '${{ x }}/app');
const name = fc.constantFrom('app', 'on', '1', 'no', 'a.b_c-d', '0x1');

const entryInPackage = fc.constantFrom('base', '.', 'overlays/no', 'on', '1.0');

const nothing = { include: [], exclude: [], allow: { references: [], secretValues: [] } };
const something = { references: ['https://example.com/${{ x }}'], secretValues: ['a#Secret/{{ x }}/p'] };

const answers: fc.Arbitrary<InitAnswers> = fc
  .record({
    branch,
    packagePath,
    path,
    name,
    entry: entryInPackage,
    ci: fc.constantFrom('github', 'gitlab'),
    host: fc.constantFrom('github.com', 'gitlab.com', 'git.example.com:8443'),
    packageKind: fc.constantFrom('kustomize', 'helm'),
    isKeyless: fc.boolean(),
    mode: fc.constantFrom('enforce', 'audit'),
  } as const)
  .map(({ path: at, host, isKeyless, entry, ...rest }) => {
    const { href } = new URL(`https://${host}/${at}`);
    return {
      ...rest,
      selection: rest.name === 'on' ? { include: [rest.packagePath, '**/*.yaml'], exclude: ['a: b #c'], allow: something } : nothing,
      image: 'ghcr.io/example/app',
      imageName: rest.name,
      capsule: rest.name === '1' ? 'registry.example.com:5000/app' : 'ghcr.io/example/app-capsule',
      repoURL: href,
      signing: isKeyless ? { kind: 'keyless', identity: ciIdentity(rest.ci, hostingOf(href), rest.branch) } : { kind: 'key' },
      kargo: { project: rest.name.replaceAll(/[._]/g, '-'), warehouse: 'on', stages: ['no', 'review', '1'], gitopsRepo: href, entry },
    } satisfies InitAnswers;
  });

describe('the files of a set-up', () => {
  test('say exactly what was answered, whatever that is', () => {
    fc.assert(
      fc.property(answers, (given) => {
        const files = filesOf(given);

        expect(files['capsule.yaml']).toMatchObject({
          name: given.name,
          package: { kind: given.packageKind, from: given.packagePath, ...(given.selection !== nothing && patternsOf(given)) },
          ...(given.selection !== nothing && { allow: given.selection.allow }),
          image: { repository: given.image },
          capsule: { repository: given.capsule },
        });
        expect(files['capsule-policy.yaml']).toMatchObject({
          mode: given.mode,
          capsule: { name: given.name, signers: [given.signing.kind === 'key' ? { key: 'cosign.pub' } : { keyless: signerOf(given.signing.identity, given.ci) }] },
          source: { repository: given.repoURL, path: given.packagePath, ...(given.selection !== nothing && patternsOf(given)) },
        });
        expect(files['kargo/settings.yaml']).toMatchObject({ data: { app: given.name, capsuleRepo: given.capsule, gitopsRepo: given.repoURL, imageRepo: given.image } });
        expect(entryOf(files)).toBe(given.kargo?.entry);
        expect(conditionOf(files, given)).toBe(given.branch);
      }),
    );
  });

  // Source: docs.github.com, "Events that trigger workflows"; docs.gitlab.com, "Predefined CI/CD variables", CI_PIPELINE_SOURCE.
  const events = {
    github: [
      'branch_protection_rule', 'check_run', 'check_suite', 'create', 'delete', 'deployment', 'deployment_status', 'discussion', 'fork', 'gollum', 'issue_comment',
      'issues', 'label', 'merge_group', 'page_build', 'public', 'pull_request', 'pull_request_review', 'pull_request_review_comment', 'pull_request_target', 'push',
      'registry_package', 'release', 'repository_dispatch', 'schedule', 'status', 'watch', 'workflow_dispatch', 'workflow_run',
    ],
    gitlab: [
      'api', 'chat', 'external', 'external_pull_request_event', 'merge_request_event', 'ondemand_dast_scan', 'parent_pipeline', 'pipeline', 'push', 'schedule',
      'security_orchestration_policy', 'trigger', 'web', 'webide',
    ],
  };

  test.each([
    ['github', ['push', 'schedule', 'workflow_dispatch']],
    ['gitlab', ['push', 'schedule', 'web']],
  ] as const)('hold a job at %s that runs for the events that the policy lists, and for no other', (ci, expected) => {
    const given = fc.sample(answers.filter((one) => one.ci === ci && one.signing.kind === 'keyless'), 1).map(filesOf);
    const files = given[0] ?? {};
    const condition = textAt(ci === 'github' ? files['.github/workflows/capsule.yml'] : files['.gitlab/capsule.yml'], ci === 'github' ? ['jobs', 'release', 'if'] : ['capsule', 'rules', '0', 'if']);
    const runsFor = (event: string): boolean => {
      const [, list = '[]'] = /fromJSON\('([^']*)'\), github\.event_name\)/.exec(condition) ?? [];
      const [, pattern = '^$'] = /\$CI_PIPELINE_SOURCE =~ \/(.*?)\/ && /.exec(condition) ?? [];
      return ci === 'github' ? JSON.parse(list).includes(event) : new RegExp(pattern).test(event);
    };

    expect(events[ci].filter(runsFor)).toEqual(expected);
    expect(JSON.stringify(files['capsule-policy.yaml'])).toContain(`"trigger":${JSON.stringify(expected)}`);
  });

  // Source: docs.gitlab.com, "CI/CD YAML syntax reference", of GitLab 18: keywords of a job, and of each below them.
  const keywords = {
    '': ['stage', 'image', 'rules', 'id_tokens', 'variables', 'script'],
    rules: ['if'],
    id_tokens: ['SIGSTORE_ID_TOKEN'],
    SIGSTORE_ID_TOKEN: ['aud'],
    variables: ['REGISTRY', 'REGISTRY_USERNAME', 'REGISTRY_PASSWORD'],
  };

  test('hold a GitLab job of keywords that GitLab knows', () => {
    const known = new Map<string, readonly string[]>(Object.entries(keywords));
    fc.assert(
      fc.property(answers, (given) => {
        const { capsule: job, ...others } = Object(filesOf({ ...given, ci: 'gitlab' })['.gitlab/capsule.yml']);
        expect(others).toEqual({});
        expect(keysBelow(job).filter(([at, key]) => known.get(at)?.includes(key) !== true)).toEqual([]);
      }),
    );
  });

  test('hold no script but the ones of this project: nothing that was answered reaches a shell', () => {
    const scripts = new Set<string>();
    fc.assert(fc.property(answers, (given) => scriptsOf(filesOf(given)).forEach((script) => scripts.add(script))));

    expect([...scripts].filter((script) => script.includes('${{'))).toEqual([]);
    expect(scripts.size).toBe(9); // GitHub: install, log in; GitLab: log in, copy, install; both: release in two ways
  });
});

/** What the policy asks of the certificate: what the job of that system will state. */
function signerOf({ triggers: trigger, github, ...who }: CiIdentity, ci: InitAnswers['ci']): object {
  return { ...who, [ci]: { ...github, trigger } };
}

function patternsOf({ selection: { include, exclude } }: InitAnswers): object {
  return { include, exclude };
}

const locked = { state: 'locked', integrity: `sha512-${'A'.repeat(86)}==` } as const;

type Files = Readonly<Record<string, unknown>>;

function filesOf(given: InitAnswers): Files {
  return Object.fromEntries(
    makeFiles(given, locked).map(({ path: at, text }) => [at, text.includes('\n---\n') ? text.split('---\n').map(read) : read(text)]),
  );
}

/** What the Stages render; `base` where they leave it to the task. */
function entryOf(files: Files): string {
  return textAt(files['kargo/stages.yaml'], ['0', 'spec', 'promotionTemplate', 'spec', 'steps', '1', 'vars', '0', 'value']) || 'base';
}

/** The branch that a job's condition names, as the language of the condition reads it. */
function conditionOf(files: Files, { ci }: InitAnswers): string | undefined {
  if (ci === 'github') {
    const condition = textAt(files['.github/workflows/capsule.yml'], ['jobs', 'release', 'if']);
    const [, literal] = /^contains\(fromJSON\('\["push","schedule","workflow_dispatch"\]'\), github\.event_name\) && github\.ref == '(.*)'$/s.exec(condition) ?? [];
    expect(literal?.replaceAll("''", '')).not.toContain("'");
    return literal?.replaceAll("''", "'").replace('refs/heads/', '');
  }
  const rule = textAt(files['.gitlab/capsule.yml'], ['capsule', 'rules', '0', 'if']);
  const [, , literal] = /^\$CI_PIPELINE_SOURCE =~ \/\^\(push\|schedule\|web\)\$\/ && \$CI_COMMIT_BRANCH == (["'])(.*)\1$/s.exec(rule) ?? [];
  return literal;
}

function textAt(value: unknown, keys: readonly string[]): string {
  const text = keys.reduce<unknown>((at, key) => (typeof at === 'object' && at !== null ? Object.entries(at).find(([found]) => found === key)?.[1] : undefined), value);
  return typeof text === 'string' ? text : '';
}

/** Every key of a tree, with the key that it stands below. */
function keysBelow(value: unknown, at = ''): readonly (readonly [at: string, key: string])[] {
  if (Array.isArray(value)) return value.flatMap((item) => keysBelow(item, at));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => [[at, key] as const, ...keysBelow(item, key)]);
}

function scriptsOf(value: unknown, key = ''): readonly string[] {
  if (typeof value === 'string') return key === 'run' || key === 'script' ? [value] : [];
  if (Array.isArray(value)) return value.flatMap((item) => scriptsOf(item, key));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([inner, item]) => scriptsOf(item, inner));
}

function isValid(check: (text: string) => unknown): (text: string) => boolean {
  return (text) => {
    try {
      check(text);
      return true;
    } catch {
      return false;
    }
  };
}
