import type { Store } from '../../src/model/database.ts';

/** A store with some methods of its own. */
export function storeWith(store: Store, own: Partial<Store>): Store {
  return {
    dialect: store.dialect,
    reader: store.reader,
    readRows: (statement) => store.readRows(statement),
    write: (unit) => store.write(unit),
    writeOne: (build) => store.writeOne(build),
    executeDdl: (sql) => store.executeDdl(sql),
    now: () => store.now(),
    watch: (changed) => store.watch(changed),
    hearTouched: (hear) => store.hearTouched(hear),
    missing: () => store.missing(),
    queues: store.queues,
    close: () => store.close(),
    ...own,
  };
}
