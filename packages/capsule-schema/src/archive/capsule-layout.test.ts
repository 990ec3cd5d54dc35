import { describe, expect, it } from 'vitest';
import { exampleRecord } from '../testing/records.ts';
import { refusal } from '../testing/refusal.ts';
import { checkLayout, type LayoutFile, metadataPaths } from './capsule-layout.ts';

const record = exampleRecord();
const metadata = ['metadata/provenance.json', 'metadata/sbom.json', 'metadata/source-proof.json'];
const whole = ['release.yaml', ...metadata, 'package/kustomize/base/kustomization.yaml'];

function plain(paths: readonly string[]): readonly LayoutFile[] {
  return paths.map((path) => ({ path, executable: false }));
}

function without(path: string): readonly string[] {
  return whole.filter((other) => other !== path);
}

describe('checkLayout', () => {
  it('takes the record, its metadata and a package, in any order', () => {
    expect(() => checkLayout(plain(whole), record)).not.toThrow();
    expect(() => checkLayout(plain(whole.toReversed()), record)).not.toThrow();
  });

  it('takes no source proof where the record names none', () => {
    const { provenancePath, sbomPath } = record.metadata;
    const bare = exampleRecord({ metadata: { provenancePath, sbomPath } });
    expect(metadataPaths(bare)).toEqual(['metadata/provenance.json', 'metadata/sbom.json']);
    expect(() => checkLayout(plain(without('metadata/source-proof.json')), bare)).not.toThrow();
    expect(() => checkLayout(plain(whole), bare)).toThrow(refusal('ARCHIVE_LAYOUT'));
  });

  it('takes an executable in the package, and nowhere else', () => {
    for (const path of whole) {
      const files = plain(whole).map((file) => ({ ...file, executable: file.path === path }));
      if (path.startsWith('package/')) expect(() => checkLayout(files, record)).not.toThrow();
      else expect(() => checkLayout(files, record)).toThrow(refusal('ARCHIVE_LAYOUT'));
    }
  });

  it.each(whole)('refuses an archive without %s', (path) => {
    expect(() => checkLayout(plain(without(path)), record)).toThrow(refusal('ARCHIVE_LAYOUT'));
  });

  it.each([
    'README.md',
    'release.yml',
    'metadata/more.json',
    'metadata/provenance.json/x',
    'package/helm/Chart.yaml',
    'package/kustomize',
    'package/kustomize-evil/a',
    'package/a',
    'package/kustomiz/a',
    'Release.yaml',
    'release.yaml',
    'kustomization.yaml',
  ])('refuses %s beside the rest', (path) => {
    expect(() => checkLayout(plain([...whole, path]), record)).toThrow(refusal('ARCHIVE_LAYOUT'));
  });
});
