/** The extension on one screen: method, path, who may call, handler; and the pages that mails link to. */
import type { FastifyInstance } from 'fastify';
import { callers } from '../endpoint.ts';
import type { Services } from '../services.ts';
import { confirmEmail, sendConfirmation } from './emails.ts';
import { takingForms } from './forms.ts';
import { confirmationPage, forgottenPage, resetPage } from './pages.ts';
import { forgetPassword, resetPassword } from './passwords.ts';

export async function minitterRoutes(app: FastifyInstance, services: Services): Promise<void> {
  const { anyone, viewer } = callers(services);

  app.post('/api/minitter/v1/password/forgot', anyone(forgetPassword));
  app.post('/api/minitter/v1/password/reset', anyone(resetPassword));
  app.post('/api/minitter/v1/email/confirm', anyone(confirmEmail));
  app.post('/api/minitter/v1/email/confirmation', viewer('write:accounts', sendConfirmation));
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
