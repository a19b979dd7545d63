import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import { type Store, StoreUnavailable } from '../../src/model/database.ts';
import { refusal } from '../kit/domain-errors.ts';
import { MINUTE } from '../kit/fake-clock.ts';
import { MemoryObjectStore } from '../kit/memory-object-store.ts';
import { type ServicesOptions, startServices } from '../kit/services.ts';
import { storeWith } from '../kit/store-with.ts';

type Write = Store['write'];

/** A store of files that lets something happen right after a file was stored, or before it is deleted. */
class EventfulStore extends MemoryObjectStore {
  afterPut: () => Promise<void> | void = () => {};
  beforeDelete: (key: string) => void = () => {};

  override async put(key: string, bytes: Uint8Array): Promise<void> {
    await super.put(key, bytes);
    await this.afterPut();
  }

  override async delete(key: string): Promise<void> {
    this.beforeDelete(key);
    await super.delete(key);
  }
}

/** Ada, whose picture is "old", and a database and a file store that can be made to fail. */
async function withPicture(t: TestContext, options: ServicesOptions = {}) {
  const disk = new EventfulStore();
  let write: ((real: Write) => Write) | undefined;
  const wrapStore = (store: Store) =>
    storeWith(store, {
      write: (unit) => {
        const real: Write = (unit) => store.write(unit);
        return (write?.(real) ?? real)(unit);
      },
    });
  const services = await startServices(t, { objectStores: [disk], wrapStore, ...options });
  const ada = await services.join('Ada');
  const upload = (text: string) =>
    services.pictures.replace(ada.viewer, async () => new TextEncoder().encode(text));
  await upload('old');
  return {
    ...services,
    ada,
    disk,
    upload,
    sweep: () => services.files.sweep(),
    /** Puts something in place of `store.write`; undefined mends it. */
    setWrite: (replacement: typeof write) => {
      write = replacement;
    },
    files: () => [...disk.objects.values()].map((bytes) => new TextDecoder().decode(bytes)).sort(),
    picture: async () =>
      new TextDecoder().decode(await (await services.pictures.find(ada.user.id)).bytes()),
  };
}

const isAway: Write = () => Promise.reject(new StoreUnavailable(new Error('gone')));

describe('the old picture stays, and nothing of the new one,', () => {
  test('when the file cannot be stored', async (t) => {
    const { disk, upload, files, picture } = await withPicture(t);
    disk.failNextPut = true;
    await assert.rejects(upload('new'), /the line broke/);
    assert.equal(await picture(), 'old');
    assert.deepEqual(files(), ['old']);
  });

  test('when the database fails just as the picture is put to use', async (t) => {
    const { disk, upload, files, picture, setWrite } = await withPicture(t);
    let failures = 1;
    disk.afterPut = () => setWrite((real) => ((failures -= 1) >= 0 ? isAway : real));
    await assert.rejects(upload('new'), StoreUnavailable);
    assert.equal(await picture(), 'old');
    assert.deepEqual(files(), ['old']);
  });

  test('when the database fails and comes back after ten minutes', async (t) => {
    const { disk, upload, files, picture, setWrite, clock, sweep } = await withPicture(t);
    disk.afterPut = () => setWrite(() => isAway);
    await assert.rejects(upload('new'), StoreUnavailable);

    setWrite(undefined);
    clock.pass(10 * MINUTE);
    await sweep();

    assert.equal(await picture(), 'old');
    assert.deepEqual(files(), ['old']);
  });

  test('when the server dies between storing the file and putting it to use', async (t) => {
    const { disk, upload, files, picture, clock, sweep } = await withPicture(t);
    const { promise: stored, resolve: isStored } = Promise.withResolvers<void>();
    disk.afterPut = () => {
      isStored();
      return new Promise<never>(() => {});
    };
    void upload('new');
    await stored;

    clock.pass(10 * MINUTE - 1);
    await sweep();
    assert.deepEqual(files(), ['new', 'old'], 'it might still be put to use');
    clock.pass(1);
    await sweep();
    assert.deepEqual(files(), ['old']);
    assert.equal(await picture(), 'old');
  });

  test('when storing it took so long that somebody has swept it meanwhile', async (t) => {
    const { disk, upload, files, picture, clock, sweep } = await withPicture(t);
    // Swept before the slow store has written the file, so there was nothing to delete.
    disk.put = async (key, bytes) => {
      clock.pass(11 * MINUTE);
      await sweep();
      disk.objects.set(key, bytes.slice());
    };
    await assert.rejects(upload('new'));
    assert.equal(await picture(), 'old');
    clock.pass(11 * MINUTE);
    await sweep();
    assert.deepEqual(files(), ['old']);
  });
});

test('nothing is left of an upload whose user was deleted meanwhile', async (t) => {
  const { disk, upload, files, store, ada, clock, sweep } = await withPicture(t);
  await store.write((tx) =>
    tx.updateTable('users').set({ profile_picture: null }).where('id', '=', ada.user.id).execute(),
  );
  disk.objects.clear();
  disk.afterPut = async () => {
    await store.write((tx) => tx.deleteFrom('users').where('id', '=', ada.user.id).execute());
  };
  await assert.rejects(upload('new'), refusal('token_invalid'));
  clock.pass(10 * MINUTE);
  await sweep();
  assert.deepEqual(files(), []);
});

test('a picture that was put to use is kept, although the database could not say so', async (t) => {
  const { disk, upload, files, picture, setWrite, clock, sweep } = await withPicture(t);
  let answers = 1;
  disk.afterPut = () =>
    setWrite((real) => async (unit) => {
      const answer = await real(unit);
      if ((answers -= 1) >= 0) throw new StoreUnavailable(new Error('the answer was lost'));
      return answer;
    });
  await assert.rejects(upload('new'), StoreUnavailable);
  clock.pass(10 * MINUTE);
  await sweep();

  assert.equal(await picture(), 'new');
  assert.deepEqual(files(), ['new']);
});

describe('a file that cannot be deleted', () => {
  test('does not fail the upload, and is deleted by and by', async (t) => {
    const { disk, upload, files, picture, clock, sweep } = await withPicture(t);
    disk.beforeDelete = () => {
      throw new Error('the file is held by somebody');
    };
    await upload('new');
    assert.equal(await picture(), 'new');
    assert.deepEqual(files(), ['new', 'old']);

    disk.beforeDelete = () => {};
    clock.pass(10 * MINUTE);
    await sweep();
    assert.deepEqual(files(), ['new']);
  });

  test('does not keep others from being deleted', async (t) => {
    const { disk, upload, files, clock, sweep } = await withPicture(t);
    const [stuck] = disk.objects.keys();
    disk.beforeDelete = (key) => {
      if (key === stuck) throw new Error('the file is held by somebody');
    };
    await upload('second');
    clock.pass(1);
    await upload('third');
    clock.pass(10 * MINUTE);
    await sweep();
    assert.deepEqual(files(), ['old', 'third']);
  });

  test('because its store is configured no more does not keep others from being deleted', async (t) => {
    const { upload, files, store, model, ada, clock, sweep } = await withPicture(t);
    await store.write((tx) =>
      model.users.update(tx, ada.user.id, { profile_picture: 's3:elsewhere.jpg' }, clock.now()),
    );
    await upload('second');
    clock.pass(1);
    await upload('third');
    await sweep();
    // "old" is none of theirs: the row that named it was changed past the service.
    assert.deepEqual(files(), ['old', 'third']);
  });
});
