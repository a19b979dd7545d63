/** Pictures: chosen, dropped, pasted; uploaded with progress; shown. */
import type { Locator, Page } from '@playwright/test';
import { join } from '../kit/server.ts';
import { expect, test } from '../kit/test.ts';

/** A picture of noise is large however it is packed: its progress can be seen. */
const DRAW = `async (width, height) => {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  const image = context.createImageData(width, height);
  for (let i = 0; i < image.data.length; i += 65536)
    crypto.getRandomValues(image.data.subarray(i, i + 65536));
  context.putImageData(image, 0, 0);
  return canvas.convertToBlob({ type: 'image/png' });
}`;

/** Drawn on the page, where it is used. */
const noise = (page: Page, width: number, height: number) =>
  page.evaluateHandle<DataTransfer>(`(${DRAW})(${width}, ${height}).then((blob) => {
    const data = new DataTransfer();
    data.items.add(new File([blob], 'noise.png', { type: 'image/png' }));
    return data;
  })`);

/** Chooses a large picture. */
async function choose(page: Page): Promise<void> {
  const data = await noise(page, 900, 700);
  await page.locator('input[type=file]').evaluate((input, { files }) => {
    (input as HTMLInputElement).files = files;
    input.dispatchEvent(new Event('change', { bubbles: true }));
  }, data);
}

/** Hands a small picture over. */
async function handOver(page: Page, target: Locator, how: 'drop' | 'paste'): Promise<void> {
  const data = await noise(page, 40, 30);
  await target.evaluate(
    (element, [data, how]) => {
      const options = { bubbles: true, cancelable: true };
      element.dispatchEvent(
        how === 'drop'
          ? new DragEvent('drop', { ...options, dataTransfer: data })
          : new ClipboardEvent('paste', { ...options, clipboardData: data }),
      );
    },
    [data, how] as const,
  );
}

/** So slow that an upload of noise takes a second or so. */
async function slowDown(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 0,
    downloadThroughput: -1,
    uploadThroughput: 1_500_000,
  });
}

test('a picture is uploaded with progress, described, and shown', async ({ server, openAs }) => {
  const ada = await join(server.url, 'Ada', 'ada');
  const page = await openAs(ada);
  await page.goto('/home');
  await slowDown(page);
  await choose(page);
  await expect(page.getByRole('progressbar')).toBeVisible();
  await page.getByLabel('Describe the picture').fill('Nothing but noise');
  await page.getByPlaceholder('What is on your mind?').fill('Look at this');
  const send = page.getByRole('button', { name: 'Tweet', exact: true });
  await expect(send).toBeEnabled();
  await send.click();
  const picture = page.getByRole('article').getByRole('button', {
    name: 'Open the picture: Nothing but noise',
  });
  await picture.click();
  await expect(page.getByRole('dialog').getByAltText('Nothing but noise')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('pictures are dropped and pasted, at most four', async ({ server, openAs }) => {
  const ada = await join(server.url, 'Ada', 'ada');
  const page = await openAs(ada);
  await page.goto('/home');
  const box = page.getByPlaceholder('What is on your mind?');
  const uploads = page.getByRole('button', { name: 'Remove the picture' });
  for (const [how, count] of [
    ['drop', 1],
    ['paste', 2],
    ['drop', 3],
    ['paste', 4],
  ] as const) {
    await handOver(page, box, how);
    await expect(uploads).toHaveCount(count);
  }
  await expect(page.getByRole('button', { name: 'Add pictures' })).toBeDisabled();
  await handOver(page, box, 'drop');
  await expect(page.getByText('At most 4 pictures.')).toBeVisible();
  await uploads.first().click();
  await expect(uploads).toHaveCount(3);
  const send = page.getByRole('button', { name: 'Tweet', exact: true });
  await expect(send).toBeEnabled();
  await send.click();
  await expect(
    page.getByRole('article').getByRole('button', { name: /^Open the picture/ }),
  ).toHaveCount(3);
});
