/** The time, renewed often enough for what is drawn from it; stops when nothing is. */
export class Clock {
  now = $state(Date.now());

  constructor(everyMs: number) {
    $effect(() => {
      const timer = setInterval(() => (this.now = Date.now()), everyMs);
      return () => clearInterval(timer);
    });
  }
}
