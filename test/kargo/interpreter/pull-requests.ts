import { assertAhead, assertRelated, mergeBranch } from './git-host.ts';

/** A pull request as Kargo sees it. */
export interface PullRequest {
  readonly id: number;
  readonly url: string;
  readonly repoURL: string;
  readonly source: string;
  readonly target: string;
  readonly title: string;
  readonly state: 'open' | 'merged' | 'closed';
  /** That of the merge. */
  readonly commit?: string;
}

/** What a Git host knows besides the requests, asked each time that Kargo looks. */
export interface HostRules {
  /** What people have done with an open request by now. */
  readonly people?: (request: PullRequest) => PullRequest['state'];
  /** Whether the checks have passed that the target branch requires. */
  readonly checks?: (request: PullRequest) => boolean;
}

/** The pull requests of a Git host, which keeps them in memory and merges in the repository itself. */
export class PullRequests {
  readonly #all: PullRequest[] = [];
  readonly #people: NonNullable<HostRules['people']>;
  readonly #checks: NonNullable<HostRules['checks']>;

  constructor({ people = () => 'open', checks = () => true }: HostRules = {}) {
    this.#people = people;
    this.#checks = checks;
  }

  get all(): readonly PullRequest[] {
    return this.#all;
  }

  /** The open request from a branch to another. */
  find(source: string, target: string): PullRequest | undefined {
    return this.#all.find((request) => request.source === source && request.target === target && request.state === 'open');
  }

  /** @throws {Error} if the branches have no history in common, or the source brings no commit. */
  open(request: Pick<PullRequest, 'repoURL' | 'source' | 'target' | 'title'>): PullRequest {
    assertRelated(request.repoURL, request.source, request.target);
    assertAhead(request.repoURL, request.source, request.target);
    const id = this.#all.length + 1;
    const opened: PullRequest = { ...request, id, url: `${request.repoURL}/pull/${id}`, state: 'open' };
    this.#all.push(opened);
    return opened;
  }

  /** The request, after people have had their turn. */
  look(id: number): PullRequest {
    const request = this.#get(id);
    if (request.state !== 'open') return request;
    const state = this.#people(request);
    return state === 'merged' ? this.#merge(request) : this.#set({ ...request, state });
  }

  /**
   * Merges a request, where the rules of its target let it; else it stays open.
   * @throws {Error} where it is closed, or conflicts.
   */
  merge(id: number): PullRequest {
    const request = this.look(id);
    if (request.state === 'closed') throw new Error(`pull request ${id} is closed but not merged`);
    return request.state === 'open' && this.#checks(request) ? this.#merge(request) : request;
  }

  #merge(request: PullRequest): PullRequest {
    const { repoURL, source, target } = request;
    return this.#set({ ...request, state: 'merged', commit: mergeBranch(repoURL, source, target) });
  }

  #get(id: number): PullRequest {
    const request = this.#all[id - 1];
    if (request === undefined) throw new Error(`error getting pull request ${id}: 404 Not Found`);
    return request;
  }

  #set(request: PullRequest): PullRequest {
    this.#all[request.id - 1] = request;
    return request;
  }
}
