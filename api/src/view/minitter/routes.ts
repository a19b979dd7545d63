/** The extension on one screen: method, path, who may call, handler; and the pages that mails link to. */
import type { FastifyInstance } from 'fastify';
import { callers } from '../endpoint.ts';
import type { Services } from '../services.ts';
import { scopedCallers } from './callers.ts';
import { deleteAccount } from './deletions.ts';
import { changeEmail, confirmEmail, sendConfirmation } from './emails.ts';
import { exportData } from './exports.ts';
import { takingForms } from './forms.ts';
import { confirmationPage, forgottenPage, resetPage } from './pages.ts';
import { changePassword, forgetPassword, resetPassword } from './passwords.ts';
import { signUp } from './sign-up.ts';
import { endOtherSessions, endSession, listSessions } from './sessions.ts';

export async function minitterRoutes(app: FastifyInstance, services: Services): Promise<void> {
  const { anyone } = callers(services);
  const { user } = scopedCallers(services);

  app.post('/api/minitter/v1/sign-up', anyone(signUp));
  app.post('/api/minitter/v1/password/forgot', anyone(forgetPassword));
  app.post('/api/minitter/v1/password/reset', anyone(resetPassword));
  app.post('/api/minitter/v1/email/confirm', anyone(confirmEmail));
  app.post('/api/minitter/v1/email/confirmation', user('write:accounts', sendConfirmation));
  app.post('/api/minitter/v1/account/password', user('write:accounts', changePassword));
  app.post('/api/minitter/v1/account/email', user('write:accounts', changeEmail));
  app.post('/api/minitter/v1/account/delete', user('write', deleteAccount));
  app.get('/api/minitter/v1/account/export', user('read', exportData));
  app.get('/api/minitter/v1/sessions', user('read:accounts', listSessions));
  app.delete('/api/minitter/v1/sessions', user('write:accounts', endOtherSessions));
  app.delete('/api/minitter/v1/sessions/:id', user('write:accounts', endSession));
  await app.register(
    takingForms((app) => {
      app.get('/password/forgot', anyone(forgottenPage.show));
      app.post('/password/forgot', anyone(forgottenPage.take));
      app.get('/password/reset', anyone(resetPage.show));
      app.post('/password/reset', anyone(resetPage.take));
      app.get('/email/confirm', anyone(confirmationPage.show));
      app.post('/email/confirm', anyone(confirmationPage.take));
    }),
  );
}
