export { backoffMs } from './backoff';
export { AgentPhone, type PhoneState } from './agentPhone';
export { isFree, noCall, onCall, type Bringer, type CallEvent, type CallState, type Direction } from './callState';
export {
  areTogether,
  canAdd,
  canMerge,
  canSwap,
  heirOf,
  type Asked,
  type Colleague,
  type Company,
  type Supervisor,
} from './company';
export type { QueuedCall } from './liveCalls';
export type { Device, Devices } from './devices';
export { customerOf, dialable, formatDuration, formatNumber, nameAndNumber, tidyDialled } from './format';
export { MicrophoneError, type MicrophoneSource, type MicrophoneTrouble } from './microphone';
export { OneTab } from './oneTab';
export {
  callButton,
  chipOf,
  dayWords,
  detailsOf,
  isWindowOpen,
  nobodyKnown,
  onPermission,
  permissionOf,
  type CallButton,
  type Chip,
  type Known,
  type PermissionEvent,
  type PermissionState,
  type Words,
} from './permissionState';
export { Permissions } from './permissions';
export type * from './protocol';
export type { Quality } from './quality';
export { RingwayLink, RingwayProblem, type LinkState, type Wording } from './ringwayLink';
export { RouteEditor, type EditorState, type Trial } from './routeEditor';
export * from './routes';
export { SoundShelf, type ChosenFile, type ShelfState, type SoundView } from './soundShelf';
export { SipLine, type LegEnd, type LineState, type SipLeg } from './sipLine';
export type { Heard } from './ears';
export { exposeForTests, Voice, type RingwayTest } from './voice';
