import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DomainError } from '../../src/service/errors.ts';
import type { PictureProcessor } from '../../src/service/ports.ts';
import { codeOf, refusal } from '../kit/domain-errors.ts';
import { MemoryObjectStore } from '../kit/memory-object-store.ts';
import { anyPicture, type Member, startServices, type TestServices } from '../kit/services.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);

/** Uploads a "picture" made of this text. */
const upload = ({ pictures }: TestServices, { viewer }: Member, text: string) =>
  pictures.replace(viewer, async () => bytesOf(text));

/** The text of somebody's picture. */
async function pictureOf({ pictures }: TestServices, { user }: Member): Promise<string> {
  return new TextDecoder().decode(await (await pictures.find(user.id)).bytes());
}

/** The texts of all files in a store. */
const filesIn = ({ objects }: MemoryObjectStore) =>
  [...objects.values()].map((bytes) => new TextDecoder().decode(bytes)).sort();

describe('a profile picture', () => {
  test('is stored as the processor made it', async (t) => {
    const disk = new MemoryObjectStore();
    const processor: PictureProcessor = {
      ...anyPicture,
      makeSafe: async () => ({
        bytes: bytesOf('safe'),
        contentType: 'image/png',
        extension: 'png',
      }),
    };
    const services = await startServices(t, { objectStores: [disk], processor });
    const ada = await services.join('Ada');

    await upload(services, ada, 'unsafe');

    const picture = await services.pictures.find(ada.user.id);
    assert.equal(picture.contentType, 'image/png');
    assert.deepEqual(filesIn(disk), ['safe']);
    assert.equal(await pictureOf(services, ada), 'safe');
  });

  test('has the content type of its kind', async (t) => {
    for (const [extension, contentType] of [
      ['jpg', 'image/jpeg'],
      ['png', 'image/png'],
      ['webp', 'image/webp'],
    ] as const) {
      const processor: PictureProcessor = {
        ...anyPicture,
        makeSafe: async (bytes) => ({ bytes, contentType, extension }),
      };
      const services = await startServices(t, { processor });
      const ada = await services.join('Ada');
      await upload(services, ada, 'picture');
      assert.equal((await services.pictures.find(ada.user.id)).contentType, contentType);
    }
  });

  test('is known in the database by store and key', async (t) => {
    const s3 = new MemoryObjectStore('s3');
    const services = await startServices(t, { objectStores: [s3] });
    const ada = await services.join('Ada');
    await upload(services, ada, 'picture');
    const { profile_picture: object } = await services.users.find(ada.user.id);
    assert.deepEqual(
      [...s3.objects.keys()].map((key) => `s3:${key}`),
      [object],
    );
  });

  test('takes the place of the old one, which is deleted', async (t) => {
    const disk = new MemoryObjectStore();
    const services = await startServices(t, { objectStores: [disk] });
    const ada = await services.join('Ada');
    await upload(services, ada, 'old');
    const old = await services.pictures.find(ada.user.id);

    await upload(services, ada, 'new');

    const { version } = await services.pictures.find(ada.user.id);
    assert.notEqual(version, old.version);
    assert.equal(await pictureOf(services, ada), 'new');
    assert.deepEqual(filesIn(disk), ['new']);
    await assert.rejects(old.bytes(), refusal('picture_not_found'));
  });

  test('leaves those of others alone', async (t) => {
    const services = await startServices(t);
    const [ada, bob] = [await services.join('Ada'), await services.join('Bob')];
    await upload(services, ada, 'of Ada');
    await upload(services, bob, 'of Bob');
    await upload(services, bob, 'of Bob again');
    assert.equal(await pictureOf(services, ada), 'of Ada');
    assert.equal(await pictureOf(services, bob), 'of Bob again');
  });

  test('is not found where there is none, or nobody', async (t) => {
    const { join, pictures } = await startServices(t);
    const { user } = await join('Ada');
    await assert.rejects(pictures.find(user.id), refusal('picture_not_found'));
    await assert.rejects(pictures.find(12_345), refusal('user_not_found'));
  });

  test('has the address that its store gives it', async (t) => {
    class AddressedStore extends MemoryObjectStore {
      override async address(key?: string): Promise<undefined> {
        return `https://cdn.example/${key}` as unknown as undefined;
      }
    }
    const services = await startServices(t, { objectStores: [new AddressedStore('s3')] });
    const ada = await services.join('Ada');
    await upload(services, ada, 'picture');
    const picture = await services.pictures.find(ada.user.id);
    assert.equal(await picture.address(), `https://cdn.example/${picture.version}`);
  });
});

