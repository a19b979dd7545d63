/** How far a long piece of work has come: a bar in a terminal, a line now and then elsewhere. */

const WIDTH = 24;
const REDRAW_MS = 100;
const LINE_MS = 5000;

export interface ProgressOptions {
  /** Where it is shown; nothing is shown without one. */
  readonly stream: (NodeJS.WritableStream & { readonly isTTY?: boolean }) | undefined;
  readonly now?: () => number;
}

export class Progress {
  readonly #stream: ProgressOptions['stream'];
  readonly #now: () => number;
  #title = '';
  #total = 0;
  #done = 0;
  #begun = 0;
  #shown = 0;

  constructor({ stream, now = Date.now }: ProgressOptions) {
    this.#stream = stream;
    this.#now = now;
  }

  /** Begins a part of the work, of `total` steps. */
  start(title: string, total: number): void {
    this.#title = title;
    this.#total = total;
    this.#done = 0;
    this.#begun = this.#now();
    // A bar stands there at once; a line is written when there is something to say.
    this.#shown = this.#stream?.isTTY ? 0 : this.#begun;
    this.#show(false);
  }

  advance(steps: number): void {
    this.#done += steps;
    this.#show(false);
  }

  /** Ends the part. */
  finish(): void {
    this.#total = this.#done;
    this.#show(true);
  }

  #show(isLast: boolean): void {
    if (!this.#stream) return;
    const { isTTY = false } = this.#stream;
    const now = this.#now();
    if (!isLast && now - this.#shown < (isTTY ? REDRAW_MS : LINE_MS)) return;
    this.#shown = now;
    const end = isLast || !isTTY ? '\n' : '';
    this.#stream.write(`${isTTY ? '\r\u001B[K' : ''}${this.#line(now)}${end}`);
  }

  #line(now: number): string {
    const share = this.#total === 0 ? 1 : Math.min(1, this.#done / this.#total);
    const filled = Math.round(share * WIDTH);
    const bar = '█'.repeat(filled) + '░'.repeat(WIDTH - filled);
    const seconds = (now - this.#begun) / 1000;
    const rate = seconds > 0 ? Math.round(this.#done / seconds) : 0;
    const left =
      rate > 0 && share < 1 ? `, ${duration((this.#total - this.#done) / rate)} left` : '';
    const percent = `${Math.floor(share * 100)}%`.padStart(4);
    return `${this.#title.padEnd(10)} ${bar} ${percent}  ${rate.toLocaleString('en')}/s${left}`;
  }
}

/** Seconds as people say them. */
export function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
