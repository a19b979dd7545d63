import type { SessionWithApp } from '../../service/sessions.ts';
import { failures } from '../classic/schemas.ts';
import { forViewer } from '../endpoint.ts';
import { Done, SessionList, SessionParams } from './schemas.ts';

export const listSessions = forViewer(
  {
    tags: ['Account'],
    summary: 'Where you are logged in',
    description: 'The session last used first; 200 at most. When it was used is told to the hour.',
    response: { 200: SessionList, ...failures(401, 403, 429, 503) },
  },
  async ({ services, viewer }) => {
    const sessions = await services.sessions.list(viewer);
    return sessions.map((session) => presentSession(session, viewer.jti));
  },
);

export const endSession = forViewer(
  {
    tags: ['Account'],
    summary: 'End a session of yours',
    description: 'Its token is refused from now on.',
    params: SessionParams,
    response: { 200: Done, ...failures(401, 403, 404, 429, 503) },
  },
  async ({ services, viewer, params }) => {
    await services.sessions.endOwn(viewer, params.id);
    return {};
  },
);

export const endOtherSessions = forViewer(
  {
    tags: ['Account'],
    summary: 'End all sessions of yours but the one that you come with',
    response: { 200: Done, ...failures(401, 403, 429, 503) },
  },
  async ({ services, viewer }) => {
    await services.sessions.endOthers(viewer);
    return {};
  },
);

function presentSession(session: SessionWithApp, currentJti: string) {
  const { jti, app_name: name, app_website: website, scopes } = session;
  return {
    id: jti,
    app: name === null ? null : { name, website },
    scopes: scopes.split(' '),
    created_at: new Date(session.created_at).toISOString(),
    last_used_at: new Date(session.last_used_at).toISOString(),
    current: jti === currentJti,
  };
}
