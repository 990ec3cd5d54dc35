import { createHash } from 'node:crypto';
import { compareUtf8 } from '@release-capsule/schema';
import type { Freight, FreightArtifact, FreightChart, FreightCommit, FreightImage } from './freight.ts';
import { kargoChartName } from './kargo-chart-name.ts';
import { kargoGitUrl } from './kargo-git-url.ts';

/**
 * Recomputes the name that Kargo gives a Freight: the SHA-1 of its origin and of what it holds, sorted, in hexadecimal.
 * Undefined where an address in it is too odd to be sure of Kargo's form.
 * Source: Kargo v1.11.2, pkg/api/freight.go, `GenerateFreightID`; with the subscription names that later versions add.
 */
export function freightName(freight: Freight): string | undefined {
  const parts: string[] = [...freight.images.map(imagePart), ...freight.artifacts.map(artifactPart)];
  for (const part of [...freight.commits.map(commitPart), ...freight.charts.map(chartPart)]) {
    if (part === undefined) return undefined;
    parts.push(part);
  }
  const origin = `${freight.origin?.kind ?? ''}/${freight.origin?.name ?? ''}`;
  const text = `${origin}:${parts.sort(compareUtf8).join('|')}`;
  return createHash('sha1').update(text).digest('hex');
}

function imagePart({ repoURL, tag = '', digest = '', subscriptionName }: FreightImage): string {
  return named(`${repoURL}:${tag}@${digest}`, subscriptionName);
}

function commitPart({ repoURL = '', id = '', tag, subscriptionName }: FreightCommit): string | undefined {
  const address = kargoGitUrl(repoURL);
  if (address === undefined) return undefined;
  return named(tag === undefined ? `${address}:${id}` : `${address}:${tag}:${id}`, subscriptionName);
}

function chartPart({ repoURL = '', name = '', version = '', subscriptionName }: FreightChart): string | undefined {
  const path = kargoChartName(repoURL, name);
  return path === undefined ? undefined : named(`${path}:${version}`, subscriptionName);
}

function artifactPart({ artifactType = '', subscriptionName = '', version = '' }: FreightArtifact): string {
  return `${artifactType}:${subscriptionName}:${version}`;
}

function named(part: string, subscriptionName: string | undefined): string {
  return subscriptionName === undefined ? part : `${part}:${subscriptionName}`;
}
