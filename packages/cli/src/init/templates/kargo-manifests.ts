import type { PackageKind } from '@release-capsule/schema';
import { version } from '../../version.ts';
import { usualEntry } from '../entry-candidates.ts';
import type { InitAnswers, KargoAnswers } from '../init-answers.ts';
import type { InitFile } from '../init-file.ts';
import { yamlScalar } from './yaml-scalar.ts';

/** The folder of the manifests, from the root of the repository. */
export const kargoFolder = 'kargo';

/** What the tasks and the Warehouse come from: a Kustomize component of this version of the project. */
const component = `https://github.com/release-capsule/release-capsule//deploy/kargo/release-capsule?ref=release-capsule@${version}`;
const componentWarehouse = 'capsules';

/**
 * Writes the manifests that a team owns: its project, three settings and its stages. Warehouse and tasks come from the
 * component, which fills the settings in.
 * Source: deploy/kargo; docs.kargo.io v1.11, "Working with Stages" and "Promotion Tasks".
 */
export function kargoManifests(answers: InitAnswers): readonly InitFile[] {
  const { packageKind, kargo } = answers;
  if (kargo === undefined) return [];
  const render = renderStep(kargo, packageKind);
  return [
    { path: `${kargoFolder}/kustomization.yaml`, text: kustomization(kargo) },
    { path: `${kargoFolder}/project.yaml`, text: project(kargo) },
    { path: `${kargoFolder}/settings.yaml`, text: settings(answers, kargo) },
    { path: `${kargoFolder}/stages.yaml`, text: kargo.stages.map((_stage, at) => stage(kargo, at, render)).join('---\n') },
  ];
}

function kustomization({ warehouse }: KargoAnswers): string {
  const rename = [
    'patches:',
    `  - target: { kind: Warehouse, name: ${componentWarehouse} }`,
    '    options: { allowNameChange: true }',
    `    patch: '[{ "op": "replace", "path": "/metadata/name", "value": ${JSON.stringify(warehouse)} }]'`,
  ];
  return lines(
    'apiVersion: kustomize.config.k8s.io/v1beta1',
    'kind: Kustomization',
    'resources: [project.yaml, settings.yaml, stages.yaml]',
    'sortOptions: { order: fifo } # the Project makes the namespace of everything else',
    'components:',
    `  - ${component}`,
    ...(warehouse === componentWarehouse ? [] : rename),
  );
}

function project({ project: name, stages }: KargoAnswers): string {
  return lines(
    'apiVersion: kargo.akuity.io/v1alpha1',
    'kind: Project',
    `metadata: { name: ${yamlScalar(name)} }`,
    '---',
    'apiVersion: kargo.akuity.io/v1alpha1',
    'kind: ProjectConfig',
    `metadata: { name: ${yamlScalar(name)} }`,
    'spec:',
    '  promotionPolicies:',
    `    - { stageSelector: { name: ${yamlScalar(stages[0] ?? '')} }, autoPromotionEnabled: true }`,
  );
}

function settings({ name, capsule, image }: InitAnswers, { gitopsRepo }: KargoAnswers): string {
  return lines(
    'apiVersion: v1',
    'kind: ConfigMap',
    'metadata:',
    '  name: release-capsule',
    '  annotations: { config.kubernetes.io/local-config: "true" }',
    'data:',
    `  app: ${yamlScalar(name)}`,
    `  capsuleRepo: ${yamlScalar(capsule)}`,
    `  gitopsRepo: ${yamlScalar(gitopsRepo)}`,
    `  imageRepo: ${yamlScalar(image)}`,
  );
}

const approvedVariable = '      vars: [{ name: approved, value: "${{ freightMetadata(ctx.targetFreight.name)?.approved }}" }]';

/** The stage that opens a pull request for the one after it. */
export const reviewStage = 'review';

function stage({ warehouse, stages }: KargoAnswers, at: number, rendered: string): string {
  const [before, name = '', after] = [stages[at - 1], stages[at], stages[at + 1]];
  const isReview = name === reviewStage && after !== undefined;
  const verify = '        - { as: capsule, task: { name: capsule-verify } }';
  const deployed = '        - { as: deployed, task: { name: check-deployed } }';
  return lines(
    'apiVersion: kargo.akuity.io/v1alpha1',
    'kind: Stage',
    `metadata: { name: ${yamlScalar(name)} }`,
    'spec:',
    ...requestedFreight(warehouse, before),
    '  promotionTemplate:',
    '    spec:',
    ...(isReview ? [`      vars: [{ name: deployment, value: ${yamlScalar(after)} }, { name: pullRequest, value: "\${{ true }}" }]`] : []),
    // What the pull request merged is rendered already: it is verified once more, as it was approved, and must be what is there.
    ...(before === reviewStage ? [approvedVariable] : []),
    '      steps:',
    verify,
    before === reviewStage ? deployed : rendered,
    ...(isReview ? ['        - { as: approval, task: { name: await-approval } }'] : []),
  );
}

/** Were it promoted to by itself, a stage would follow the one before it, and not take what is newest of all that was there once. */
function requestedFreight(warehouse: string, before: string | undefined): readonly string[] {
  const request = `  requestedFreight: [{ origin: { kind: Warehouse, name: ${yamlScalar(warehouse)} }, sources: { `;
  if (before === undefined) return [`${request}direct: true } }]`];
  return [`${request}stages: [${yamlScalar(before)}],`, '    autoPromotionOptions: { selectionPolicy: MatchUpstream } } }]'];
}

function renderStep({ entry = usualEntry }: KargoAnswers, kind: PackageKind): string {
  const variables = entry === usualEntry ? '' : `, vars: [{ name: entry, value: ${yamlScalar(entry)} }]`;
  return `        - { as: render, task: { name: render-${kind} }${variables} }`;
}

function lines(...texts: readonly string[]): string {
  return `${texts.join('\n')}\n`;
}
