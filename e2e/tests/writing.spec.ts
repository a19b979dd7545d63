/** Writing: what is counted, kept, taken back, sent with pictures. */
import { join, post, tweet } from '../kit/server.ts';
import { expect, test } from '../kit/test.ts';

/** A picture of noise is large however it is packed: its progress can be seen. */
const DRAW = `async () => {
  const canvas = new OffscreenCanvas(900, 700);
  const context = canvas.getContext('2d');
  const image = context.createImageData(900, 700);
  for (let i = 0; i < image.data.length; i += 65536)
    crypto.getRandomValues(image.data.subarray(i, i + 65536));
  context.putImageData(image, 0, 0);
  const blob = await canvas.convertToBlob({ type: 'image/png' });
  return Array.from(new Uint8Array(await blob.arrayBuffer()));
}`;

test('characters are counted as people count them, and too many cannot be sent', async ({
  server,
  openAs,
}) => {
  const ada = await join(server.url, 'Ada', 'ada');
  const page = await openAs(ada);
  await page.goto('/home');
  const box = page.getByPlaceholder('What is on your mind?');
  const send = page.getByRole('button', { name: 'Tweet', exact: true });
  await expect(send).toBeDisabled();
  await box.fill('가'.repeat(299) + '👩‍👩‍👧‍👦');
  await expect(page.getByText('0 characters left')).toBeAttached();
  await expect(send).toBeEnabled();
  await box.fill('가'.repeat(301));
  await expect(page.getByText('1 character too many')).toBeAttached();
  await expect(send).toBeDisabled();
});

test('a draft outlives a reload, and a tweet that failed comes back', async ({
  server,
  openAs,
}) => {
  const ada = await join(server.url, 'Ada', 'ada');
  const page = await openAs(ada);
  await page.goto('/home');
  const box = page.getByPlaceholder('What is on your mind?');
  await box.fill('Not quite ready');
  await page.reload();
  await expect(box).toHaveValue('Not quite ready');

  await page.route('**/api/v1/statuses', (route) =>
    route.fulfill({ status: 503, json: { error: 'busy' } }),
  );
  await page.getByRole('button', { name: 'Tweet', exact: true }).click();
  await expect(page.getByText('The server is busy.')).toBeVisible();
  await expect(page.getByRole('article')).toHaveCount(0);
  await expect(box).toHaveValue('Not quite ready');

  await page.unroute('**/api/v1/statuses');
  await page.getByRole('button', { name: 'Tweet', exact: true }).click();
  await expect(page.getByRole('article').getByText('Not quite ready')).toBeVisible();
  await expect(box).toHaveValue('');
});

test('a picture is uploaded with progress, described, and shown', async ({ server, openAs }) => {
  const ada = await join(server.url, 'Ada', 'ada');
  const page = await openAs(ada);
  await page.goto('/home');
  const bytes = (await page.evaluate(`(${DRAW})()`)) as number[];
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 0,
    downloadThroughput: -1,
    uploadThroughput: 1_500_000,
  });
  await page.locator('input[type=file]').setInputFiles({
    name: 'noise.png',
    mimeType: 'image/png',
    buffer: Buffer.from(bytes),
  });
  await expect(page.getByRole('progressbar')).toBeVisible();
  await page.getByLabel('Describe the picture').fill('Nothing but noise');
  await page.getByPlaceholder('What is on your mind?').fill('Look at this');
  const send = page.getByRole('button', { name: 'Tweet', exact: true });
  await expect(send).toBeEnabled({ timeout: 30_000 });
  await send.click();
  const picture = page.getByRole('article').getByRole('button', {
    name: 'Open the picture: Nothing but noise',
  });
  await expect(picture).toBeVisible();
  await picture.click();
  await expect(page.getByRole('dialog').getByAltText('Nothing but noise')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('names complete while typing, and an answer stands in its conversation', async ({
  server,
  openAs,
}) => {
  const ada = await join(server.url, 'Ada', 'ada');
  const grace = await join(server.url, 'Grace', 'grace');
  await post(server.url, '/follow', { follow: Number(grace.id) }, ada);
  const id = await tweet(server.url, grace, 'What do you think?');
  const page = await openAs(ada);
  await page.goto(`/@grace/${id}`);
  const box = page.getByPlaceholder('Your answer');
  await box.fill('');
  await box.pressSequentially('Ask @gra');
  await expect(page.getByRole('option', { name: /@grace/ })).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(box).toHaveValue('Ask @grace ');
  await box.press('Control+Enter');
  await expect(page.getByRole('article').getByText('Ask @grace')).toBeVisible();
});

test('a favourite that the server refuses is taken back', async ({ server, openAs }) => {
  const ada = await join(server.url, 'Ada', 'ada');
  await tweet(server.url, ada, 'Hello');
  const page = await openAs(ada);
  await page.route('**/favourite', (route) => route.fulfill({ status: 500, json: { error: 'x' } }));
  await page.goto('/home');
  const button = page.getByRole('button', { name: 'Favourite' });
  await button.click();
  await expect(page.getByText('The server could not do it.')).toBeVisible();
  await expect(button).toHaveAttribute('aria-pressed', 'false');
});
