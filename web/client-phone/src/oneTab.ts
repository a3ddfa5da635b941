/**
 * One phone in many tabs: the tab that holds the lock is the phone, the others say so and offer to take it over.
 * Without Web Locks (pages that are no secure context, where no microphone is given either) every tab is the phone.
 */
export class OneTab {
  #release: (() => void) | null = null;
  #waiting: AbortController | null = null;

  constructor(
    private readonly name: string,
    private readonly hooks: { mine(): void; elsewhere(): void },
  ) {}

  /** Becomes the phone as soon as no other tab is. */
  join(): void {
    if (!navigator.locks) {
      this.hooks.mine();
      return;
    }
    // A reload meets the lock of the page before it for a moment: do not flash "elsewhere" at once.
    const patience = setTimeout(() => this.hooks.elsewhere(), 400);
    this.#waiting = new AbortController();
    const signal = this.#waiting.signal;
    signal.addEventListener('abort', () => clearTimeout(patience));
    this.#hold({ signal }, () => clearTimeout(patience));
  }

  /** Becomes the phone now; the tab that was it hears `elsewhere`. */
  takeOver(): void {
    this.leave();
    if (navigator.locks) this.#hold({ steal: true }, () => {});
    else this.hooks.mine();
  }

  leave(): void {
    this.#waiting?.abort();
    this.#waiting = null;
    this.#release?.();
    this.#release = null;
  }

  #hold(options: LockOptions, got: () => void): void {
    let held = false;
    navigator.locks
      .request(this.name, options, () => {
        held = true;
        got();
        this.hooks.mine();
        return new Promise<void>((resolve) => (this.#release = resolve));
      })
      .catch(() => {
        // Stolen by another tab: wait until that one is closed.
        if (held) {
          this.#release = null;
          this.hooks.elsewhere();
          this.#waiting = new AbortController();
          this.#hold({ signal: this.#waiting.signal }, () => {});
        }
      });
  }
}
