/** Pictures for made-up people, drawn here: nobody's photographs are shown. */
import sharp from 'sharp';
import { type Person } from './server.ts';

/** The sea in the evening. */
const SEA = `<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="800">
<defs>
  <linearGradient id="sky" x1="0" y1="0" x2="0" y2="1">
    <stop offset="0" stop-color="#28547a"/><stop offset=".55" stop-color="#e9a178"/><stop offset="1" stop-color="#f7d9a8"/>
  </linearGradient>
  <linearGradient id="water" x1="0" y1="0" x2="0" y2="1">
    <stop offset="0" stop-color="#c98b6d"/><stop offset="1" stop-color="#1f4560"/>
  </linearGradient>
</defs>
<rect width="1200" height="520" fill="url(#sky)"/>
<circle cx="800" cy="430" r="70" fill="#fff3d6"/>
<path d="M0 520 Q200 400 420 500 T820 520 L1200 520 L1200 530 L0 530Z" fill="#5d5f72"/>
<rect y="520" width="1200" height="280" fill="url(#water)"/>
<g stroke="#ffe9c4" stroke-width="6" stroke-linecap="round" opacity=".7">
  <path d="M730 560h140M760 600h90M700 650h160M770 700h70"/>
</g>
</svg>`;

/** An alley with a cat on the wall. */
const ALLEY = `<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="800">
<rect width="1200" height="800" fill="#cfe3ea"/>
<path d="M0 0H430L520 330V800H0Z" fill="#c8805b"/>
<path d="M1200 0H840L760 330V800H1200Z" fill="#e0b48a"/>
<path d="M520 330H760V470L930 800H340L520 470Z" fill="#b9b3a7"/>
<g fill="#7b4a35"><rect x="90" y="150" width="150" height="190"/><rect x="300" y="200" width="100" height="150"/></g>
<g fill="#fbe7b5"><rect x="105" y="165" width="120" height="160"/><rect x="312" y="212" width="76" height="126"/></g>
<rect x="900" y="430" width="300" height="370" fill="#a6734f"/>
<g fill="#3a3030"><ellipse cx="1010" cy="396" rx="70" ry="40"/><circle cx="1080" cy="362" r="32"/>
<path d="M1056 342l6-34 24 24zM1084 332l24-24 2 36z"/><path d="M945 400q-50-20-36-70" stroke="#3a3030" stroke-width="14" fill="none"/></g>
</svg>`;

export const DRAWINGS = { sea: SEA, alley: ALLEY } as const;

/** A face made of one colour and a shape. */
export const faceOf = (background: string, foreground: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="400" height="400">
<rect width="400" height="400" fill="${background}"/>
<circle cx="200" cy="165" r="72" fill="${foreground}"/>
<path d="M60 400c0-96 62-150 140-150s140 54 140 150z" fill="${foreground}"/></svg>`;

/** A drawing as the bytes of a PNG file. */
export const pictureOf = async (svg: string): Promise<Buffer> =>
  sharp(Buffer.from(svg)).png().toBuffer();

const png = async (svg: string): Promise<Blob> =>
  new Blob([new Uint8Array(await pictureOf(svg))], { type: 'image/png' });

/** Uploads a picture for a tweet. @returns its id */
export async function upload(
  url: string,
  as: Person,
  svg: string,
  description: string,
): Promise<string> {
  const form = new FormData();
  form.append('file', await png(svg), 'picture.png');
  form.append('description', description);
  const { id } = (await send(`${url}/api/v2/media`, 'POST', as, form)) as { id: string };
  return id;
}

/** Sets somebody's picture, and the one above the profile. */
export async function decorate(
  url: string,
  as: Person,
  pictures: { readonly avatar?: string; readonly header?: string },
): Promise<void> {
  const form = new FormData();
  for (const [name, svg] of Object.entries(pictures)) form.append(name, await png(svg), 'a.png');
  await send(`${url}/api/v1/accounts/update_credentials`, 'PATCH', as, form);
}

async function send(address: string, method: string, as: Person, form: FormData) {
  const headers = { authorization: `Bearer ${as.token}` };
  const response = await fetch(address, { method, headers, body: form });
  if (!response.ok) throw new Error(`${address}: ${response.status} ${await response.text()}`);
  return response.json();
}
