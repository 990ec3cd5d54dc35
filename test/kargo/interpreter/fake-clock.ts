/** A clock that moves only when a promotion waits. */
export class FakeClock {
  now = 0;
  readonly waits: number[] = [];

  wait(milliseconds: number): void {
    this.waits.push(milliseconds);
    this.now += milliseconds;
  }
}
