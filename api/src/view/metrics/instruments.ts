import { RequestCounts } from './requests.ts';
import { Times } from './times.ts';

/** What is counted while the server runs, where somebody reads the metrics. */
export class Instruments {
  readonly requests = new RequestCounts();
  readonly reads = new Times();
  readonly writes = new Times();

  /** What the database tells its times to. */
  readonly database = {
    read: (ms: number) => this.reads.add(ms),
    write: (ms: number) => this.writes.add(ms),
  };
}
