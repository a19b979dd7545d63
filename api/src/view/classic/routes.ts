/**
 * The classic API on one screen: method, path, who may call, handler. Apps of the Mastodon client API may
 * call it with their tokens, where they have the scope named here.
 */
import type { FastifyInstance } from 'fastify';
import { callers } from '../endpoint.ts';
import { takingFiles } from '../files.ts';
import type { Services } from '../services.ts';
import { follow, unfollow } from './follows.ts';
import { ping } from './ping.ts';
import { picture, pictureAddress, uploadPicture } from './profile-pictures.ts';
import { ready } from './ready.ts';
import { homeTimeline, publicTimeline } from './timelines.ts';
import { postTweet } from './tweets.ts';
import { logIn, signUp } from './users.ts';

/** @param fileMaxBytes the largest file that can be uploaded */
export async function classicRoutes(
  app: FastifyInstance,
  services: Services,
  fileMaxBytes: number,
): Promise<void> {
  const { anyone, viewer } = callers(services);

  app.get('/ping', anyone(ping));
  app.get('/ready', anyone(ready));
  app.post('/sign-up', anyone(signUp));
  app.post('/login', anyone(logIn));
  app.post('/tweet', viewer('write:statuses', postTweet));
  app.post('/follow', viewer('write:follows', follow));
  app.post('/unfollow', viewer('write:follows', unfollow));
  app.get('/timeline/:user_id', anyone(publicTimeline));
  app.get('/timeline', viewer('read:statuses', homeTimeline));
  await app.register(
    takingFiles(fileMaxBytes, (app) => {
      app.post('/profile-picture', viewer('write:accounts', uploadPicture));
      app.post('/profile-picture/s3', viewer('write:accounts', uploadPicture));
    }),
  );
  app.get('/profile-picture/:user_id', anyone(picture));
  app.get('/profile-picture/s3/:user_id', anyone(pictureAddress));
}
