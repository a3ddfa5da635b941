import type { DestinationKind } from '@ringway/client-phone';
import type { IconName } from '../Icon.svelte';

export const destinationIcons: Readonly<Record<DestinationKind, IconName>> = {
  team: 'people',
  agent: 'person',
  bot: 'bot',
  menu: 'keypad',
  voicemail: 'voicemail',
  say: 'speak',
  line: 'phone',
};
