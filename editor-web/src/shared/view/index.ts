export { CannotRun, useRefusal } from './cannot-run';
export { messages as viewMessages } from './messages';
export { ViewFrame } from './view-frame';
export type { ViewFrameProps } from './view-frame';
