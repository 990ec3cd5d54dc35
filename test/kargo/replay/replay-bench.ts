import { createHash } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import type { FreightImage, TargetFreight } from '../interpreter/expression/freight-functions.ts';
import { CapsuleShelf, type OtherRegistry } from './capsule-shelf.ts';
import { GitopsRepository } from './gitops.ts';
import type { Hosts } from './originals.ts';
import { type Replay, replay, type ReplayOptions } from './replay.ts';
import type { Scenario } from './scenarios.ts';

/** What differs from one promotion to the next. */
export interface PromoteOptions extends Partial<Omit<ReplayOptions, 'directory' | 'project' | 'stage' | 'warehouse' | 'tasks'>> {
  readonly serviceUrl?: string;
}

/** A scenario with a registry that holds the release, and a GitOps repository. */
export class ReplayBench implements AsyncDisposable {
  readonly scenario: Scenario;
  readonly shelf: CapsuleShelf;
  readonly gitops: GitopsRepository;
  readonly #directory: string;

  private constructor(directory: string, scenario: Scenario, shelf: CapsuleShelf) {
    this.#directory = directory;
    this.scenario = scenario;
    this.shelf = shelf;
    const { main, branches } = scenario;
    this.gitops = new GitopsRepository(mkdtempSync(join(directory, 'gitops-')), { main: main(shelf), branches });
  }

  static async open(directory: string, scenario: Scenario, registry?: OtherRegistry): Promise<ReplayBench> {
    return new ReplayBench(directory, scenario, await CapsuleShelf.open(directory, scenario.shelf, registry));
  }

  /** The Freight that the Warehouse makes of the release. */
  get freight(): TargetFreight {
    return this.freightOf({});
  }

  /** The same, with another image or another capsule. */
  freightOf({ image, capsule }: { readonly image?: Partial<FreightImage>; readonly capsule?: Partial<FreightImage> }): TargetFreight {
    const { app, capsuleRepository } = this.shelf;
    const images = [
      { ...app.image, ...image },
      { repoURL: capsuleRepository, tag: app.tag, digest: app.descriptor.digest, ...capsule },
    ];
    const { name, holds } = this.scenario.warehouse;
    const held = { images, image: images.slice(0, 1), capsule: images.slice(1) };
    return { name: freightName(name, held[holds]), origin: name, images: held[holds] };
  }

  /** Promotes to a Stage. */
  promote(stage: string, { serviceUrl, freight = this.freight, ...rest }: PromoteOptions = {}): Promise<Replay> {
    const { scenario, shelf, gitops } = this;
    const { capsuleRepository } = shelf;
    const hosts: Hosts = { gitopsUrl: gitops.url, capsuleRepository, ...(serviceUrl !== undefined && { serviceUrl }) };
    const tasks = scenario.tasks?.(hosts) ?? [];
    const manifests = { stage: scenario.stage(stage, hosts), warehouse: scenario.warehouseManifest(hosts), tasks };
    return replay({ directory: this.#directory, project: scenario.project, ...manifests, freight, ...rest });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.shelf[Symbol.asyncDispose]();
  }
}

/** Source: Kargo v1.11.2, pkg/api/freight.go, GenerateFreightID. */
function freightName(warehouse: string, images: readonly FreightImage[]): string {
  const parts = images.map(({ repoURL, tag, digest }) => `${repoURL}:${tag}@${digest}`).toSorted();
  return createHash('sha1').update(`Warehouse/${warehouse}:${parts.join('|')}`).digest('hex');
}