describe('after a change of store', () => {
  test('old pictures are still found, and deleted where they are when new ones come', async (t) => {
    const [disk, s3] = [new MemoryObjectStore('disk'), new MemoryObjectStore('s3')];
    const services = await startServices(t, { objectStores: [disk, s3] });
    const ada = await services.join('Ada');
    await s3.put('old.jpg', bytesOf('old'));
    await services.store.write((tx) =>
      services.model.users.update(tx, ada.user.id, { profile_picture: 's3:old.jpg' }, 0),
    );
    assert.equal(await pictureOf(services, ada), 'old');

    await upload(services, ada, 'new');

    assert.equal(await pictureOf(services, ada), 'new');
    assert.deepEqual([filesIn(disk), filesIn(s3)], [['new'], []]);
  });
});

describe('an upload is refused, and leaves nothing behind,', () => {
  test('when it is no picture', async (t) => {
    const disk = new MemoryObjectStore();
    const processor: PictureProcessor = {
      ...anyPicture,
      makeSafe: () => Promise.reject(new DomainError('picture_unsupported')),
    };
    const services = await startServices(t, { objectStores: [disk], processor });
    const ada = await services.join('Ada');
    await assert.rejects(upload(services, ada, 'text'), refusal('picture_unsupported'));
    assert.deepEqual(filesIn(disk), []);
    await assert.rejects(services.pictures.find(ada.user.id), refusal('picture_not_found'));
  });

  test('when the client goes away', async (t) => {
    const disk = new MemoryObjectStore();
    const services = await startServices(t, { objectStores: [disk], pictureQueue: 1 });
    const ada = await services.join('Ada');
    const aborted = services.pictures.replace(ada.viewer, () =>
      Promise.reject(new Error('the client has gone away')),
    );
    await assert.rejects(aborted, /gone away/);
    assert.deepEqual(filesIn(disk), []);

    await upload(services, ada, 'second try');
    assert.equal(await pictureOf(services, ada), 'second try');
  });

  test('when too many are under way, before it is received', async (t) => {
    const services = await startServices(t, { pictureQueue: 1 });
    const [ada, grace] = [await services.join('Ada'), await services.join('Grace')];
    const { promise: sent, resolve: send } = Promise.withResolvers<Uint8Array>();
    const underWay = services.pictures.replace(ada.viewer, () => sent);

    const other = services.pictures.replace(grace.viewer, async () => assert.fail('was received'));
    await assert.rejects(other, refusal('busy'));

    send(bytesOf('picture'));
    await underWay;
    assert.equal(await codeOf(upload(services, grace, 'later')), undefined);
  });

  test('when it is the third of one user, who takes no place from the others', async (t) => {
    const services = await startServices(t, { pictureQueue: 3 });
    const [ada, grace] = [await services.join('Ada'), await services.join('Grace')];
    const { promise: sent, resolve: send } = Promise.withResolvers<Uint8Array>();
    const underWay = [1, 2].map(() => services.pictures.replace(ada.viewer, () => sent));

    const third = services.pictures.replace(ada.viewer, async () => assert.fail('was received'));
    await assert.rejects(third, refusal('busy'));
    assert.equal(await codeOf(upload(services, grace, 'at the same time')), undefined);

    send(bytesOf('picture'));
    await Promise.all(underWay);
    assert.equal(await codeOf(upload(services, ada, 'later')), undefined);
  });
});

describe('uploads at once', () => {
  test('of one user leave exactly one file, which is his picture', async (t) => {
    const disk = new MemoryObjectStore();
    const services = await startServices(t, { objectStores: [disk] });
    const ada = await services.join('Ada');
    await Promise.all(['a', 'b'].map((text) => upload(services, ada, text)));
    assert.deepEqual(filesIn(disk), [await pictureOf(services, ada)]);
  });

  test('are decoded two at a time', async (t) => {
    let decoding = 0;
    const seen: number[] = [];
    const processor: PictureProcessor = {
      ...anyPicture,
      makeSafe: async (bytes, side) => {
        seen.push((decoding += 1));
        await new Promise(setImmediate);
        decoding -= 1;
        return anyPicture.makeSafe(bytes, side);
      },
    };
    const services = await startServices(t, { processor });
    const people = await Promise.all(['Ada', 'Grace', 'Linus', 'Ken', 'Bob'].map(services.join));
    await Promise.all(people.map((person) => upload(services, person, 'picture')));
    assert.equal(seen.length, 5);
    assert.equal(Math.max(...seen), 2);
  });
});
