import { type ForeignMapping, isForeignMapping } from '../yaml/parse-foreign-yaml.ts';
import { forEachEntry, reportUnreadable } from './check-path.ts';
import { type FoundField, fieldsOf } from './folded-mapping.ts';
import { joinPath } from './package-tree.ts';
import type { ReferenceScope } from './reference-scope.ts';
import { resolvePath } from './resolve-path.ts';
import { fieldIn } from './transformer-fields.ts';

/** Texts that become arguments of helm, in the newer and the deprecated spelling. */
const argumentFields = [
  'name',
  'chartName',
  'version',
  'chartVersion',
  'repo',
  'chartRepoUrl',
  'chartRepoName',
  'releaseName',
  'releaseNamespace',
  'namespace',
  'nameTemplate',
  'kubeVersion',
];

const argumentLists = ['apiVersions'];
const valuesFiles = ['valuesFile', 'values'];

/** What configures Helm, its plugins among it, or what kustomize before v5 handed to the machine as it stood. */
const machineFields = ['configHome', 'helmHome', 'helmBin', 'extraArgs'];

// It becomes a part of file names and of arguments. Helm takes no other name for a chart.
const plainChartName = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/**
 * Checks what a chart entry hands to the `helm` command: a text that begins with "-" would be an option, such as one
 * that fetches values or runs a post-renderer; a name template that Helm evaluates can read the environment.
 * Source: kustomize v5, api/types/helmchartargs.go, `AsHelmArgs`; api/internal/builtins/HelmChartInflationGenerator.go.
 */
export function checkHelmArguments(scope: ReferenceScope, owner: string, chart: ForeignMapping): void {
  for (const key of argumentFields) {
    for (const found of fieldsOf(chart, key)) checkArgument(scope, fieldIn(owner, found.name), found.value);
  }
  for (const key of argumentLists) {
    for (const { name, value } of fieldsOf(chart, key)) {
      forEachEntry(scope, fieldIn(owner, name), value, (field, entry) => checkArgument(scope, field, entry));
    }
  }
  for (const { name, value } of fieldsOf(chart, 'nameTemplate')) {
    if (typeof value !== 'string' || !value.includes('{{')) continue;
    reportUnreadable(scope, fieldIn(owner, name), 'a name that Helm evaluates can read the environment');
  }
  for (const key of ['name', 'chartName']) {
    for (const { name, value } of fieldsOf(chart, key)) checkChartName(scope, fieldIn(owner, name), value);
  }
  checkValuesFiles(scope, owner, chart);
}

/** Checks that nothing tells Helm where its configuration lies: plugins, which are code, lie beside it. */
export function checkHelmHome(scope: ReferenceScope, owner: string, globals: unknown): void {
  if (!isForeignMapping(globals)) return reportUnreadable(scope, owner, 'it should be a mapping');
  for (const key of machineFields) {
    for (const { name, value } of fieldsOf(globals, key)) {
      if (value === '') continue;
      reportUnreadable(scope, fieldIn(owner, name), 'it changes what Helm runs; leave it to the one who renders');
    }
  }
}

function checkArgument(scope: ReferenceScope, field: string, value: unknown): void {
  if (typeof value !== 'string') return reportUnreadable(scope, field, 'it should be text');
  if (value.startsWith('-')) reportUnreadable(scope, field, 'it begins with "-", so that Helm takes it for an option');
}

function checkChartName(scope: ReferenceScope, field: string, value: unknown): void {
  if (typeof value !== 'string' || value.startsWith('-') || plainChartName.test(value)) return;
  // A path that leads out of the package is reported as what it is.
  if (!value.split('/').includes('..')) reportUnreadable(scope, field, "a chart's name is letters, digits, '.', '_' and '-'");
}

function checkValuesFiles(scope: ReferenceScope, owner: string, chart: ForeignMapping): void {
  for (const key of valuesFiles) {
    for (const found of fieldsOf(chart, key)) checkValuesFile(scope, fieldIn(owner, found.name), found);
  }
  for (const { name, value } of fieldsOf(chart, 'additionalValuesFiles')) {
    if (!Array.isArray(value)) continue; // reported where its paths are checked
    value.forEach((entry, index) => checkValuesFile(scope, `${fieldIn(owner, name)}[${index}]`, { name, value: entry }));
  }
}

// helm's `--values` takes several files in one argument, split as a line of CSV: "a,/etc/passwd" is a file of the
// package to kustomize, and two files to Helm.
function checkValuesFile(scope: ReferenceScope, field: string, { value }: FoundField): void {
  if (typeof value !== 'string') return; // reported where paths are checked
  const resolved = resolvePath(scope.directory, value);
  const whole = resolved.inside ? resolved.path : joinPath(scope.directory, value);
  if (/[,"\n]/.test(whole)) reportUnreadable(scope, field, 'its path holds a comma, a quote or a line break');
}
