import { hash as bcrypt, verify as bcryptVerify } from '@node-rs/bcrypt';
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { describe, test } from 'node:test';
import { PasswordHasher } from '../../src/service/passwords.ts';
import { codeOf, refusal } from '../kit/domain-errors.ts';
import { CHEAP_HASHES } from '../kit/services.ts';

const cheapHasher = () => new PasswordHasher(CHEAP_HASHES);

/** Whether `attempt` opens what was locked with `password`. */
async function opens(password: string, attempt: string): Promise<boolean> {
  const hasher = cheapHasher();
  return hasher.verify(attempt, await hasher.hash(password));
}

describe('a password', () => {
  test('opens what it has locked', async () => {
    assert.equal(await opens('correct horse', 'correct horse'), true);
  });

  test('is the only one that does', async () => {
    for (const wrong of ['correct hors', 'Correct horse', 'correct horse ', '']) {
      assert.equal(await opens('correct horse', wrong), false);
    }
  });

  test('counts in full after the 72 bytes that bcrypt reads', async () => {
    const long = 'x'.repeat(72);
    assert.equal(await opens(`${long}a`, `${long}b`), false);
    assert.equal(await opens(`${long}a`, `${long}a`), true);
    assert.equal(await opens('비밀번호'.repeat(64), `${'비밀번호'.repeat(63)}비밀번후`), false);
  });

  test('counts in full after a NUL', async () => {
    assert.equal(await opens('before\0after', 'before\0other'), false);
    assert.equal(await opens('before\0after', 'before'), false);
    assert.equal(await opens('before\0after', 'before\0after'), true);
  });

  test('is the same in NFC and NFD, as keyboards differ', async () => {
    assert.equal(
      await opens('비밀번호 café'.normalize('NFC'), '비밀번호 café'.normalize('NFD')),
      true,
    );
    assert.equal(
      await opens('비밀번호 café'.normalize('NFD'), '비밀번호 café'.normalize('NFC')),
      true,
    );
  });

  test('is not the same in full-width letters', async () => {
    assert.equal(await opens('password', 'ｐａｓｓｗｏｒｄ'), false);
  });

  test('opens nothing where nothing is stored, for nobody is there', async () => {
    assert.equal(await cheapHasher().verify('correct horse', undefined), false);
  });
});

describe('what is stored', () => {
  test('is bcrypt over base64(HMAC-SHA-384), marked with its scheme', async () => {
    const stored = await cheapHasher().hash('cafe\u0301');
    const [scheme, hash = ''] = stored.split(/:(.*)/s);
    const prehash = createHmac('sha384', 'minitter-password-v1').update('café').digest('base64');
    assert.equal(scheme, 'minitter-v1');
    assert.equal(await bcryptVerify(prehash, hash), true);
  });

  test('differs each time, by its salt', async () => {
    const hasher = cheapHasher();
    assert.notEqual(await hasher.hash('correct horse'), await hasher.hash('correct horse'));
  });

  test('has the cost that was asked for, and is up to date', async () => {
    const hasher = new PasswordHasher({ ...CHEAP_HASHES, cost: 5 });
    const stored = await hasher.hash('correct horse');
    assert.match(stored, /^minitter-v1:\$2[aby]\$05\$/);
    assert.equal(hasher.isOutdated(stored), false);
  });

  test('is outdated once more work is asked for, and not when less is', async () => {
    const stored = await new PasswordHasher({ ...CHEAP_HASHES, cost: 5 }).hash('correct horse');
    assert.equal(new PasswordHasher({ ...CHEAP_HASHES, cost: 6 }).isOutdated(stored), true);
    assert.equal(new PasswordHasher({ ...CHEAP_HASHES, cost: 10 }).isOutdated(stored), true);
    assert.equal(new PasswordHasher({ ...CHEAP_HASHES, cost: 4 }).isOutdated(stored), false);
  });

  test('still opens after more work is asked for', async () => {
    const stored = await cheapHasher().hash('correct horse');
    const dearer = new PasswordHasher({ ...CHEAP_HASHES, cost: 5 });
    assert.equal(await dearer.verify('correct horse', stored), true);
  });
});

describe("the course's own hash", () => {
  // From the test vectors of Python's bcrypt and of crypt_blowfish.
  const theirs = [
    ['Kk4DQuMMfZL9o', '$2b$04$cVWp4XaNU8a4v1uMRum2SO026BWLIoQMD/TXg5uZV.0P.uO8m3YEm'],
    ['U*U', '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'],
  ] as const;
  for (const [password, stored] of theirs) {
    test(`${stored.slice(0, 4)} is accepted and outdated, whatever its cost`, async () => {
      const hasher = cheapHasher();
      assert.equal(await hasher.verify(password, stored), true);
      assert.equal(await hasher.verify(`${password}x`, stored), false);
      assert.equal(hasher.isOutdated(stored), true);
    });
  }

  test('is over the raw UTF-8 of the password', async () => {
    assert.equal(await cheapHasher().verify('비밀번호', await bcrypt('비밀번호', 4)), true);
  });
});

describe('the queue of password hashes', () => {
  const hashAtOnce = (hasher: PasswordHasher, times: number) =>
    Promise.all(Array.from({ length: times }, () => codeOf(hasher.hash('correct horse'))));

  test('has no more at work than there are workers', async () => {
    const hasher = new PasswordHasher({ cost: 4, workers: 2, queue: 0 });
    assert.deepEqual(await hashAtOnce(hasher, 3), [undefined, undefined, 'busy']);
  });

  test('turns away what is more than workers and waiting room hold', async () => {
    const hasher = new PasswordHasher({ cost: 4, workers: 1, queue: 2 });
    assert.deepEqual(await hashAtOnce(hasher, 4), [undefined, undefined, undefined, 'busy']);
  });

  test('turns away a log-in of somebody and of nobody alike', async () => {
    const hasher = new PasswordHasher({ cost: 4, workers: 1, queue: 0 });
    const stored = await hasher.hash('correct horse');
    await hasher.verify('correct horse', stored);

    const atWork = hasher.hash('correct horse');
    await assert.rejects(hasher.verify('correct horse', stored), refusal('busy'));
    await assert.rejects(hasher.verify('correct horse', undefined), refusal('busy'));
    await atWork;
  });

  test('is none the worse for a first log-in that was turned away', async () => {
    const hasher = new PasswordHasher({ cost: 4, workers: 1, queue: 0 });
    const atWork = hasher.hash('correct horse');
    await assert.rejects(hasher.verify('correct horse', undefined), refusal('busy'));

    assert.equal(await hasher.verify('correct horse', await atWork), true);
  });
});
