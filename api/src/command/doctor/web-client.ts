/** The pages that browsers are shown. */
import { WEB_FOLDER } from '../../app.ts';
import { hasWebClient } from '../../view/web/client.ts';
import { type Finding, ok, warning } from './finding.ts';

export function checkWebClient(folder: string = WEB_FOLDER): readonly Finding[] {
  if (hasWebClient(folder)) return [ok('It is there.')];
  return [
    warning(
      `It is not in ${folder}: browsers are shown no pages; apps and programs are served.`,
      'Run npm run build-web in the repository, or install the package again.',
    ),
  ];
}
