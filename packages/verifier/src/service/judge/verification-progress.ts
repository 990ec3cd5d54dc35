import type { VerdictReport } from '../../findings/report.ts';
import type { VerifyOptions, VerifyStep } from '../../verify/verify-options.ts';

const stepTexts: Readonly<Record<VerifyStep, string>> = {
  manifest: 'the capsule was looked up',
  signature: 'signatures were looked for',
  image: 'the application image was looked at',
  layer: 'the layer was fetched and its content judged',
};

/** Follows a verification, so that what it has found is not lost where somebody cannot wait for its end. */
export class VerificationProgress {
  readonly #repository: string;
  #step = 'it waited for its turn: as many verifications are running as may';
  #reportSoFar: ((why: string) => VerdictReport) | undefined;

  constructor(repository: string) {
    this.#repository = repository;
  }

  /** What the verification is told, to be followed. */
  get options(): Pick<VerifyOptions, 'onProgress' | 'onBegun'> {
    return {
      onProgress: (step) => void (this.#step = `${stepTexts[step]}, in ${this.#repository}`),
      onBegun: (reportSoFar) => void (this.#reportSoFar = reportSoFar),
    };
  }

  /** What is being done: `while ...`. */
  get during(): string {
    return `while ${this.#step}`;
  }

  /** Reports what was found until now; nothing where the verification has not begun. */
  soFar(): VerdictReport | undefined {
    return this.#reportSoFar?.(`the time was up ${this.during}`);
  }
}
