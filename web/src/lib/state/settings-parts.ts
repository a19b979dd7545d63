import type { IconName } from '#lib/components/icons.ts';
import type { Messages } from '#lib/i18n/en.ts';

/** The parts of the settings, in order: their addresses and names. */
export const SETTINGS_PARTS: readonly {
  readonly part: string;
  readonly icon: IconName;
  readonly name: (words: Messages) => string;
  /** Whether one has to have logged in. */
  readonly isPersonal: boolean;
}[] = [
  { part: 'profile', icon: 'person', name: (t) => t.settingsProfile, isPersonal: true },
  { part: 'appearance', icon: 'moon', name: (t) => t.settingsAppearance, isPersonal: false },
  { part: 'account', icon: 'lock', name: (t) => t.settingsAccount, isPersonal: true },
  { part: 'sessions', icon: 'globe', name: (t) => t.settingsSessions, isPersonal: true },
  { part: 'people', icon: 'block', name: (t) => t.settingsPeople, isPersonal: true },
  { part: 'data', icon: 'download', name: (t) => t.settingsData, isPersonal: true },
];
