import fc from 'fast-check';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PromoteError } from '../errors.ts';
import { openHelm } from './helm-renderer.ts';
import { openKustomize } from './kustomize-renderer.ts';
import { readVersion } from './program-version.ts';
import { type ProgramFolder, programFolder } from './testing/node-program.ts';

let folder: ProgramFolder;
let temporaryDirectory: string;
beforeEach(() => {
  folder = programFolder();
  temporaryDirectory = join(folder.path, 'tmp');
  mkdirSync(temporaryDirectory);
});
afterEach(() => folder[Symbol.dispose]());

describe('readVersion', () => {
  it.each([
    ['kustomize', 'v5.8.2\n', '5.8.2'],
    ['kustomize', '{Version:kustomize/v5.7.1 GitCommit:1a2b}\n', '5.7.1'],
    ['helm', 'v4.3', '4.3'],
    ['helm', 'v3.18.0-rc.1+g123', '3.18.0-rc.1'],
  ] as const)('reads of %s %j the version %s', (name, printed, version) => {
    expect(readVersion(name, printed, '/bin/program')).toBe(version);
  });

  it.each([
    ['kustomize', 'v5.6.0'],
    ['kustomize', 'v6.0.0'],
    ['kustomize', '(devel)'],
    ['helm', 'v3.17.4'],
    ['helm', 'v5.0.0'],
    ['helm', 'v2.99.9'],
    ['helm', ''],
  ] as const)('refuses %s %j, and says which version is taken and where to get it', (name, printed) => {
    expect(() => readVersion(name, printed, '/bin/program')).toThrow(
      expect.objectContaining({ code: 'RENDERER_UNAVAILABLE', hint: expect.stringMatching(/^Install \w+ >=.*https:.*--(helm|kustomize) PATH/) }),
    );
  });

  it('reads or refuses whatever is printed', () => {
    fc.assert(
      fc.property(fc.string(), (printed) => {
        try {
          expect(readVersion('helm', printed, '/bin/helm')).toMatch(/^[34]\.\d/);
        } catch (error) {
          if (!(error instanceof PromoteError)) throw error;
        }
      }),
    );
  });
});

const says = (version: string): string => `
if (process.argv[2] === 'version') console.log(${JSON.stringify(version)});
else setTimeout(() => console.log(JSON.stringify([process.argv.slice(2), process.env, process.cwd()])), 50);`;

describe('openHelm', () => {
  it('finds the first program on the search path, and leaves out relative directories', async () => {
    const path = folder.write('helm', says('v4.1.0'));

    expect(await openHelm({ searchPath: `.:relative:/nowhere:${folder.path}`, temporaryDirectory })).toMatchObject({ name: 'helm', version: '4.1.0', path });
  });

  it('renders with the versions and values that are given, without tests, in a home of its own that is gone afterwards', async () => {
    const helm = await openHelm({ given: folder.write('my-helm', says('v3.18.0')), temporaryDirectory });
    const { text } = await helm.render({ directory: '/chart', kubeVersion: '1.34.0', apiVersions: ['a/v1'], values: ['/v.yaml'], namespace: 'n' });
    const [args, env, cwd] = JSON.parse(text);

    expect(args.join(' ')).toBe('template release /chart --include-crds --skip-tests --kube-version 1.34.0 --api-versions a/v1 --values /v.yaml --namespace n');
    expect(Object.entries<string>(env).filter(([, value]) => !value.startsWith(temporaryDirectory))).toEqual([['HELM_NO_PLUGINS', '1'], ['GIT_CONFIG_NOSYSTEM', '1']]);
    expect(env.HOME).toBe(cwd);
    expect(readdirSync(temporaryDirectory)).toEqual([]);
  });

  it.each([
    ['is not there', () => ({ given: join(folder.path, 'none') })],
    ['is a directory', () => ({ given: folder.path })],
    ['is on no search path', () => ({ searchPath: folder.path })],
    ['is not given by an absolute path', () => ({ given: 'helm' })],
  ])('says so where the program %s', async (_what, options) => {
    await expect(openHelm({ ...options(), temporaryDirectory })).rejects.toMatchObject({
      code: 'RENDERER_UNAVAILABLE',
      hint: expect.stringContaining('https://helm.sh'),
    });
  });
});

describe('openKustomize', () => {
  const request = { directory: '/package', kubeVersion: '1.34.0' };

  it('asks for Helm only where a chart is inflated', async () => {
    const helm = await openHelm({ given: folder.write('my-helm', says('v4.1.0')), temporaryDirectory });
    const kustomize = await openKustomize({ given: folder.write('my-kustomize', says('v5.8.0')), helm, temporaryDirectory });
    const argumentsOf = async (inflatesCharts: boolean): Promise<string> => JSON.parse((await kustomize.render({ ...request, inflatesCharts })).text)[0].join(' ');

    expect(await argumentsOf(false)).toBe('build /package --load-restrictor LoadRestrictionsRootOnly');
    expect(await argumentsOf(true)).toBe(
      `build /package --load-restrictor LoadRestrictionsRootOnly --enable-helm --helm-command ${helm.path} --helm-kube-version 1.34.0`,
    );
  });

  it('says that Helm is missing where a chart is inflated without it', async () => {
    const kustomize = await openKustomize({ given: folder.write('my-kustomize', says('v5.7.1')), temporaryDirectory });

    await expect(kustomize.render({ ...request, inflatesCharts: true })).rejects.toMatchObject({ code: 'RENDERER_UNAVAILABLE', hint: expect.stringContaining('Install helm') });
  });

  it('says that kustomize 5.7 cannot run Helm 4', async () => {
    const helm = await openHelm({ given: folder.write('my-helm', says('v4.1.0')), temporaryDirectory });
    const kustomize = await openKustomize({ given: folder.write('my-kustomize', says('v5.7.1')), helm, temporaryDirectory });

    await expect(kustomize.render({ ...request, inflatesCharts: true })).rejects.toMatchObject({ code: 'RENDERER_UNAVAILABLE', hint: expect.stringContaining('5.8') });
  });

  it.each([
    ['refuses the package', "console.error('no such file'); process.exit(1)", /no such file/],
    ['prints other bytes than UTF-8', 'process.stdout.write(Buffer.from([0xff]))', /not UTF-8/],
  ])('reports a program that %s', async (_what, lines, message) => {
    const given = folder.write('kustomize', `if (process.argv[2] === 'version') { console.log('v5.8.2'); process.exit(0) }\n${lines}`);
    const kustomize = await openKustomize({ given, temporaryDirectory });

    await expect(kustomize.render(request)).rejects.toMatchObject({ code: 'RENDER_FAILED', message: expect.stringMatching(message) });
  });
});
