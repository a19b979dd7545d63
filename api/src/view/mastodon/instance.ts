/** What clients ask a server about itself (https://docs.joinmastodon.org/methods/instance/). */
import { RequestError } from '../errors.ts';
import { languageOf } from '../language.ts';
import { publicUrlOf } from '../public-url.ts';
import { forVisitor } from './callers.ts';
import { dateOf } from './dates.ts';
import { paragraphs, policyText } from './policy.ts';
import { presentInstance, presentOldInstance, presentRules } from './present-instance.ts';
import { siteOf } from './site.ts';

export const oldInstance = forVisitor({}, async ({ services, request }) =>
  presentOldInstance(services.instance.facts, await services.instance.usage(), siteOf(request)),
);

export const instance = forVisitor({}, async ({ services, request }) =>
  presentInstance(services.instance.facts, await services.instance.usage(), siteOf(request)),
);

export const rules = forVisitor({}, ({ services }) => presentRules(services.instance.facts.site));

export const activity = forVisitor({}, async ({ services }) => {
  const weeks = await services.instance.weeks();
  return weeks.map(({ begins, tweets, logIns, signUps }) => ({
    week: String(begins / 1000),
    statuses: String(tweets),
    logins: String(logIns),
    registrations: String(signUps),
  }));
});

export const extendedDescription = forVisitor({}, ({ services }) => ({
  updated_at: dateOf(0),
  content: paragraphs([services.instance.facts.site.description]),
}));

export const privacyPolicy = forVisitor({}, ({ request }) => {
  const { updatedAt, text } = policyText(languageOf(request.raw));
  return { updated_at: updatedAt, content: paragraphs(text) };
});

/** There are none beside the rules. */
export const termsOfService = forVisitor({}, () => {
  throw new RequestError('not_found');
});

/** Where the document below is (https://nodeinfo.diaspora.software/protocol). */
export const nodeInfoLinks = forVisitor({}, ({ request }) => ({
  links: [
    {
      rel: 'http://nodeinfo.diaspora.software/ns/schema/2.0',
      href: `${publicUrlOf(request)}/nodeinfo/2.0`,
    },
  ],
}));

export const nodeInfo = forVisitor({}, async ({ services: { instance: service } }) => {
  const { facts } = service;
  const usage = await service.usage();
  return {
    version: '2.0',
    software: { name: 'minitter', version: facts.version },
    protocols: [],
    services: { inbound: [], outbound: [] },
    openRegistrations: facts.registrations === 'open',
    usage: {
      users: {
        total: usage.people,
        activeMonth: usage.activeMonth,
        activeHalfyear: usage.activeHalfYear,
      },
      localPosts: usage.tweets,
    },
    metadata: { nodeName: facts.site.title, nodeDescription: facts.site.description },
  };
});
